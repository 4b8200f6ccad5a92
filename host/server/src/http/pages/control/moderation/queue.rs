use axum::extract::State;
use axum::response::Response;
use futures_util::future::join_all;
use marketplace_store::{Page, PageError, Status, Submission};
use maud::{Markup, html};
use serde::Deserialize;

use super::{address, queue_of};
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control::{self, release};
use crate::http::pages::form::Asked;
use crate::http::pages::parts;
use crate::http::pages::{View, picture};
use crate::market::Market;
use crate::release::{Compared, compare};

/// Submissions on a page: each brings its whole verdict.
const PAGE: u32 = 20;

const TABS: [(Status, &str); 4] = [
    (Status::Pending, "Waiting"),
    (Status::Flagged, "Flagged"),
    (Status::Approved, "Approved"),
    (Status::Rejected, "Rejected"),
];

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    /// What waits, unless said.
    status: Option<Status>,
    /// Where the list goes on.
    cursor: Option<String>,
}

/// What was submitted, oldest first.
pub(in crate::http) async fn queue(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let status = wish.status.unwrap_or(Status::Pending);
    let page = match market.store.queue(Some(status), PAGE, wish.cursor.as_deref()).await {
        // An old address: then it is the queue from its beginning.
        Err(PageError::BadCursor | PageError::Expired) => {
            market.store.queue(Some(status), PAGE, None).await?
        }
        other => other?,
    };
    let waiting = market.store.waiting().await?;
    let categories = market.categories.all().await?;
    // At once: a component that gives no answer costs the page its time-out once, not for each.
    let compared = join_all(page.items.iter().map(|submission| compare(&categories, submission))).await;
    Ok(view.page("Moderation", control::page(&view, draw(status, waiting, &page, &compared))))
}

fn draw(status: Status, waiting: (i64, i64), page: &Page<Submission>, compared: &[Compared]) -> Markup {
    let more = page.next_cursor.as_ref().map(|cursor| {
        let query = [("status", status.to_string()), ("cursor", cursor.clone())];
        format!("{}?{}", super::QUEUE, serde_urlencoded::to_string(query).unwrap_or_default())
    });
    html! {
        (parts::heading("Moderation", "What was submitted, oldest first. People see only what is approved."))
        nav.tabs aria-label="Status" {
            ul { @for (tab, name) in TABS {
                @let count = match tab { Status::Pending => Some(waiting.0), Status::Flagged => Some(waiting.1), _ => None };
                li { a href=(queue_of(tab)) aria-current=[(tab == status).then_some("page")] {
                    (name) @if let Some(count) = count { " " span.count { (count) } }
                } }
            } }
        }
        @if page.items.is_empty() {
            (nothing(status))
        } @else {
            @if let (Status::Pending | Status::Flagged, Some(first)) = (status, page.items.first()) {
                p.row {
                    a.button.primary href=(address(&first.release.id)) data-shortcut="n" data-shortcut-name="Begin with the oldest" { "Begin with the oldest" kbd.shortcut aria-hidden="true" { "n" } }
                    span.muted.small.shortcut-help { kbd { "j" } " " kbd { "k" } " move, " kbd { "?" } " tells all keys" }
                }
            }
            ul.submissions data-more-into data-shortcut-list { @for (submission, compared) in page.items.iter().zip(compared) {
                li { (one(submission, compared)) }
            } }
            (parts::more(more.as_deref(), "Later ones"))
        }
        script type="module" src=(asset("shortcuts.js")) {}
    }
}

fn nothing(status: Status) -> Markup {
    match status {
        Status::Pending => {
            release::nothing("Nothing waits for you", html! { p { "What authors submit appears here." } })
        }
        Status::Flagged => release::nothing(
            "Nothing is flagged",
            html! { p { "What somebody flags waits here for another look." } },
        ),
        Status::Approved => release::nothing(
            "Nothing was approved yet",
            html! { p { "What is approved is in the marketplace, and here." } },
        ),
        Status::Rejected => release::nothing(
            "Nothing was rejected",
            html! { p { "What is rejected is with its author, and here." } },
        ),
    }
}

fn one(submission: &Submission, compared: &Compared) -> Markup {
    let one = &submission.release;
    let icon = one.card.icon.as_ref().map(|icon| picture::address_of_submission(&one.id, icon));
    let asks_for_more = compared
        .changes
        .as_ref()
        .is_some_and(|changes| changes.iter().any(|change| change.direction.asks_for_more()));
    html! {
        article.submission.panel {
            (parts::picture(icon.as_deref(), &one.card.title, one.slug.as_str()))
            div.stack {
                div.row {
                    h2 { a href=(address(&one.id)) data-shortcut-item { (one.card.title) " " (one.version) } }
                    (parts::status(one.status))
                    @if submission.approved_permissions.is_none() && one.approved_at.is_none() { span.badge.info { "New item" } }
                    @if asks_for_more { span.badge.warning { "Asks for more" } }
                    @if !submission.lookalikes.is_empty() { span.badge.danger { "Looks like another" } }
                    @if submission.withdrawn.is_some() { span.badge.warning { "Taken back" } }
                }
                @if !one.card.summary.is_empty() { p { (one.card.summary) } }
                p.muted.small { (parts::category_icon(one.category.as_str())) code.break { (one.category) "/" (one.slug) } " · by " (one.author) " of " (one.tenant) " · " (parts::moment(one.submitted_at)) }
                p { (release::glance(one)) }
            }
        }
    }
}
