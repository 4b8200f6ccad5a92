//! Long work, answered when it ends, or at once with where to look (RFC 7240, `Prefer: respond-async`).

use std::sync::Arc;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::IntoParams;

use super::{Problem, view};
use crate::market::Market;
use crate::operation::{Operation, Outcome, TooMany};

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const RESPOND_ASYNC: &str = "respond-async";

/// The header by which a caller says whether to wait; for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "a schema: `When` reads the header")]
pub(super) struct Prefer {
    /// `respond-async` answers 202 at once, with an operation to watch.
    #[param(rename = "Prefer", nullable = false, example = "respond-async")]
    prefer: Option<String>,
}

/// When the caller wants the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// When it is there.
    Done,
    /// At once, with where to look.
    Begun,
}

impl<S: Send + Sync> FromRequestParts<S> for When {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let preferences = parts.headers.get_all(PREFER).into_iter().filter_map(|value| value.to_str().ok());
        let begun = preferences
            .flat_map(|value| value.split(','))
            // A preference may have parameters, and a value that is empty (RFC 7240, section 2).
            .filter_map(|preference| preference.split([';', '=']).next())
            .any(|preference| preference.trim().eq_ignore_ascii_case(RESPOND_ASYNC));
        Ok(if begun { Self::Begun } else { Self::Done })
    }
}

/// Answers for work that was started, or joined, when the caller wants it.
pub(super) async fn answer(
    market: &Market,
    when: When,
    operation: &Arc<Operation>,
) -> Result<Response, Problem> {
    match when {
        When::Done => Ok(match operation.ended().await {
            Outcome::Answered(status, answer) if status < 400 => (code(status), Json(answer)).into_response(),
            Outcome::Answered(status, problem) => Problem::respond(code(status), &problem),
            Outcome::Cancelled => Problem::cancelled().into_response(),
            Outcome::Crashed => Problem::crashed().into_response(),
        }),
        When::Begun => accepted(market, operation).await,
    }
}

async fn accepted(market: &Market, operation: &Arc<Operation>) -> Result<Response, Problem> {
    market.operations.note(operation).await?;
    let progress = *operation.progress().borrow();
    let view = view::Operation::new(market.operations.row(operation), Some(progress));
    let location = format!("/api/v1/marketplace/operations/{}", operation.id);
    let location = HeaderValue::from_str(&location).expect("a UUID in a path is a header");
    let headers =
        [(header::LOCATION, location), (PREFERENCE_APPLIED, HeaderValue::from_static(RESPOND_ASYNC))];
    Ok((StatusCode::ACCEPTED, headers, Json(view)).into_response())
}

/// What the work came to, as HTTP has it.
pub(super) fn outcome(result: Result<(StatusCode, impl Serialize), Problem>) -> Outcome {
    let answered = result.map(|(status, answer)| {
        let answer = serde_json::to_value(answer).expect("an answer is plain JSON");
        Outcome::Answered(status.as_u16(), answer)
    });
    answered.unwrap_or_else(|problem| {
        let (status, document) = problem.into_document();
        Outcome::Answered(status.as_u16(), document)
    })
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl From<TooMany> for Problem {
    fn from(error: TooMany) -> Self {
        let soon = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("5"))]);
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_operations", error.to_string()).headers(soon)
    }
}
