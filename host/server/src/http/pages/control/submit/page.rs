use axum::extract::State;
use axum::response::Response;
use marketplace_sandbox::Finding;
use marketplace_store::Release;
use maud::{Markup, html};
use serde::Deserialize;

use super::desk::{Desk, Publisher, earlier};
use super::{START, steps};
use crate::account::Scope;
use crate::account::license::PUBLISH;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control;
use crate::http::pages::form::{self, Asked};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document};
use crate::market::Market;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Wish {
    /// What it is to be.
    category: String,
    /// A submission of before, which this one takes the place of or comes after.
    from: String,
}

/// What was chosen so far, and what is wrong with it.
#[derive(Default)]
pub(super) struct Choice {
    pub(super) category: String,
    pub(super) author: String,
    pub(super) from: Option<Release>,
    pub(super) findings: Vec<Finding>,
}

/// Asks for a category and a package.
pub(in crate::http) async fn page(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let desk = Desk::find(&market, &caller).await?;
    let mut choice = Choice { category: wish.category, ..Choice::default() };
    if !wish.from.is_empty() {
        let release = earlier(&market, &caller, &wish.from).await?;
        choice.category = release.category.to_string();
        choice.author = release.author.to_string();
        choice.from = Some(release);
    }
    Ok(view.page("Submit", control::page(&view, draw(&view, &desk, &choice))))
}

/// The page.
pub(super) fn draw(view: &View, desk: &Desk, choice: &Choice) -> Markup {
    html! {
        (parts::heading("Submit", "Choose a category, drop the package, and see what is found before anybody else does."))
        (steps(0))
        @if !desk.is_licensed() {
            (unlicensed(view, desk))
        } @else if desk.able().next().is_none() {
            (nobody(desk))
        } @else {
            (unfinished(desk))
            (ask(view, desk, choice))
        }
        script type="module" src=(asset("submit.js")) {}
    }
}

fn unlicensed(view: &View, desk: &Desk) -> Markup {
    parts::empty(
        Icon::Card,
        "Your license does not include publishing",
        html! {
            p { "The " (desk.standing.gates.tier) " license is in force, and publishing needs Pro, Team or Enterprise. What is installed and published stays as it is." }
            @if let Some(reason) = &desk.standing.reason { p { "There is another license that does not count: " (document::sentence(reason)) } }
            p { "Ask whoever sells you your license for one whose gate " code { (PUBLISH) } " is open, and put it in force." }
            @if view.may(Scope::Install) { p { a.button.primary href="/control-center/license" { "License" } } }
        },
    )
}

fn nobody(desk: &Desk) -> Markup {
    let heading = if desk.publishers.is_empty() {
        "You have no author yet"
    } else {
        "None of your authors may publish now"
    };
    parts::empty(
        Icon::Key,
        heading,
        html! {
            @if desk.publishers.is_empty() {
                p { "Everything is published under an author's name. Apply for one; an operator decides on it, and then it is yours." }
            } @else {
                ul { @for publisher in &desk.publishers { li { (obstacle(publisher)) } } }
            }
            p { a.button.primary href="/control-center/authors" { "Authors and keys" } }
        },
    )
}

fn obstacle(publisher: &Publisher) -> Markup {
    let reason = publisher.obstacle().unwrap_or_default();
    html! { strong { (publisher.author.id) } " " (document::sentence_end(&reason)) }
}

/// What was begun and not sent.
fn unfinished(desk: &Desk) -> Markup {
    html! {
        @if !desk.drafts.is_empty() {
            section.panel.stack aria-labelledby="unfinished" {
                h2 #unfinished { "Not submitted yet" }
                ul.drafts { @for draft in &desk.drafts {
                    @let words = draft.said().words;
                    li.row {
                        (parts::category_icon(draft.category.as_str()))
                        a href=(super::address(draft)) { @if words.name.is_empty() { (draft.file) } @else { (words.name) " " (words.version) } }
                        span.muted.small { (draft.file) " · " (parts::bytes(draft.package.sealed().size())) " · by " (draft.author) }
                    }
                } }
            }
        }
    }
}

fn ask(view: &View, desk: &Desk, choice: &Choice) -> Markup {
    html! {
        @if !choice.findings.is_empty() {
            (parts::notice("danger", html! { p { strong { "Nothing was submitted yet. Please mend this:" } } (parts::findings(&choice.findings)) }))
        }
        form.stack.submit-form method="post" action=(START) enctype="multipart/form-data" data-upload {
            (form::key(view))
            @match &choice.from {
                Some(release) => (before(release)),
                None => (categories(desk, choice)),
            }
            (authors(desk, choice))
            (package(desk, choice))
            div.row {
                button.button.primary type="submit" { (parts::icon(Icon::Search)) "Look at it" }
                span.muted data-upload-state aria-live="polite" {}
            }
            p.muted.small { "Nothing is published by this: you see what is found, and send it only after that." }
        }
    }
}

