use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use marketplace_sandbox::Finding;
use maud::{Markup, html};
use serde::Deserialize;

use super::fields::{Fields, field_of, label_of};
use super::sign;
use super::{START, address, gone, steps};
use crate::account::token::Caller;
use crate::category::Category;
use crate::http::api::operation::find_for;
use crate::http::extract::{OfId, Path};
use crate::http::pages::assets::asset;
use crate::http::pages::control::{self, release};
use crate::http::pages::form::{self, Asked};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document, operation};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::operation::About;
use crate::release::{Checked, Draft, Said, Words};

/// What is asked for besides.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Besides {
    /// A submission of the draft that is under way, or has just ended.
    operation: Option<String>,
}

/// A draft: what was found, and what is said of it. Once it is submitted, the submission.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Asked(besides): Asked<Besides>,
) -> Result<Response, Problem> {
    // One that is forgotten by now has nothing to tell.
    let running = match &besides.operation {
        Some(id) => find_for(&market, &caller, id).await.ok().map(|found| found.view(&market)),
        None => None,
    };
    let running =
        running.filter(|running| running.about.get("kind").is_some_and(|kind| kind == About::SUBMIT));
    if let Some(submission) = running.as_ref().and_then(submitted) {
        market.drafts.forget(&id);
        let to = control::submissions::address(submission);
        return Ok(
            view.done(&to, "It is submitted. A moderator decides on it, and this page says how it goes on.")
        );
    }
    let Some(draft) = market.drafts.find(&caller, &id) else { return Ok(gone(&view)) };
    let page = Page::find(&market, draft).await?;
    let title = page.title();
    Ok(view.page(&format!("Submit {title}"), control::page(&view, page.draw(&view, running.as_ref(), None))))
}

/// The submission that came of an operation.
fn submitted(operation: &view::Operation) -> Option<&str> {
    operation.answer.as_ref().filter(|_| operation.state == "succeeded")?.get("id")?.as_str()
}

/// Everything on the page of a draft.
pub(super) struct Page {
    pub(super) draft: Arc<Draft>,
    pub(super) said: Said,
    pub(super) category: Option<Arc<Category>>,
    pub(super) signer: sign::Signer,
}

/// What somebody tried to sign with, and why that is no signature.
pub(super) struct Wrong {
    pub(super) signature: String,
    pub(super) reason: String,
}

impl Page {
    pub(super) async fn find(market: &Market, draft: Arc<Draft>) -> Result<Self, Problem> {
        let category = market.categories.all().await?.find(draft.category.as_str()).cloned();
        let signer = sign::Signer::of(market, &draft.author).await?;
        Ok(Self { said: draft.said(), category, signer, draft })
    }

    pub(super) fn title(&self) -> String {
        let words = &self.said.words;
        let named =
            [&words.title, &words.name, &self.draft.file].into_iter().find(|text| !text.trim().is_empty());
        named.cloned().unwrap_or_default()
    }

    /// What its category calls one.
    pub(super) fn kind(&self) -> &str {
        self.category.as_ref().map_or(self.draft.category.as_str(), |category| &category.row.singular)
    }

