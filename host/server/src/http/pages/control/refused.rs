//! A form that was sent and not done: what is wrong with it stands above it, and what was in it stays.

use std::fmt::Display;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::http::Problem;
use crate::http::pages::{View, document, parts};

/// Why nothing was done.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    document: Value,
}

impl<T: Into<Problem>> From<T> for Refused {
    fn from(error: T) -> Self {
        let (status, document) = error.into().into_document();
        Self { status, document }
    }
}

impl Refused {
    /// A field does not hold what it should.
    pub(super) fn field(label: &str, error: &dyn Display) -> Self {
        let detail = format!("{label}: {error}");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_form", detail).into()
    }

    /// The stable code.
    pub(super) fn code(&self) -> &str {
        self.text("code")
    }

    /// A member of the problem's document.
    pub(super) fn text(&self, member: &str) -> &str {
        self.document.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// What is wrong, and what to do next.
    pub(super) fn draw(&self) -> Markup {
        parts::notice(
            "danger",
            html! {
                p { strong { "Nothing was changed." } }
                p { (document::sentence(self.text("detail"))) }
                @if let Some(findings) = self.document.get("findings").and_then(Value::as_array) {
                    ul.findings { @for finding in findings { (parts::finding(finding)) } }
                }
                p.small.muted { "Code: " code { (self.code()) } }
            },
        )
    }

    /// The page with the form, and the status that says that it was not done.
    pub(super) fn page(&self, view: &View, title: &str, main: Markup) -> Response {
        (self.status, document::page(view, title, main)).into_response()
    }
}

/// What a field holds, by the rule that the API has for it.
pub(super) fn read<T: DeserializeOwned>(label: &str, text: &str) -> Result<T, Refused> {
    serde_json::from_value(Value::String(text.to_owned())).map_err(|error| Refused::field(label, &error))
}

/// The same, for a field that may be left empty.
pub(super) fn perhaps<T: DeserializeOwned>(label: &str, text: &str) -> Result<Option<T>, Refused> {
    if text.trim().is_empty() { Ok(None) } else { read(label, text).map(Some) }
}

/// The days of a field for a lifetime; `None` is for ever, which is a box beside it.
pub(super) fn days(text: &str, for_ever: bool) -> Result<Option<u32>, Refused> {
    /// A hundred years: what is good for longer is good for ever, and should say so.
    const MOST: u32 = 36_500;
    if for_ever {
        return Ok(None);
    }
    match text.trim().parse::<u32>() {
        Ok(days) if (1..=MOST).contains(&days) => Ok(Some(days)),
        _ => {
            let error = format!("write a whole number of days from 1 to {MOST}, or tick the box for no end");
            Err(Refused::field("how long", &error))
        }
    }
}
