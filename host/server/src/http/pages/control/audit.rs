//! The audit log: every change, and nothing is ever taken out of it. The address says what is looked for, so it can be
//! sent to somebody else.

use axum::extract::State;
use axum::response::Response;
use marketplace_store::{AuditEvent, AuditQuery, PageError};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::refused::Refused;
use crate::clock::parse_rfc3339;
use crate::http::Problem;
use crate::http::pages::form::Asked;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// The page.
const PLACE: &str = "/control-center/audit";
/// Events on a page.
const PAGE: u32 = 50;

/// What is looked for, as the address says it. A form sends fields that nobody filled in: they say nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    cursor: String,
}

impl Wish {
    fn query(&self) -> Result<AuditQuery, Refused> {
        Ok(AuditQuery {
            actor: filled(&self.actor),
            action: filled(&self.action),
            subject: filled(&self.subject),
            since: moment("from", &self.since)?,
            until: moment("until", &self.until)?,
            limit: Some(PAGE),
            cursor: filled(&self.cursor),
        })
    }

    fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
            ("since", &self.since),
            ("until", &self.until),
        ]
    }

    fn is_filtered(&self) -> bool {
        self.fields().iter().any(|(_, value)| !value.trim().is_empty())
    }

    /// The address of this question, or of where its answer goes on.
    fn address(&self, cursor: Option<&str>) -> String {
        let fields = self.fields().into_iter().filter(|(_, value)| !value.trim().is_empty());
        let all: Vec<_> = fields.chain(cursor.map(|cursor| ("cursor", cursor))).collect();
        match all.is_empty() {
            true => PLACE.to_owned(),
            false => format!("{PLACE}?{}", serde_urlencoded::to_string(all).unwrap_or_default()),
        }
    }

    /// The same question with one thing changed.
    fn but(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut wish = self.clone();
        change(&mut wish);
        wish.address(None)
    }
}

/// The address of what was done to something.
pub(super) fn about(subject: &str) -> String {
    Wish { subject: subject.to_owned(), ..Wish::default() }.address(None)
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A moment as RFC 3339 has it, or as a browser's field for one sends it, which knows no time zone: it is UTC.
fn moment(label: &str, text: &str) -> Result<Option<i64>, Refused> {
    let Some(text) = filled(text) else { return Ok(None) };
    let forms = [text.clone(), format!("{text}Z"), format!("{text}:00Z"), format!("{text}T00:00:00Z")];
    match forms.iter().find_map(|text| parse_rfc3339(text)) {
        Some(moment) => Ok(Some(moment)),
        None => Err(Refused::field(label, &format!("`{text}` is no time; write 2026-03-01T12:00, in UTC"))),
    }
}

/// Who did what, when and why.
pub(in crate::http) async fn audit(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let mut query = match wish.query() {
        Ok(query) => query,
        Err(refused) => {
            let main = control::page(&view, html! { (head()) (filter(&wish)) (refused.draw()) });
            return Ok(refused.page(&view, "Audit log", main));
        }
    };
    let page = match market.store.audit_events(&query).await {
        // A shared address outlives its place in the list: then it is the list from its beginning.
        Err(PageError::BadCursor | PageError::Expired) if query.cursor.is_some() => {
            query.cursor = None;
            market.store.audit_events(&query).await?
        }
        other => other?,
    };
    let next = page.next_cursor.as_deref().map(|cursor| wish.address(Some(cursor)));
    Ok(view.page("Audit log", control::page(&view, html! {
        (head())
        (filter(&wish))
        @if page.items.is_empty() {
            (parts::empty(Icon::List, "Nothing like that happened", html! {
                p { "Each field finds what is equal to it, and what goes on after it: " code { "key" } " finds " code { "key.revoked" } ", and not " code { "keys" } "." }
                p { a.button href=(PLACE) { "Show everything" } }
            }))
        } @else {
            ol.rows.events data-more-into { @for event in &page.items { li { (one(&wish, event)) } } }
            (parts::more(next.as_deref(), "Show older"))
        }
    })))
}

fn head() -> Markup {
    parts::heading("Audit log", "Every change, newest first. Nothing is ever taken out of it.")
}

fn filter(wish: &Wish) -> Markup {
    let text = |name: &'static str, label: &str, hint: &str, value: &str| {
        parts::field(
            name,
            label,
            hint,
            html! {
                input id=(name) name=(name) value=(value) maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby={ (name) "-hint" };
            },
        )
    };
    let moment = |name: &'static str, label: &str, value: &str| {
        parts::field(
            name,
            label,
            "In UTC.",
            html! { input id=(name) type="datetime-local" name=(name) value=(for_browser(value)) aria-describedby={ (name) "-hint" }; },
        )
    };
    html! {
        form.filter-bar method="get" action=(PLACE) aria-label="Filter" {
            (text("actor", "Who", "A tenant finds all its tokens.", &wish.actor))
            (text("action", "What", "Such as release, or key.revoked.", &wish.action))
            (text("subject", "On what", "Such as author:ada, or release:themes/harbour.", &wish.subject))
            (moment("since", "From", &wish.since))
            (moment("until", "Until", &wish.until))
            div.row {
                button.button.primary type="submit" { (parts::icon(Icon::Filter)) "Show" }
                @if wish.is_filtered() { a.button.quiet href=(PLACE) { "Show everything" } }
            }
        }
    }
}

/// As a browser's field for a moment takes it; what it does not take stays in the address.
fn for_browser(text: &str) -> &str {
    text.trim().trim_end_matches('Z')
}

fn one(wish: &Wish, event: &AuditEvent) -> Markup {
    let has_details = event.details.as_object().is_none_or(|details| !details.is_empty());
    let link = |href: String, what: &str, text: &str| {
        html! { a.plain href=(href) title={ "Only this " (what) } rel="nofollow" { (text) } }
    };
    html! {
        article.event {
            p.row {
                strong { (link(wish.but(|wish| wish.action.clone_from(&event.action)), "action", &event.action)) }
                span.break { (link(wish.but(|wish| wish.subject.clone_from(&event.subject)), "subject", &event.subject)) }
            }
            p.small.muted { (parts::moment(event.at)) " · by " span.break { (link(wish.but(|wish| wish.actor.clone_from(&event.actor)), "actor", &event.actor)) } }
            @if let Some(reason) = &event.reason { p.as-written { "“" (reason) "”" } }
            @if has_details {
                details { summary.small { "Details" } pre.wrap { code { (written(&event.details)) } } }
            }
        }
    }
}

fn written(details: &Value) -> String {
    serde_json::to_string_pretty(details).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_may_be_written_as_a_browser_sends_it() {
        let noon = parse_rfc3339("2026-03-01T12:00:00Z");
        for text in
            ["2026-03-01T12:00", "2026-03-01T12:00:00", " 2026-03-01T12:00:00Z ", "2026-03-01T13:00:00+01:00"]
        {
            assert_eq!(moment("from", text).ok().flatten(), noon, "{text}");
        }
        assert!(matches!(moment("from", " "), Ok(None)));
        assert!(matches!(moment("from", "2026-03-01"), Ok(Some(_))));
        assert!(moment("from", "yesterday").is_err());
    }
}
