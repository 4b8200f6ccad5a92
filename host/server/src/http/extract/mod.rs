//! What a request says, parsed once, at the edge. Each refusal is a [`Problem`].

mod days;
mod gates;
mod key;
mod license;
mod names;
mod query;
mod reason;
mod scopes;
mod text;

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use bytes::Bytes;
use marketplace_manifest::strict;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Problem;
pub(super) use days::Days;
pub(super) use gates::Overrides;
pub(super) use key::{KeyPem, RotationSignature};
pub(super) use license::LicenseDocument;
pub(super) use names::{
    Fields, Limit, Moment, OfAuthor, OfCategory, OfId, OfItem, OfKey, OfRelease, OfReview, OfTenant, Paging,
    Tags, field_value,
};
pub(super) use query::Query;
pub(super) use reason::{Because, PerhapsBecause};
pub(super) use scopes::SomeScopes;
pub(super) use text::{Note, Text};

/// How long a JSON body may take to arrive: whoever sends a byte a minute holds a connection for nothing.
const BODY_TIME: Duration = Duration::from_secs(20);

/// The names in a path. A name that could not be anything's is not found.
#[derive(Debug)]
pub(super) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(names)) => Ok(Self(names)),
            Err(error) => Err(Problem::not_found(error.body_text())),
        }
    }
}

/// A JSON body of a type that refuses unknown fields. No body, and `null`, are an empty object.
#[derive(Debug)]
pub(super) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, state))
            .await
            .map_err(|_| Problem::slow_body())?
            .map_err(|error| {
                let code = match error.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
                    _ => "bad_body",
                };
                Problem::new(error.status(), code, error.body_text())
            })?;
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let bad = |error: &dyn std::fmt::Display| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_body", format!("the JSON body: {error}"))
        };
        // Strict, as with a manifest: two values for one key are no answer to which is meant.
        let value = strict::parse_json_of_any_form(body, body.len()).map_err(|error| bad(&error))?;
        // What a client library sends that was given nothing to send.
        let mut value = if value.is_null() { serde_json::json!({}) } else { value };
        whole(&mut value);
        if !value.is_object() {
            return Err(bad(&"it is not an object; write fields with values, as in `{}`"));
        }
        serde_json::from_value(value).map(Self).map_err(|error| bad(&error))
    }
}

/// Writes `5.0` as `5`. To JSON Schema, and to every client whose language has one kind of number, they are the same;
/// serde takes only the second for a whole number.
fn whole(value: &mut Value) {
    /// Beyond 2^53 - 1 not every whole number is a double, and the parser takes none.
    const MAX: f64 = 9_007_199_254_740_991.0;
    match value {
        Value::Number(number) => {
            let whole =
                number.as_f64().filter(|real| number.is_f64() && real.fract() == 0.0 && real.abs() <= MAX);
            if let Some(whole) = whole {
                *value = Value::from(whole as i64);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(whole),
        Value::Object(members) => members.values_mut().for_each(whole),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let mut value = json!({ "a": [5.0, -0.0, 4.5, 1e15, 1e300], "b": 7, "c": u64::MAX, "d": "5.0" });
        whole(&mut value);
        let expected =
            json!({ "a": [5, 0, 4.5, 1_000_000_000_000_000_i64, 1e300], "b": 7, "c": u64::MAX, "d": "5.0" });
        assert_eq!(value, expected);
    }
}
