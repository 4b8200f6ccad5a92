//! What a form says, once it is known to be a form of ours.

use std::time::Duration;

use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use bytes::Bytes;
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::View;
use crate::http::{Problem, upload};

/// The field that every form has.
pub(super) const KEY: &str = "form_key";

/// How long a form may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
struct Keyed {
    form_key: String,
}

/// The fields of a form that one of our pages made for this visitor.
#[derive(Debug)]
pub(in crate::http) struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        use axum::RequestExt as _;
        let view: View = request.extract_parts().await?;
        let body = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, state))
            .await
            .map_err(|_| Problem::slow_body())?
            .map_err(|error| Problem::new(error.status(), "bad_form", error.body_text()))?;
        let keyed = serde_html_form::from_bytes::<Keyed>(&body).map_err(|_| stale())?;
        view.must_have_made(&keyed.form_key)?;
        serde_html_form::from_bytes(&body).map(Self).map_err(|error| {
            let detail = format!("the form does not say what it should: {error}");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_form", detail)
        })
    }
}

/// A form of a single button: that it was sent says all.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Nothing {}

/// The parameters of a page. A form sends those that nobody filled in, and a shared address may have grown others on its
/// way: neither is an error, as it is for a program.
#[derive(Debug)]
pub(in crate::http) struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        serde_html_form::from_str(parts.uri.query().unwrap_or_default()).map(Self).map_err(|error| {
            let detail = format!("this address asks for something that there cannot be: {error}");
            Problem::new(StatusCode::BAD_REQUEST, "bad_query", detail)
        })
    }
}

/// A form that was not made by a page of ours, for this visitor.
pub(super) fn stale() -> Problem {
    let detail = "this form was made for another session, or by another page, and nothing was done; \
                  load the page again and send it from there";
    Problem::new(StatusCode::FORBIDDEN, "stale_form", detail)
}

/// Reads the first part of a form with files, which says that the form is ours: before anything else of it is looked at.
pub(super) async fn key_of_parts(view: &View, form: &mut Multipart) -> Result<(), Problem> {
    match upload::part(form).await? {
        Some(part) if part.name() == Some(KEY) => view.must_have_made(&upload::text(part).await?),
        _ => Err(stale()),
    }
}

/// The hidden field that says that a form is ours.
pub(super) fn key(view: &View) -> Markup {
    html! { input type="hidden" name=(KEY) value=(view.form_tag()); }
}
