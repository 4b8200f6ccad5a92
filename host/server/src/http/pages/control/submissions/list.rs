use axum::extract::State;
use axum::response::Response;
use marketplace_store::{Page, PageError, Status, Submission};
use maud::{Markup, html};
use serde::Deserialize;

use super::{LIST, address};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::control::{self, release, submit};
use crate::http::pages::form::Asked;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, picture};
use crate::market::Market;

/// Submissions on a page.
const PAGE: u32 = 24;

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    /// Where the list goes on.
    cursor: Option<String>,
}

/// What this tenant submitted, newest first.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let page = match market.store.submissions_of(&caller.tenant, PAGE, wish.cursor.as_deref()).await {
        // An old address: then it is the list from its beginning.
        Err(PageError::BadCursor | PageError::Expired) => {
            market.store.submissions_of(&caller.tenant, PAGE, None).await?
        }
        other => other?,
    };
    Ok(view.page("My submissions", control::page(&view, draw(&page))))
}

fn draw(page: &Page<Submission>) -> Markup {
    let more = page.next_cursor.as_ref().map(|cursor| format!("{LIST}?cursor={}", parts::in_url(cursor)));
    html! {
        (parts::heading("My submissions", "How each stands, and why. Newest first."))
        @if page.items.is_empty() {
            (release::nothing("Nothing was submitted yet", html! {
                p { "What you submit appears here, with what the moderators say." }
                p { a.button.primary href=(submit::START) { (parts::icon(Icon::Upload)) "Submit something" } }
            }))
        } @else {
            p { a.button.primary href=(submit::START) { (parts::icon(Icon::Upload)) "Submit" } }
            ul.submissions data-more-into { @for submission in &page.items { li { (one(submission)) } } }
            (parts::more(more.as_deref(), "Earlier ones"))
        }
    }
}

fn one(submission: &Submission) -> Markup {
    let own = &submission.release;
    let icon = own.card.icon.as_ref().map(|icon| picture::address_of_submission(&own.id, icon));
    html! {
        article.submission.panel {
            (parts::picture(icon.as_deref(), &own.card.title, own.slug.as_str()))
            div.stack {
                div.row {
                    h2 { a href=(address(&own.id)) { (own.card.title) " " (own.version) } }
                    (parts::status(own.status))
                    @if submission.withdrawn.is_some() { span.badge.warning { "Taken back" } }
                }
                p.muted.small { (parts::category_icon(own.category.as_str())) code.break { (own.category) "/" (own.slug) } " · by " (own.author) " · " (parts::moment(own.submitted_at)) }
                @if let Some(note) = &own.note { blockquote.as-written { (note) } }
                @if own.status == Status::Rejected {
                    p { a.button href={ (submit::START) "?from=" (own.id) } { "Fix and submit again" } }
                }
            }
        }
    }
}
