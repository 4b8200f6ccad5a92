//! Errors as people and programs see them: RFC 9457, with a stable `code` and, where a
//! check failed, `findings`.
//!
//! The one place where a domain error gets its status: a file for each noun of the domain. What
//! a message says is the error's own business; what is our fault is logged, and told without
//! its insides.

mod author;
mod category;
mod installation;
mod key;
mod license;
mod pipeline;
mod release;
mod review;
mod store;
mod token;
mod withdrawal;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use marketplace_sandbox::Finding;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The media type of every answer that is no success.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What a client sees of a [`Problem`]; for the OpenAPI document, which shows no code but this.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
#[allow(dead_code, reason = "a schema, never made: the real one carries members that differ by code")]
pub(super) struct ProblemDocument {
    /// A URN that ends in the `code`.
    #[schema(example = "urn:marketplace:problem:install_cap_reached")]
    r#type: String,
    /// What the status means.
    title: String,
    /// The status, again.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Stable: what a program decides by.
    #[schema(pattern = "^[a-z]+(_[a-z]+)*$", example = "install_cap_reached")]
    code: String,
    /// What is wrong with this request, and what to do next; for people.
    detail: String,
    /// Where a check failed: each rule that was broken, on what, and the fix.
    #[schema(nullable = false)]
    findings: Option<Vec<Finding>>,
}

/// The answer to a request that did not succeed.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    more: Map<String, Value>,
    /// Most have none; an error is passed along often, and should be small.
    headers: Option<Box<HeaderMap>>,
}

impl Problem {
    /// A problem with a stable code and a message that says what to do next.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), more: Map::new(), headers: None }
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Adds what a client reads before the body.
    #[must_use]
    pub(super) fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = Some(Box::new(headers));
        self
    }

    fn findings(self, findings: &[Finding]) -> Self {
        self.with("findings", json!(findings))
    }

    fn finding(self, rule: &str, subject: impl Into<String>, message: impl Into<String>) -> Self {
        let finding = Finding { rule: rule.into(), subject: subject.into(), message: message.into() };
        self.findings(&[finding])
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// Our own fault: logged with everything, told with nothing.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed through no fault of its caller");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server could not answer; its operator finds the reason in the log",
        )
    }

    /// The machine failed. A full disk is nobody's fault who calls, and worth telling: it may have room again.
    pub(super) fn io(error: &(dyn std::error::Error + 'static), source: &std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        if !matches!(source.kind(), StorageFull | QuotaExceeded) {
            return Self::internal(&chain(error));
        }
        Self::no_room(error)
    }

    /// The disk is full.
    fn no_room(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = chain(error), "there is no room");
        let detail = "the server has no room left for it, and nothing has changed; ask again when its operator has made some";
        Self::new(StatusCode::INSUFFICIENT_STORAGE, "storage_full", detail)
    }

    /// The work was called off, by whoever may.
    pub(super) fn cancelled() -> Self {
        let detail = "it was cancelled, and nothing has changed; ask again if it is wanted after all";
        Self::new(StatusCode::CONFLICT, "cancelled", detail)
    }

    /// The server stopped in the middle of it.
    pub(super) fn interrupted() -> Self {
        let detail =
            "the server stopped before it ended; all of it was done, or nothing: ask again for the same";
        Self::unavailable("interrupted", detail)
    }

    /// The work ended through a fault of ours, which is in the log already.
    pub(super) fn crashed() -> Self {
        Self::internal(&"an operation crashed")
    }

    /// The body does not arrive.
    pub(super) fn slow_body() -> Self {
        let detail = "the body took too long to arrive; send it again, without pauses";
        Self::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
    }

    fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
    }
}

impl Problem {
    /// The document, and the status that it says.
    pub(super) fn into_document(self) -> (StatusCode, Value) {
        let mut document = json!({
            "type": format!("urn:marketplace:problem:{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Some(members) = document.as_object_mut() {
            members.extend(self.more);
        }
        (self.status, document)
    }

    /// Its status, code and detail: for a page that tells it beside what is to be mended.
    pub(super) fn told(&self) -> (StatusCode, &'static str, &str) {
        (self.status, self.code, &self.detail)
    }

    /// The answer that a document is.
    pub(super) fn respond(status: StatusCode, document: &Value) -> Response {
        let mut response = (status, document.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // What was kept as a document, as an operation's is, says it there.
            let seconds = document.get("retry_after").and_then(Value::as_u64).unwrap_or(1);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let headers = self.headers.take();
        let (status, document) = self.into_document();
        let mut response = Self::respond(status, &document);
        response.headers_mut().extend(headers.into_iter().flat_map(|headers| *headers));
        response
    }
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