    pub(super) fn draw(
        &self,
        view: &View,
        running: Option<&view::Operation>,
        wrong: Option<&Wrong>,
    ) -> Markup {
        let checked = self.said.checked.as_deref();
        let is_fit = checked.is_some_and(|checked| checked.refused.is_empty());
        let is_running = running.is_some_and(|running| running.state == "running");
        html! {
            (parts::heading(&self.title(), &document::sentence(&format!("{} by {}, not submitted yet", self.kind(), self.draft.author))))
            (steps(if is_running || is_fit { 2 } else { 1 }))
            @if let Some(running) = running {
                @let back = format!("{}?operation={}", address(&self.draft), running.id);
                section aria-labelledby="sending" { h2.visually-hidden #sending { "Submitting" } (operation::panel(view, running, &back)) }
            }
            // Whoever has no scripts has a page that loads itself again: nothing may be typed into it meanwhile.
            @if !is_running {
                div.survey {
                    (self.found(checked))
                    div.stack {
                        (self.form(view, is_fit))
                        (sign::draw(self, view, is_fit, wrong))
                    }
                }
            }
            script type="module" src=(asset("submit.js")) {}
        }
    }

    fn found(&self, checked: Option<&Checked>) -> Markup {
        html! {
            section.found.stack #found aria-labelledby="found-heading" tabindex="-1" {
                h2 #found-heading { "What was found" }
                @match checked {
                    Some(checked) => (report(checked, &self.said.words)),
                    None => (parts::notice("warning", html! {
                        p { strong { "Nobody has looked at it yet." } }
                        p { "The category gave no answer. Check it again in a moment; if that does not help, tell an operator." }
                    })),
                }
                h3 { "The package" }
                dl.facts {
                    dt { "File" } dd { span.break { (self.draft.file) } }
                    dt { "Size" } dd { (parts::bytes(self.draft.package.sealed().size())) }
                    dt { "SHA-256" } dd { code.break { (self.draft.package.sealed().digest()) } }
                }
                @if let Some(checked) = checked { (release::files(&checked.files)) }
                @if let Some(category) = self.category.as_ref().filter(|category| !category.presentation.package.is_empty()) {
                    p.muted.small { "What a package of " (category.row.name) " is: " (category.presentation.package) }
                }
                p { a.button href=(START) { (parts::icon(Icon::Back)) "Drop another package" } }
            }
        }
    }

    fn form(&self, view: &View, is_fit: bool) -> Markup {
        let fields = Fields {
            words: &self.said.words,
            checked: self.said.checked.as_deref(),
            offers: self
                .category
                .as_ref()
                .map(|category| category.presentation.permissions.as_slice())
                .unwrap_or_default(),
            kind: self.kind(),
        };
        html! {
            form.panel.stack.words method="post" action=(address(&self.draft)) {
                (form::key(view))
                // What Enter means in a field, whichever button stands first.
                button.visually-hidden type="submit" name="do" value="check" tabindex="-1" aria-hidden="true" { "Check again" }
                h2 { "What you say of it" }
                (fields.draw())
                div.row.form-end {
                    button.button type="submit" name="do" value="check" { (parts::icon(Icon::Search)) "Check again" }
                    @if matches!(self.signer, sign::Signer::Server(_)) {
                        button.button.primary type="submit" name="do" value="send" { (parts::icon(Icon::Key)) "Sign and submit" }
                    }
                }
                @if let (sign::Signer::Server(key), true) = (&self.signer, is_fit) {
                    p.muted.small { "It is signed with the key " code.break { (key.fingerprint) } " of " (self.draft.author) ", which this server holds." }
                }
            }
        }
    }
}

/// What stands in the way, what is worth a look, and what it needs.
fn report(checked: &Checked, words: &Words) -> Markup {
    html! {
        @if checked.refused.is_empty() {
            (parts::notice("success", html! { p { strong { "Nothing stands in the way." } } p { "A moderator sees what you see here." } }))
        } @else {
            (parts::notice("danger", html! {
                p { strong { (parts::count(checked.refused.len(), "thing")) @if checked.refused.len() == 1 { " stands" } @else { " stand" } " in the way" } }
                ul.findings { @for finding in &checked.refused { (linked(finding, words)) } }
            }))
        }
        @if !checked.remarks.is_empty() {
            (parts::notice("warning", html! {
                p { strong { "A moderator will look at this" } }
                (parts::findings(&checked.remarks))
            }))
        }
        h3 { "The fewest permissions that it needs" }
        @match &checked.needed {
            Some(needed) => (parts::grants(needed)),
            None => p.muted { "Nobody can tell while the package is refused." },
        }
        @if !checked.unneeded.is_empty() {
            h3 { "Declared and not needed" }
            ul.unneeded { @for permission in &checked.unneeded { li { code { (permission) } } } }
            p.muted.small { "Take them out, unless it needs them in a way that nobody can see from outside: people agree sooner to less." }
        }
    }
}

/// A finding, with the way to its field.
fn linked(finding: &Finding, words: &Words) -> Markup {
    html! {
        li {
            p { (document::sentence(&finding.message)) }
            p.muted.small {
                @match field_of(finding, words) {
                    Some(field) => a href={ "#" (field) } { "To the field “" (label_of(field, words)) "”" },
                    None => code { (finding.subject) },
                }
                " · rule " code { (finding.rule) }
            }
        }
    }
}