/// What is submitted once more.
fn before(release: &Release) -> Markup {
    html! {
        input type="hidden" name="from" value=(release.id);
        section.panel.stack aria-labelledby="before" {
            h2 #before { "After " (release.card.title) " " (release.version) }
            p.row { (parts::category_icon(release.category.as_str())) (release.category) " · " code { (release.slug) } " " (parts::status(release.status)) }
            @if let Some(note) = &release.note { blockquote.as-written { (note) } }
            p.muted { "What was said of it is filled in on the next page, where you can change it. "
                a href=(START) { "Submit something else" } }
        }
    }
}

fn categories(desk: &Desk, choice: &Choice) -> Markup {
    html! {
        fieldset.choices {
            legend { h2 { "Category" } }
            div.choice-cards {
                @for category in desk.categories.enabled() {
                    @let (row, broken) = (&category.row, category.adapter().is_err());
                    label.choice {
                        input type="radio" name="category" value=(row.id) required disabled[broken] checked[choice.category == row.id.as_str() && !broken];
                        span.choice-body {
                            span.choice-head { (parts::category_icon(row.id.as_str())) strong { (row.name) } }
                            span.muted.small { (row.description) }
                            @if !category.presentation.package.is_empty() { span.small { "Package: " (category.presentation.package) } }
                            @if broken { span.badge.danger { "Out of order" } span.small { "Its component does not load; ask an operator." } }
                        }
                    }
                }
            }
        }
    }
}

fn authors(desk: &Desk, choice: &Choice) -> Markup {
    let able: Vec<_> = desk.able().collect();
    html! {
        @match able.as_slice() {
            [one] => {
                input type="hidden" name="author" value=(one.author.id);
                p { "It is published by " strong { (one.author.id) } ", and signed "
                    @if held(one) { "with the key that this server holds." } @else { "with a key of your own, at home." } }
            }
            several => (parts::field("author", "Author", "Under whose name it is published, for ever.", html! {
                select #author name="author" aria-describedby="author-hint" {
                    @for one in several {
                        option value=(one.author.id) selected[choice.author == one.author.id.as_str()] {
                            (one.author.id) @if held(one) { " · this server holds the key" } @else { " · you hold the key" }
                        }
                    }
                }
            })),
        }
        @for other in desk.publishers.iter().filter(|publisher| publisher.obstacle().is_some()) {
            p.muted.small { (obstacle(other)) " " a href="/control-center/authors" { "Authors and keys" } }
        }
    }
}

fn held(publisher: &Publisher) -> bool {
    publisher.key.as_ref().is_some_and(|key| key.held_secret.is_some())
}

fn package(desk: &Desk, choice: &Choice) -> Markup {
    let category = desk.categories.find(&choice.category);
    let what =
        category.map(|category| category.presentation.package.as_str()).filter(|what| !what.is_empty());
    let is_wrong =
        |field: &str| choice.findings.iter().any(|finding| finding.subject == field).then_some("true");
    html! {
        section.stack aria-labelledby="package-heading" {
            h2 #package-heading { "Package" }
            div.field {
                label for="package" { "Package file" }
                div.drop data-drop {
                    (parts::icon(Icon::Upload))
                    p.drop-words data-drop-words { "Choose a .tar.gz or .zip" }
                    input #package type="file" name="package" accept=".tar.gz,.tgz,.gz,.zip,application/gzip,application/zip"
                        required[choice.from.is_none()] aria-describedby="package-hint" aria-invalid=[is_wrong("package")];
                }
                p.hint #package-hint {
                    @if let Some(what) = what { (document::sentence(what)) " " }
                    "The item’s files, at the top of the archive; no manifest among them. At most 2 GiB."
                    @if let Some(release) = &choice.from {
                        " Choose none to send the package of " (release.version) " (" (parts::bytes(release.package_size)) ") again."
                    }
                }
            }
            details open[is_wrong("manifest").is_some()] {
                summary { "I have a manifest already" }
                (parts::field("manifest", "Manifest", "A manifest.yaml or .json. What it says is filled in on the next page; a signature is not taken over.", html! {
                    input #manifest type="file" name="manifest" accept=".yaml,.yml,.json" aria-describedby="manifest-hint" aria-invalid=[is_wrong("manifest")];
                }))
            }
        }
    }
}
