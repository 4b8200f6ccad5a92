//! The page around a page: head, dock, what became of the last thing one did.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use super::assets::asset;
use super::frame::Scheme;
use super::parts::{self, Icon};
use super::theme::{self, Theme};
use super::{View, form};
use crate::account::Scope;

/// A whole page; `main` is what is on it.
pub(super) fn page(view: &View, title: &str, main: Markup) -> Markup {
    dressed(view, view.theme(), title, main)
}

/// A page that no theme reaches. What a person agrees to can always be read, and a theme that cannot be read can always
/// be left: a stylesheet of nothing but variables can still make text invisible.
pub(super) fn plain(view: &View, title: &str, main: Markup) -> Markup {
    dressed(view, None, title, main)
}

fn dressed(view: &View, theme: Option<&Theme>, title: &str, main: Markup) -> Markup {
    let scheme = view.scheme();
    html! {
        (DOCTYPE)
        html lang="en" data-scheme=(scheme.as_str()) data-theme=[chosen(scheme)] class=[chosen(scheme)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(colour_scheme(scheme));
                title { (title) " · Marketplace" }
                link rel="stylesheet" href=(asset("style.css"));
                @if let Some(theme) = theme { link #theme rel="stylesheet" href=(theme.stylesheet()); }
                link rel="icon" type="image/svg+xml" href=(asset("icon.svg"));
                script type="module" src=(asset("main.js")) {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (dock(view))
                main #main tabindex="-1" {
                    (announcements(view))
                    (main)
                }
                // The icons of categories, which come from their components. Last: nobody waits for them to read.
                link rel="stylesheet" href="/marketplace/categories.css";
            }
        }
    }
}

fn chosen(scheme: Scheme) -> Option<&'static str> {
    (scheme != Scheme::System).then(|| scheme.as_str())
}

fn colour_scheme(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::System => "light dark",
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    }
}

/// What is told at the top of any page.
fn announcements(view: &View) -> Markup {
    html! {
        div #announcements data-part="announcements" {
            @if let Some(theme) = view.theme().filter(|theme| theme.is_trial) { (theme::trial(view, theme)) }
            @if let Some(message) = view.message() {
                (parts::notice(if message.is_error { "danger" } else { "success" }, html! { p { (message.text) } }))
            }
        }
    }
}

struct Place {
    href: &'static str,
    name: &'static str,
    icon: Icon,
}

const DOCK: [Place; 3] = [
    Place { href: "/marketplace", name: "Marketplace", icon: Icon::Shop },
    Place { href: "/dashboard", name: "Dashboard", icon: Icon::Dashboard },
    Place { href: "/control-center", name: "Control Center", icon: Icon::Sliders },
];

fn dock(view: &View) -> Markup {
    let here = view.path();
    let is_here =
        |href: &str| here.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    html! {
        header.dock {
            nav aria-label="Dock" {
                ul {
                    @for place in DOCK {
                        li { a href=(place.href) aria-current=[is_here(place.href).then_some("page")] {
                            (parts::icon(place.icon)) span { (place.name) }
                        } }
                    }
                }
            }
            ul.dock-end {
                li { a href="/appearance" aria-current=[is_here("/appearance").then_some("page")] {
                    (parts::icon(Icon::Palette)) span { "Appearance" }
                } }
                li { (account(view)) }
            }
        }
    }
}

fn account(view: &View) -> Markup {
    let Some(session) = view.session() else {
        let next = super::frame::local(Some(view.here()));
        let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
        return html! { a href={ "/sign-in?" (query) } rel="nofollow" { (parts::icon(Icon::Person)) span { "Sign in" } } };
    };
    html! {
        details.menu {
            summary { (parts::icon(Icon::Person)) span { (session.caller.tenant) } }
            div.menu-body {
                p { "Signed in for " strong { (session.caller.tenant) } }
                @if !session.label.is_empty() { p.muted { "with the token “" (session.label) "”" } }
                p.muted { "You may "
                    @for (number, scope) in session.caller.scopes.iter().enumerate() {
                        @if number > 0 { ", " } (scope.as_str())
                    }
                    @if session.caller.scopes.is_empty() { "look around" }
                    "." }
                @if view.may(Scope::Install) { p { a href="/control-center/license" { "License" } } }
                form method="post" action="/sign-out" {
                    (form::key(view))
                    button.button type="submit" { "Sign out" }
                }
            }
        }
    }
}

/// What went wrong, as a page.
pub(super) fn problem(view: &View, status: StatusCode, problem: &Value) -> Response {
    let text = |member: &str| problem.get(member).and_then(Value::as_str).unwrap_or_default();
    let code = text("code");
    let heading = match (code, status) {
        ("not_found", _) => "There is nothing here",
        ("scope_missing", _) => "You may not see this page",
        ("stale_form", _) => "Please send that again",
        ("rate_limited", _) => "That was a little fast",
        (_, StatusCode::FORBIDDEN) => "That is not allowed",
        (_, StatusCode::CONFLICT) => "That does not go together",
        (_, status) if status.is_server_error() => "The server could not do that",
        _ => "That did not work",
    };
    let main = html! {
        section.problem.stack data-part="problem" aria-labelledby="problem" {
            h1 #problem { (heading) }
            p.lead { (sentence(text("detail"))) }
            @if let Some(findings) = problem.get("findings").and_then(Value::as_array) {
                ul.findings { @for finding in findings { (parts::finding(finding)) } }
            }
            p.row {
                a.button href=(super::frame::local(Some(view.here()))) { "Try again" }
                @if code == "scope_missing" { a.button.primary href={ "/sign-in?next=" (view.path()) } { "Sign in with another token" } }
                a.button href="/marketplace" { "To the marketplace" }
            }
            p.muted.small { "Code: " code { (if code.is_empty() { "unknown" } else { code }) } " · Status: " (status.as_u16()) }
        }
    };
    (status, page(view, heading, main)).into_response()
}

/// The rest of a sentence.
pub(super) fn sentence_end(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with(['.', '!', '?', '`', '…']) { "" } else { "." };
    format!("{text}{end}")
}

/// A message as a sentence of its own.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    sentence_end(&format!("{}{}", first.to_uppercase(), letters.as_str()))
}
