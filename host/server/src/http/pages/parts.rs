//! What several pages draw alike. Everything that is passed in is text, and is escaped where it is drawn.

use marketplace_sandbox::{Change, Direction, Finding, Grant, Offer, Risk};
use marketplace_store::Status;
use maud::{Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

/// Pictures of ours. Each is drawn in the colour of the text beside it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Icon {
    Shop,
    Dashboard,
    Sliders,
    Palette,
    Person,
    Search,
    Close,
    Shield,
    Download,
    Check,
    Alert,
    Info,
    Star,
    Key,
    Upload,
    Inbox,
    Puzzle,
    List,
    Card,
    Ban,
    Back,
    Filter,
}

/// One of our pictures. Says nothing to a screen reader: words stand beside it.
pub(super) fn icon(icon: Icon) -> Markup {
    let path = match icon {
        Icon::Shop => {
            "M4 9.5 5.5 4h13L20 9.5M4 9.5V20h16V9.5M4 9.5c0 1.4 1.2 2.5 2.7 2.5s2.6-1.1 2.6-2.5c0 1.4 1.2 2.5 2.7 2.5s2.7-1.1 2.7-2.5c0 1.4 1.1 2.5 2.6 2.5S20 10.900 20 9.500M10 20v-4.500h4V20"
        }
        Icon::Dashboard => "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z",
        Icon::Sliders => "M5 4v7M5 15v5M12 4v3M12 11v9M19 4v9M19 17v3M3 13h4M10 9h4M17 15h4",
        Icon::Palette => {
            "M12 3a9 9 0 1 0 0 18c1.200 0 1.900-.9 1.900-1.900 0-1-.9-1.500-.9-2.500s.8-1.600 1.800-1.600H17a4 4 0 0 0 4-4c0-4.500-4-8-9-8ZM7.500 11.500h.01M10 7.500h.01M14.500 7.500h.01M17 11h.01"
        }
        Icon::Person => {
            "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20c.8-3.500 3.800-5.500 7.500-5.500s6.700 2 7.500 5.500"
        }
        Icon::Search => "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.300 15.300 20 20",
        Icon::Close => "M6 6l12 12M18 6 6 18",
        Icon::Shield => "M12 3 5 6v5c0 4.500 2.800 8.200 7 10 4.200-1.800 7-5.500 7-10V6z",
        Icon::Download => "M12 4v11M7.500 10.500 12 15l4.500-4.500M5 19.500h14",
        Icon::Check => "M5 12.500 10 17.500 19 7",
        Icon::Alert => "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17.200h.01",
        Icon::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.500M12 7.700h.01",
        Icon::Star => {
            "M12 3.500l2.600 5.400 5.900.8-4.300 4.100 1 5.900-5.200-2.800-5.200 2.800 1-5.900L3.500 9.700l5.900-.8z"
        }
        Icon::Key => {
            "M8 16.500a4.500 4.500 0 1 1 4.300-5.800H21v3.500h-2.500V16.500H15v-2.300h-2.700A4.500 4.500 0 0 1 8 16.500ZM7.800 12h.01"
        }
        Icon::Upload => "M12 15.500v-11M7.500 9 12 4.500 16.500 9M5 19.500h14",
        Icon::Inbox => {
            "M4 13.500 6.500 5h11L20 13.500V19H4zM4 13.500h5c.3 1.700 1.400 2.500 3 2.500s2.700-.8 3-2.500h5"
        }
        Icon::Puzzle => {
            "M9.500 5.500a2 2 0 1 1 4 0V7H17v3.500h1.500a2 2 0 1 1 0 4H17V19h-4v-1.500a2 2 0 1 0-4 0V19H5v-4h1.500a2 2 0 1 0 0-4H5V7h4.500z"
        }
        Icon::List => "M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01",
        Icon::Card => "M3.500 6h17v12h-17zM3.500 10h17M7 14.500h4",
        Icon::Ban => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.700 5.700l12.600 12.600",
        Icon::Back => "M11 5l-7 7 7 7M4 12h16",
        Icon::Filter => "M4 6h16M7 12h10M10 18h4",
    };
    html! {
        svg.icon viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" { path d=(path) {} }
    }
}

/// A message that is not to be missed; `kind` is `info`, `success`, `warning` or `danger`.
pub(super) fn notice(kind: &str, body: Markup) -> Markup {
    let (picture, role) = match kind {
        "danger" => (Icon::Alert, "alert"),
        "warning" => (Icon::Alert, "status"),
        "success" => (Icon::Check, "status"),
        _ => (Icon::Info, "status"),
    };
    html! { div class={ "notice " (kind) } role=(role) { (icon(picture)) div.stack { (body) } } }
}

