use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use marketplace_store::{Page, PageError, ReviewCase, ReviewFilter, ReviewState};
use maud::{Markup, html};
use serde::Deserialize;

use super::LIST;
use crate::http::Problem;
use crate::http::pages::control::{self, release};
use crate::http::pages::form::{self, Asked};
use crate::http::pages::parts;
use crate::http::pages::{View, document, item};
use crate::market::Market;

/// Reviews on a page.
const PAGE: u32 = 24;

/// Which reviews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tab {
    /// Those that wait for a decision.
    #[default]
    Reported,
    /// Those that a moderator removed.
    Removed,
    All,
}

const TABS: [(Tab, &str, &str); 3] =
    [(Tab::Reported, "reported", "Reported"), (Tab::Removed, "removed", "Removed"), (Tab::All, "all", "All")];

impl Tab {
    fn filter(self) -> ReviewFilter {
        ReviewFilter { reported: self == Self::Reported, removed: self == Self::Removed }
    }

    fn word(self) -> &'static str {
        TABS.iter().find(|(tab, ..)| *tab == self).map_or("reported", |(_, word, _)| word)
    }

    pub(super) fn address(self) -> String {
        if self == Self::Reported { LIST.to_owned() } else { format!("{LIST}?show={}", self.word()) }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    show: Tab,
    /// Where the list goes on.
    cursor: Option<String>,
}

/// A decision that was not taken.
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    /// On which review.
    pub(super) id: String,
    pub(super) reason: String,
    pub(super) message: String,
}

/// Reviews of all items, with the reports on them.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let page = find(&market, wish.show, wish.cursor.as_deref()).await?;
    Ok(view.page("Reported reviews", control::page(&view, draw(&view, wish.show, &page, None))))
}

/// The list again, with what is wrong.
pub(super) async fn again(
    market: &Market,
    view: &View,
    tab: Tab,
    wrong: &Wrong,
) -> Result<Response, Problem> {
    let page = find(market, tab, None).await?;
    let body = control::page(view, draw(view, tab, &page, Some(wrong)));
    Ok((wrong.status, document::page(view, "Reported reviews", body)).into_response())
}

async fn find(market: &Market, tab: Tab, cursor: Option<&str>) -> Result<Page<ReviewCase>, Problem> {
    match market.store.review_cases(tab.filter(), PAGE, cursor).await {
        // An old address: then it is the list from its beginning.
        Err(PageError::BadCursor | PageError::Expired) => {
            Ok(market.store.review_cases(tab.filter(), PAGE, None).await?)
        }
        other => Ok(other?),
    }
}

