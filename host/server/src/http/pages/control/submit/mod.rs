//! Submitting a release, in steps that are a page each: drop a package ([`page`], [`receive`]); see what was found, and
//! mend it ([`survey`], [`check`]); sign, with the key that the server holds or with one's own ([`sign`]). What is
//! between the steps is a [`Draft`], so each step is an address that can be loaded again.

pub(in crate::http) mod check;
mod desk;
mod fields;
mod inputs;
pub(in crate::http) mod page;
pub(in crate::http) mod receive;
mod send;
pub(in crate::http) mod sign;
pub(in crate::http) mod survey;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use crate::http::Problem;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document};
use crate::release::Draft;

/// Where a package is dropped.
pub(super) const START: &str = "/control-center/marketplace/submit";

/// The largest form with an author's words, in bytes: a manifest, of which every byte may be written as three, and as
/// much again for names and what is refused.
pub(in crate::http) const MAX_FORM: usize = 6 * marketplace_manifest::limits::BYTES;

/// Where a draft is looked at.
fn address(draft: &Draft) -> String {
    format!("{START}/{}", draft.id)
}

/// Where one is on the way.
fn steps(current: usize) -> Markup {
    html! {
        ol.steps aria-label="Steps" {
            @for (number, name) in ["Package", "Check and mend", "Sign and submit"].iter().enumerate() {
                li class=[(number < current).then_some("done")] aria-current=[(number == current).then_some("step")] {
                    span.step-number aria-hidden="true" { (number + 1) } (name)
                }
            }
        }
    }
}

/// The draft is not there: it was never this tenant's, or was forgotten.
fn gone(view: &View) -> Response {
    let body = html! {
        (parts::heading("Submit", ""))
        (steps(0))
        (parts::empty(Icon::Upload, "The package is not here any more", html! {
            p { "A package that is not submitted is kept for a while only, and not over a restart of the server. Nothing was submitted, and nothing else is lost: drop the package again." }
            p { a.button.primary href=(START) { "Drop it again" } }
        }))
    };
    (StatusCode::NOT_FOUND, document::page(view, "Submit", super::page(view, body))).into_response()
}

/// What is wrong, as a sentence.
fn words(problem: &Problem) -> String {
    let (_, _, detail) = problem.told();
    document::sentence(detail)
}