/// Nothing is here, why, and what to do next.
pub(super) fn empty(picture: Icon, heading: &str, body: Markup) -> Markup {
    html! { div.empty.stack { (icon(picture)) h2 { (heading) } (body) } }
}

/// The head of a page of the control center.
pub(super) fn heading(title: &str, lead: &str) -> Markup {
    html! { div.heading { h1 { (title) } @if !lead.is_empty() { p.lead { (lead) } } } }
}

/// A field with its label, a hint, and what is wrong with what is in it. `control` has the id `name`, and where there is
/// a hint `aria-describedby` names `NAME-hint`.
pub(super) fn field(name: &str, label: &str, hint: &str, control: Markup) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            (control)
            @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
        }
    }
}

/// How much harm something could do, in a word and a colour.
pub(super) fn risk(risk: Risk) -> Markup {
    let (class, word) = risk_words(risk);
    html! { span class={ "chip " (class) } { (word) } }
}

fn risk_words(risk: Risk) -> (&'static str, &'static str) {
    match risk {
        Risk::Low => ("risk-low", "Low risk"),
        Risk::Medium => ("risk-medium", "Medium risk"),
        Risk::High => ("risk-high", "High risk"),
    }
}

/// What an item may do, riskiest first, each as a sentence.
pub(super) fn grants(grants: &[Grant]) -> Markup {
    let mut grants: Vec<&Grant> = grants.iter().collect();
    grants.sort_by_key(|grant| std::cmp::Reverse(grant.risk));
    html! {
        @if grants.is_empty() {
            p.permissions-none { (icon(Icon::Shield)) "It needs no permissions." }
        } @else {
            ul.permissions {
                @for grant in grants {
                    li class=(risk_words(grant.risk).0) {
                        span.sentence { (grant.summary) }
                        span.row { (risk(grant.risk)) code { (grant.permission) } }
                    }
                }
            }
        }
    }
}

/// What items of a category may ask for.
pub(super) fn offers(offers: &[Offer]) -> Markup {
    html! {
        ul.permissions { @for offer in offers {
            li class=(risk_words(offer.risk).0) {
                span.sentence { (offer.summary) }
                span.row { (risk(offer.risk)) code { (offer.permission) } }
            }
        } }
    }
}

/// What would change in what an item may do.
pub(super) fn changes(changes: &[Change]) -> Markup {
    html! {
        ul.permissions {
            @for change in changes {
                @let (word, class) = match change.direction {
                    Direction::Added => ("New", "added"),
                    Direction::Widened => ("More than before", "added"),
                    Direction::Narrowed => ("Less than before", "removed"),
                    Direction::Removed => ("No longer", "removed"),
                };
                li class={ (risk_words(change.risk).0) " " (class) } {
                    span.sentence { strong { (word) ": " } (change.summary) }
                    span.row { @if class == "added" { (risk(change.risk)) } code { (change.permission) } }
                }
            }
        }
    }
}

/// The highest risk among grants, for a glance.
pub(super) fn glance(grants: &[Grant]) -> Markup {
    let Some(highest) = grants.iter().map(|grant| grant.risk).max() else {
        return html! { span.glance.risk-none { (icon(Icon::Shield)) "No permissions" } };
    };
    let (class, word) = risk_words(highest);
    let sentences: Vec<&str> = grants.iter().map(|grant| grant.summary.as_str()).collect();
    html! {
        span class={ "glance " (class) } title=(sentences.join("\n")) {
            (icon(Icon::Shield)) (count(grants.len(), "permission")) " · " (word.to_lowercase())
        }
    }
}

/// A rule that was broken, on what, and the fix.
pub(super) fn finding(finding: &Value) -> Markup {
    let text = |member: &str| finding.get(member).and_then(Value::as_str).unwrap_or_default();
    html! {
        li {
            p { (text("message")) }
            p.muted.small { @if !text("subject").is_empty() { code { (text("subject")) } " · " } "rule " code { (text("rule")) } }
        }
    }
}

/// Several of them.
pub(super) fn findings(findings: &[Finding]) -> Markup {
    html! {
        ul.findings { @for one in findings { (finding(&serde_json::to_value(one).unwrap_or_default())) } }
    }
}

