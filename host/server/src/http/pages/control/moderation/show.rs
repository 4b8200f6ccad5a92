use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use marketplace_store::{AuthorKey, Status, Submission};
use maud::{Markup, html};

use super::{address, queue_of};
use crate::account::author::public_key;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::assets::asset;
use crate::http::pages::control;
use crate::http::pages::control::release::{self, Sheet};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document, form, item};
use crate::http::view::Detail;
use crate::market::Market;
use crate::release::{Compared, compare};

/// One release, with all that a decision needs.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
) -> Result<Response, Problem> {
    let case = Case::find(&market, &id).await?;
    Ok(view.page(&case.submission.release.card.title, control::page(&view, case.draw(&view, None))))
}

/// A submission, and what is around it.
pub(super) struct Case {
    pub(super) submission: Submission,
    compared: Compared,
    /// What its category shows of it.
    details: Vec<Detail>,
    key: Option<AuthorKey>,
    /// Those before and after it that stand as it does.
    beside: (Option<String>, Option<String>),
}

/// A decision that was not taken.
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    pub(super) note: String,
    pub(super) message: String,
    /// Whether it is the note that is to be mended.
    pub(super) is_about_note: bool,
}

impl Case {
    pub(super) async fn find(market: &Market, id: &str) -> Result<Self, Problem> {
        let submission = market.store.submission(id).await?;
        let submission =
            submission.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}`")))?;
        let categories = market.categories.all().await?;
        let release = &submission.release;
        let category = categories.find(release.category.as_str());
        let details = category.map(|one| Detail::all(&one.presentation, &release.card.details, |_| true));
        Ok(Self {
            compared: compare(&categories, &submission).await,
            details: details.unwrap_or_default(),
            key: market.store.key(&submission.release.key_id).await?,
            beside: market.store.beside(id, release.status).await?,
            submission,
        })
    }

    /// The page again, with what is wrong.
    pub(super) fn again(&self, view: &View, wrong: &Wrong) -> Response {
        let body = control::page(view, self.draw(view, Some(wrong)));
        (wrong.status, document::page(view, &self.submission.release.card.title, body)).into_response()
    }

    fn is_open(&self) -> bool {
        matches!(self.submission.release.status, Status::Pending | Status::Flagged)
    }

    fn draw(&self, view: &View, wrong: Option<&Wrong>) -> Markup {
        let one = &self.submission.release;
        let sheet = Sheet::of(one);
        html! {
            (self.way())
            (sheet.head())
            p.muted { "Submitted for the tenant " strong { (one.tenant) } "."
                @if view.caller().is_some_and(|caller| caller.tenant == one.tenant) { " That is your own: the audit log says so." } }
            (release::withdrawal(self.submission.withdrawn.as_ref()))
            (self.lookalikes())
            div.case {
                div.stack {
                    (sheet.remarks())
                    (sheet.permissions(self.changes()))
                    (sheet.pictures())
                    (sheet.about())
                    (release::details(&self.details))
                    (sheet.contents())
                    (sheet.plan())
                    (self.signature(&sheet))
                    (sheet.manifest())
                }
                div.stack {
                    (self.decide(view, wrong))
                    (self.earlier())
                }
            }
            script type="module" src=(asset("shortcuts.js")) {}
        }
    }

    /// The way back, and on.
    fn way(&self) -> Markup {
        let (before, after) = &self.beside;
        html! {
            nav.row.way aria-label="Queue" {
                a href=(queue_of(self.submission.release.status)) data-shortcut="q" data-shortcut-name="Back to the queue" { (parts::icon(Icon::Back)) "Queue" kbd.shortcut aria-hidden="true" { "q" } }
                @if let Some(before) = before { a.button.small href=(address(before)) rel="prev" data-shortcut="k" data-shortcut-name="The one before" { "Previous" kbd.shortcut aria-hidden="true" { "k" } } }
                @if let Some(after) = after { a.button.small href=(address(after)) rel="next" data-shortcut="j" data-shortcut-name="The one after" { "Next in the queue" kbd.shortcut aria-hidden="true" { "j" } } }
                button.button.small.quiet.shortcut-help type="button" data-shortcuts-help { "Keys" kbd.shortcut aria-hidden="true" { "?" } }
            }
        }
    }

    fn lookalikes(&self) -> Markup {
        let lookalikes = &self.submission.lookalikes;
        html! {
            @if !lookalikes.is_empty() {
                (parts::notice("warning", html! {
                    p { strong { "Its name looks like another’s." } " An approval needs a note that says why it may have that name all the same." }
                    ul { @for other in lookalikes {
                        li { a href=(item::address(&other.category, &other.slug)) { (other.title) } " " code.break { (other.slug) } " by " (other.author) }
                    } }
                }))
            }
        }
    }

    /// What it asks for beyond the approved release.
    fn changes(&self) -> Markup {
        html! {
            h3 { "Compared with the approved release" }
            @match &self.compared.changes {
                Some(changes) if changes.is_empty() => p { "It asks for the same." },
                Some(changes) => (parts::changes(changes)),
                None => p.muted { (document::sentence(self.compared.reason.as_deref().unwrap_or("nothing can be compared"))) },
            }
        }
    }

    fn signature(&self, sheet: &Sheet<'_>) -> Markup {
        let public = self.key.as_ref().and_then(public_key);
        let is_signed =
            public.zip(sheet.manifest.clone()).is_some_and(|(key, manifest)| manifest.verify(&key).is_ok());
        html! {
            section.stack aria-labelledby="signature" {
                h2 #signature { "Signature" }
                @if is_signed {
                    p { (parts::icon(Icon::Check)) " The manifest is signed by " strong { (self.submission.release.author) } "." }
                } @else {
                    (parts::notice("danger", html! { p { strong { "The signature does not fit the manifest, or the key." } " It passed when it was submitted. Flag it, and tell an operator." } }))
                }
                @if let Some(key) = &self.key {
                    p { "Key " code.break { (key.fingerprint) } ", registered " (parts::date(key.created_at))
                        @if key.revoked_at.is_some() { ", and revoked since: nothing that it signed is installed any more" }
                        @else if key.retired_at.is_some() { ", and replaced by another since" } "." }
                }
            }
        }
    }

    fn decide(&self, view: &View, wrong: Option<&Wrong>) -> Markup {
        let one = &self.submission.release;
        let is_wrong = wrong.is_some_and(|wrong| wrong.is_about_note);
        html! {
            section.panel.stack.decision aria-labelledby="decision" {
                h2 #decision { "Decision" }
                @if let Some(wrong) = wrong.filter(|wrong| !wrong.is_about_note || !self.is_open()) {
                    (parts::notice("danger", html! { p { (document::sentence(&wrong.message)) } }))
                }
                @if !self.is_open() {
                    p { "It is decided: " (parts::status(one.status)) }
                    @if let Some(note) = &one.note { blockquote.as-written { (note) } }
                    @if let (Some(at), Some(by)) = (one.decided_at, &one.decided_by) { p.muted.small { (parts::moment(at)) " · " (by) } }
                } @else {
                    form.stack method="post" action={ (address(&one.id)) "/decide" } {
                        (form::key(view))
                        // What was shown is what is decided on.
                        input type="hidden" name="manifest_sha256" value=(one.manifest_sha256);
                        input type="hidden" name="status" value=(one.status);
                        (parts::field("note", "Note", "Its author reads it. A rejection needs one, which says what to mend.", html! {
                            textarea #note name="note" rows="4" maxlength="4000" aria-describedby="note-hint" aria-invalid=[is_wrong.then_some("true")] aria-errormessage=[is_wrong.then_some("note-error")] {
                                (wrong.map(|wrong| wrong.note.as_str()).unwrap_or_default())
                            }
                        }))
                        @if let Some(wrong) = wrong.filter(|wrong| wrong.is_about_note) { div.field-error #note-error role="alert" { p { (document::sentence(&wrong.message)) } } }
                        div.row.decisions {
                            button.button.primary type="submit" name="do" value="approve" data-shortcut="a" data-shortcut-name="Approve" { (parts::icon(Icon::Check)) "Approve" kbd.shortcut aria-hidden="true" { "a" } }
                            button.button.danger type="submit" name="do" value="reject" data-shortcut="r" data-shortcut-name="Reject, with a note" data-shortcut-needs="note" { (parts::icon(Icon::Close)) "Reject" kbd.shortcut aria-hidden="true" { "r" } }
                            @if one.status == Status::Pending {
                                button.button type="submit" name="do" value="flag" data-shortcut="f" data-shortcut-name="Flag, so that somebody else looks" { (parts::icon(Icon::Alert)) "Flag" kbd.shortcut aria-hidden="true" { "f" } }
                            }
                        }
                    }
                }
                p { a href={ (address(&one.id)) "/package" } download { (parts::icon(Icon::Download)) "Download the package" } span.muted.small { " " (parts::bytes(one.package_size)) } }
            }
        }
    }

    fn earlier(&self) -> Markup {
        let decisions = &self.submission.decisions;
        html! {
            section.stack aria-labelledby="earlier" {
                h2 #earlier { "Decisions on this item" }
                @if decisions.is_empty() { p.muted { "None yet." } }
                @else {
                    ol.history { @for one in decisions {
                        (release::decision(one.status, one.decided_at, one.note.as_deref(), Some(&one.version), Some(&one.decided_by)))
                    } }
                }
            }
        }
    }
}
