//! Long work, as whoever asked for it watches it.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::form::{self, Form};
use super::parts;
use super::{View, document};
use crate::account::token::Caller;
use crate::http::extract::{OfId, Path};
use crate::http::pages::frame;
use crate::http::{Problem, api, view};
use crate::market::Market;
use crate::operation::{About, Stage};

/// The stages of an install, in order, as people call them.
const INSTALL: [(Stage, &str); 8] = [
    (Stage::Wait, "Wait its turn"),
    (Stage::Fetch, "Read the package"),
    (Stage::Verify, "Check the signature"),
    (Stage::Unpack, "Unpack"),
    (Stage::Inspect, "Look at what is in it"),
    (Stage::License, "Look at the license"),
    (Stage::Stage, "Put it together"),
    (Stage::Commit, "Make it live"),
];

/// Those of a submission, whose package is here already.
const SUBMIT: [(Stage, &str); 6] = [
    (Stage::Wait, "Wait its turn"),
    (Stage::Verify, "Check the signature"),
    (Stage::Unpack, "Unpack"),
    (Stage::Inspect, "Look at what is in it"),
    (Stage::Stage, "Try what an install does"),
    (Stage::Commit, "Hand it to the moderators"),
];

fn kind(operation: &view::Operation) -> &str {
    operation.about.get("kind").and_then(Value::as_str).unwrap_or_default()
}

fn stages(operation: &view::Operation) -> &'static [(Stage, &'static str)] {
    if kind(operation) == About::SUBMIT { &SUBMIT } else { &INSTALL }
}

/// How work goes, or how it ended. `back` is the page that shows what came of it.
pub(super) fn panel(view: &View, operation: &view::Operation, back: &str) -> Markup {
    match (operation.state, operation.status) {
        ("running", _) => running(view, operation, back),
        ("succeeded", _) => parts::notice("success", html! { p { (done(operation)) } }),
        _ => failed(operation, back),
    }
}

fn doing(operation: &view::Operation) -> String {
    let text = |member: &str| operation.about.get(member).and_then(Value::as_str);
    match (text("kind"), text("slug"), text("version")) {
        (Some(About::INSTALL), Some(slug), Some(version)) => format!("Installing {slug} {version}"),
        (Some(About::SUBMIT), ..) => "Checking what you submit".to_owned(),
        _ => "Working on it".to_owned(),
    }
}

fn done(operation: &view::Operation) -> String {
    let version = operation.about.get("version").and_then(Value::as_str).unwrap_or_default();
    match kind(operation) {
        About::INSTALL => format!("Version {version} is installed."),
        About::SUBMIT => format!("Version {version} waits for a moderator."),
        _ => "It is done.".to_owned(),
    }
}

fn running(view: &View, operation: &view::Operation, back: &str) -> Markup {
    let progress = operation.progress.unwrap_or_default();
    let events = format!("/operations/{}/events", operation.id);
    html! {
        section.progress.panel.stack data-operation=(events) data-back=(back) aria-labelledby="progress" {
            // The page looks again by itself: scripts are told of each step instead.
            noscript { meta http-equiv="refresh" content="1"; }
            h3 #progress { (doing(operation)) }
            ol.stages {
                @for (stage, name) in stages(operation) {
                    @let state = match stage.cmp(&progress.stage) {
                        std::cmp::Ordering::Less => "done",
                        std::cmp::Ordering::Equal => "current",
                        std::cmp::Ordering::Greater => "to-do",
                    };
                    li class=(state) data-stage=(name_of(*stage)) aria-current=[(state == "current").then_some("step")] { (name) }
                }
            }
            progress max=[progress.bytes_total] value=[progress.bytes_total.map(|_| progress.bytes)] aria-label="Progress of this step" {}
            p.muted.small data-words aria-live="polite" { (words(progress.bytes, progress.bytes_total, progress.entries)) }
            form method="post" action={ "/operations/" (operation.id) "/cancel" } data-act {
                (form::key(view))
                input type="hidden" name="back" value=(back);
                button.button type="submit" disabled[progress.stage == Stage::Commit] { "Cancel" }
            }
        }
    }
}

fn name_of(stage: Stage) -> String {
    serde_json::to_value(stage).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn words(bytes: u64, total: Option<u64>, entries: u64) -> String {
    let entries = if entries == 0 {
        String::new()
    } else {
        format!(" · {}", parts::count(usize::try_from(entries).unwrap_or(0), "file"))
    };
    match (bytes, total) {
        (0, None) => entries.trim_start_matches(" · ").to_owned(),
        (bytes, None) => format!("{}{entries}", parts::bytes(bytes)),
        (bytes, Some(total)) => format!("{} of {}{entries}", parts::bytes(bytes), parts::bytes(total)),
    }
}

fn failed(operation: &view::Operation, back: &str) -> Markup {
    let answer = operation.answer.clone().unwrap_or_default();
    let text = |member: &str| answer.get(member).and_then(Value::as_str).unwrap_or_default();
    let findings = answer.get("findings").and_then(Value::as_array);
    let version = operation.about.get("version").and_then(Value::as_str);
    parts::notice(
        if operation.state == "cancelled" { "info" } else { "danger" },
        html! {
            p { strong { @match operation.state {
                "cancelled" => "It was cancelled, and nothing has changed.",
                "interrupted" => "The server stopped before it ended.",
                _ => "It was not done, and nothing has changed.",
            } } }
            @if operation.state != "cancelled" { p { (document::sentence(text("detail"))) } }
            @if let Some(findings) = findings { ul.findings { @for finding in findings { (parts::finding(finding)) } } }
            @if let (true, Some(version)) = (text("code") == "permissions_changed", version) {
                p { a.button.primary href={ (back) "/install?version=" (parts::in_url(version)) } data-drawer { "See what it asks for" } }
            }
            @if !text("code").is_empty() && operation.state != "cancelled" { p.small.muted { "Code: " code { (text("code")) } } }
        },
    )
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Back {
    back: Option<String>,
}

/// Calls work off.
pub(in crate::http) async fn cancel(
    state: State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(Back { back }): Form<Back>,
) -> Result<Response, Problem> {
    let path = Path(OfId { id });
    let _operation = api::operation::cancel::cancel(state, path, caller).await?;
    Ok(view.done(frame::local(back.as_deref()), "It was cancelled, and nothing has changed."))
}