/// Five stars, as full as a rating.
pub(super) fn stars(rating: Option<f64>, count_of: i64) -> Markup {
    html! {
        @match rating {
            Some(mean) => span.stars title={ (format!("{mean:.1}")) " of 5, " (count(usize::try_from(count_of).unwrap_or(0), "review")) } {
                span.star-bar aria-hidden="true" { (star_bar(mean)) }
                span.visually-hidden { "Rated " }
                (format!("{mean:.1}"))
                span.visually-hidden { " of 5" }
                span.muted { " (" (count_of) span.visually-hidden { " reviews" } ")" }
            },
            None => span.stars.muted { "No reviews yet" },
        }
    }
}

/// Stars as a picture: what is not full is outlined.
pub(super) fn star_bar(mean: f64) -> Markup {
    let full = (mean.clamp(0.0, 5.0) * 20.0).round();
    html! {
        svg viewBox="0 0 100 20" width="80" height="16" aria-hidden="true" focusable="false" {
            @for part in ["star-empty", "star-full"] {
                @let width = if part == "star-full" { full } else { 100.0 };
                svg x="0" y="0" width=(width) height="20" viewBox={ "0 0 " (width) " 20" } preserveAspectRatio="xMinYMin slice" class=(part) {
                    @for number in 0..5 {
                        path transform={ "translate(" (number * 20) " 0)" }
                            d="M10 2.500l2.300 4.700 5.200.8-3.800 3.600.9 5.200-4.600-2.500-4.600 2.500.9-5.200L2.500 8l5.200-.8z" {}
                    }
                }
            }
        }
    }
}

/// How a submission stands.
pub(super) fn status(status: Status) -> Markup {
    let (class, word) = match status {
        Status::Pending => ("info", "Waiting for a moderator"),
        Status::Approved => ("success", "Approved"),
        Status::Rejected => ("danger", "Rejected"),
        Status::Flagged => ("warning", "Flagged"),
    };
    html! { span class={ "badge " (class) } { (word) } }
}

/// A moment as people write it, with the exact one behind it.
pub(super) fn date(milliseconds: i64) -> Markup {
    let exact = crate::clock::rfc3339(milliseconds);
    html! { time datetime=(exact) title=(exact) { (day(milliseconds)) } }
}

/// The same, with hours and minutes.
pub(super) fn moment(milliseconds: i64) -> Markup {
    let exact = crate::clock::rfc3339(milliseconds);
    let minutes = format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
    html! { time datetime=(exact) title=(exact) { (written(milliseconds, &minutes)) } }
}

fn day(milliseconds: i64) -> String {
    written(milliseconds, &format_description!("[day padding:none] [month repr:short] [year]"))
}

fn written(milliseconds: i64, form: &impl time::formatting::Formattable) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .ok()
        .and_then(|time| time.format(form).ok())
        .unwrap_or_default()
}

/// `1 item`, `2 items`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let number_text = indicatif::HumanCount(u64::try_from(number).unwrap_or(u64::MAX));
    format!("{number_text} {thing}{}", if number == 1 { "" } else { "s" })
}

/// `12.3 MiB`.
pub(super) fn bytes(number: u64) -> String {
    indicatif::BinaryBytes(number).to_string()
}

/// An address that an author gave, as a row of a list of facts. What is no web address is not a link, and not there.
pub(super) fn address(name: &str, address: Option<&str>) -> Markup {
    let is_web = |address: &&str| address.starts_with("https://") || address.starts_with("http://");
    html! {
        @if let Some(address) = address.filter(is_web) {
            dt { (name) } dd { a href=(address) rel="nofollow noopener noreferrer ugc" { (address) } }
        }
    }
}

/// Where a list goes on.
pub(super) fn more(href: Option<&str>, words: &str) -> Markup {
    html! {
        @if let Some(href) = href {
            nav.more aria-label="More" { a.button href=(href) rel="next" data-more { (words) } }
        }
    }
}

/// The picture of an item: its own, or its first letter on a colour that follows from its name.
pub(super) fn picture(source: Option<&str>, title: &str, slug: &str) -> Markup {
    let letter = title.chars().find(|letter| letter.is_alphanumeric()).unwrap_or('·');
    let colour = slug.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 8;
    html! {
        @match source {
            Some(source) => img.picture src=(source) alt="" width="56" height="56" loading="lazy" decoding="async";,
            None => span class={ "picture tile-" (colour) } aria-hidden="true" { (letter.to_uppercase().to_string()) },
        }
    }
}

/// The icon of a category, which its component gave it: drawn as a mask, so it is a picture and nothing else.
pub(super) fn category_icon(id: &str) -> Markup {
    html! { span class={ "category-icon icon-" (id) } aria-hidden="true" {} }
}

/// A text as a part of an address.
pub(super) fn in_url(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// What was sanitised or written by us, as it is.
pub(super) fn trusted(markup: String) -> Markup {
    PreEscaped(markup)
}
