use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use marketplace_store::{Status, Submission, Taken};
use maud::{Markup, html};

use super::{LIST, address};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::control::release::{self, Sheet};
use crate::http::pages::control::{self, submit};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document, form, item};
use crate::market::Market;

/// One submission of this tenant, with everything that was said of it.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Response, Problem> {
    let own = find(&market, &caller, &id).await?;
    Ok(view.page(&own.release.card.title, control::page(&view, draw(&view, &own, None))))
}

/// A submission of the caller's tenant: another's is not there.
pub(super) async fn find(market: &Market, caller: &Caller, id: &str) -> Result<Submission, Problem> {
    let submission = market.store.submission(id).await?;
    let own = submission.filter(|submission| submission.release.tenant == caller.tenant);
    own.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}` of yours")))
}

/// What somebody gave as a reason, and why it is none.
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    pub(super) reason: String,
    pub(super) message: String,
}

/// The page again, with what is wrong.
pub(super) fn again(view: &View, own: &Submission, wrong: &Wrong) -> Response {
    let body = control::page(view, draw(view, own, Some(wrong)));
    (wrong.status, document::page(view, &own.release.card.title, body)).into_response()
}

// Whoever decided, and what other authors' items look like this one, is between the moderators.
fn draw(view: &View, own: &Submission, wrong: Option<&Wrong>) -> Markup {
    let sheet = Sheet::of(&own.release);
    let history: Vec<_> =
        own.decisions.iter().filter(|decision| decision.release_id == own.release.id).collect();
    html! {
        p { a href=(LIST) { (parts::icon(Icon::Back)) "My submissions" } }
        (sheet.head())
        (standing(own))
        (release::withdrawal(own.withdrawn.as_ref()))
        (sheet.remarks())
        (sheet.permissions(html! {}))
        (sheet.pictures())
        (sheet.about())
        section.stack aria-labelledby="history" {
            h2 #history { "History" }
            ol.history {
                @for step in &history { (release::decision(step.status, step.decided_at, step.note.as_deref(), None, None)) }
                li { p.row { span.badge { "Submitted" } span.muted.small { (parts::moment(own.release.submitted_at)) } } }
            }
        }
        (sheet.contents())
        (sheet.plan())
        (sheet.manifest())
        (withdrawing(view, own, wrong))
    }
}

/// What it waits for, or what came of it, and what to do next.
fn standing(own: &Submission) -> Markup {
    let release = &own.release;
    let again = format!("{}?from={}", submit::START, release.id);
    let note = html! { @if let Some(note) = &release.note { blockquote.as-written { (note) } } };
    match release.status {
        Status::Pending => parts::notice(
            "info",
            html! {
                p { strong { "A moderator will look at it." } }
                p { "Nobody sees it before that. There is nothing to do for you; what is decided appears here." }
            },
        ),
        Status::Flagged => parts::notice(
            "warning",
            html! { p { strong { "A moderator wants somebody else to look at it." } } (note) p { "Nobody sees it before that. There is nothing to do for you." } },
        ),
        Status::Rejected => parts::notice(
            "danger",
            html! {
                p { strong { "It was rejected." } @if release.note.is_some() { " What the moderator says:" } }
                (note)
                p { a.button.primary href=(again) { "Fix and submit again" } }
            },
        ),
        Status::Approved => parts::notice(
            "success",
            html! {
                p { strong { "It is approved" } @if own.withdrawn.is_some() { ", and was taken back." } @else { ", and people can have it." } }
                (note)
                p.row {
                    @if own.withdrawn.is_none() { a.button href=(item::address(&release.category, &release.slug)) { "See it in the marketplace" } }
                    a.button href=(again) { (parts::icon(Icon::Upload)) "Submit the next version" }
                }
            },
        ),
    }
}

/// Taking an approved release back, or offering it again.
fn withdrawing(view: &View, own: &Submission, wrong: Option<&Wrong>) -> Markup {
    let here = address(&own.release.id);
    let is_yanked = own.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.kind == Taken::Yanked);
    let is_taken = own.withdrawn.is_some() && !is_yanked;
    html! {
        @if own.release.status == Status::Approved && !is_taken {
            section.stack aria-labelledby="withdraw" {
                h2 #withdraw { @if is_yanked { "Offer it again" } @else { "Take it back" } }
                @if is_yanked {
                    form.panel.stack method="post" action={ (here) "/unyank" } {
                        (form::key(view))
                        p { "It is offered again, and those who have it see no warning any more." }
                        button.button type="submit" { "Offer it again" }
                    }
                } @else {
                    details.confirm open[wrong.is_some()] {
                        summary.button { "Take it back…" }
                        form.panel.stack method="post" action={ (here) "/yank" } {
                            (form::key(view))
                            p { "Nobody gets version " (own.release.version) " anew. Those who have it keep it, and are told your reason." }
                            (parts::field("reason", "Reason", "Everybody who has it reads this.", html! {
                                textarea #reason name="reason" required rows="3" maxlength="4000" aria-describedby="reason-hint" aria-invalid=[wrong.map(|_| "true")] aria-errormessage=[wrong.map(|_| "reason-error")] {
                                    (wrong.map(|wrong| wrong.reason.as_str()).unwrap_or_default())
                                }
                            }))
                            @if let Some(wrong) = wrong { div.field-error #reason-error role="alert" { p { (document::sentence(&wrong.message)) } } }
                            button.button.danger type="submit" { "Take it back" }
                        }
                    }
                }
            }
        }
    }
}