fn draw(view: &View, tab: Tab, page: &Page<ReviewCase>, wrong: Option<&Wrong>) -> Markup {
    let more = page.next_cursor.as_ref().map(|cursor| {
        let query = [("show", tab.word()), ("cursor", cursor.as_str())];
        format!("{LIST}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    });
    let is_here = |wrong: &&Wrong| page.items.iter().any(|case| case.review.id == wrong.id);
    html! {
        (parts::heading("Reported reviews", "What readers complain about, the oldest report first. A reported review is shown until you decide."))
        nav.tabs aria-label="Which reviews" {
            ul { @for (other, _, name) in TABS {
                li { a href=(other.address()) aria-current=[(other == tab).then_some("page")] { (name) } }
            } }
        }
        // It is on another page of the list, or somebody else has decided.
        @if let Some(wrong) = wrong.filter(|wrong| !is_here(wrong)) {
            (parts::notice("danger", html! { p { (document::sentence(&wrong.message)) } p { "Your reason was: “" (wrong.reason) "”" } }))
        }
        @if page.items.is_empty() {
            (release::nothing(
                match tab { Tab::Reported => "Nothing is reported", Tab::Removed => "Nothing is removed", Tab::All => "Nobody has written a review yet" },
                html! { p { @match tab {
                    Tab::Reported => "What readers report appears here.",
                    Tab::Removed => "What you remove appears here, and can be restored.",
                    Tab::All => "Whoever has installed an item may say what they think of it.",
                } } },
            ))
        } @else {
            ul.submissions data-more-into { @for case in &page.items {
                li { (one(view, tab, case, wrong.filter(|wrong| wrong.id == case.review.id))) }
            } }
            (parts::more(more.as_deref(), "More reviews"))
        }
    }
}

fn one(view: &View, tab: Tab, case: &ReviewCase, wrong: Option<&Wrong>) -> Markup {
    let review = &case.review;
    #[allow(clippy::cast_precision_loss, reason = "one to five")]
    let stars = i64::from(review.rating) as f64;
    html! {
        article.panel.stack.review-case {
            div.row {
                h2 { a href=(item::address(&review.category, &review.slug)) { (review.category) "/" (review.slug) } }
                (state(review.state))
            }
            div.review {
                div.row { (parts::star_bar(stars)) span.visually-hidden { (stars) " of 5 stars" }
                    @if let Some(title) = &review.title { strong { (title) } } }
                @if let Some(body) = &review.body { p.as-written { (body) } }
                p.muted.small { (review.tenant) " · " (parts::moment(review.created_at)) " · for " (review.version)
                    @if let Some(at) = review.edited_at { " · edited " (parts::moment(at)) } }
                @if let Some(reply) = &review.reply {
                    blockquote { p.as-written { (reply.body) } p.muted.small { (reply.author) ", the author · " (parts::date(reply.created_at)) } }
                }
            }
            (reports(case))
            @if let Some(decided) = &review.decided {
                p.small { strong { "Decided before: " } span.as-written { (decided.reason) } span.muted { " · " (parts::moment(decided.at)) " · " (decided.by) } }
            }
            (decide(view, tab, case, wrong))
        }
    }
}

fn state(state: ReviewState) -> Markup {
    let (class, word) = match state {
        ReviewState::Published => ("", "Public"),
        ReviewState::Reported => ("warning", "Reported"),
        ReviewState::Kept => ("success", "Kept"),
        ReviewState::Removed => ("danger", "Removed"),
    };
    html! { span class={ "badge " (class) } { (word) } }
}

fn reports(case: &ReviewCase) -> Markup {
    let more = usize::try_from(case.report_count).unwrap_or(0).saturating_sub(case.reports.len());
    html! {
        @if !case.reports.is_empty() {
            div.stack {
                h3 { (parts::count(usize::try_from(case.report_count).unwrap_or(0), "report")) }
                ul.reports { @for report in &case.reports {
                    li { p.as-written { (report.reason) }
                        p.muted.small { (report.tenant) " · " (parts::moment(report.reported_at)) @if report.resolved_at.is_some() { " · decided on" } } }
                } }
                @if more > 0 { p.muted.small { "And " (more) " more." } }
            }
        }
    }
}

fn decide(view: &View, tab: Tab, case: &ReviewCase, wrong: Option<&Wrong>) -> Markup {
    let review = &case.review;
    let field = format!("reason-{}", review.id);
    let hint = match review.state {
        ReviewState::Removed => "For the audit log.",
        _ => "For the audit log; if you remove the review, its writer reads it.",
    };
    html! {
        form.stack method="post" action={ (LIST) "/" (review.id) "/decide" } {
            (form::key(view))
            // What was shown is what is decided on.
            input type="hidden" name="revision" value=(review.revision);
            input type="hidden" name="show" value=(tab.word());
            (parts::field(&field, "Reason", hint, html! {
                textarea id=(field) name="reason" rows="2" required maxlength="4000" aria-describedby={ (field) "-hint" }
                    aria-invalid=[wrong.map(|_| "true")] aria-errormessage=[wrong.map(|_| format!("{field}-error"))] {
                    (wrong.map(|wrong| wrong.reason.as_str()).unwrap_or_default())
                }
            }))
            @if let Some(wrong) = wrong { div.field-error id={ (field) "-error" } role="alert" { p { (document::sentence(&wrong.message)) } } }
            div.row {
                @match review.state {
                    ReviewState::Removed => button.button type="submit" name="do" value="restore" { "Restore it" },
                    state => {
                        @if state == ReviewState::Reported { button.button type="submit" name="do" value="dismiss" { "Dismiss the reports" } }
                        button.button.danger type="submit" name="do" value="remove" { "Remove the review" }
                    }
                }
            }
        }
    }
}
