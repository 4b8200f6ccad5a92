//! How a category stands, and what can be done about it.

use marketplace_store::{CategoryUse, Installer};
use maud::{Markup, html};

use super::action;
use super::limits::time;
use crate::category::Category;
use crate::category::breaker::Standing;
use crate::category::folder::Seen;
use crate::category::health::Record;
use crate::http::pages::control::confirm::{Confirm, Tried, Why};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document};

/// The badges.
pub(super) fn badges(category: &Category) -> Markup {
    let row = &category.row;
    html! {
        @if category.is_compiling() { span.badge { "Getting ready" } }
        @else if category.error().is_some() { span.badge.danger { (parts::icon(Icon::Alert)) "Out of order" } }
        @if row.enabled {
            @if category.paused().is_some() { span.badge.warning { (parts::icon(Icon::Alert)) "Paused" } }
            @else if category.error().is_none() { span.badge.success { (parts::icon(Icon::Check)) "Serving" } }
        } @else { span.badge.warning { "Disabled" } }
        @match row.installer {
            Installer::Live => span.badge { "Installs" },
            Installer::Stub => span.badge { "Shows only" },
        }
    }
}

/// That a component is not asked for a while, about anything or about what is some authors'.
pub(super) fn paused(standing: &Standing) -> Markup {
    html! {
        @if let Some(paused) = &standing.paused {
            (parts::notice("warning", html! {
                p { strong { "It is paused. " } (document::sentence(&paused.to_string())) }
                p { "It comes back by itself: one question is tried, and if that is answered, it serves. Each further pause is twice as long. This is so on this server; replicas see for themselves." }
            }))
        }
        @for paused in &standing.authors {
            (parts::notice("warning", html! { p { (document::sentence(&paused.to_string())) } }))
        }
    }
}

/// The files of the adapters folder that are no categories.
pub(super) fn folder(seen: &Seen) -> Markup {
    html! {
        @if let Some(folder) = &seen.folder {
            section.stack aria-labelledby="folder" {
                h2 #folder { "Adapters folder" }
                p { "A component that is dropped into " code.break { (folder.display()) } " becomes a category within a second. Taking its file away changes nothing, and a file never replaces what is there." }
                @if let Some(problem) = &seen.problem {
                    (parts::notice("danger", html! { p { strong { "It is not looked at. " } (document::sentence(problem)) } }))
                }
                @for refused in &seen.refused {
                    (parts::notice("warning", html! {
                        p { strong { code { (refused.file) } " is refused. " } (document::sentence(&refused.detail)) }
                        p.small.muted { "Code: " code { (refused.code) } }
                    }))
                }
            }
        }
    }
}

/// In a sentence, for a list.
pub(super) fn health(record: Option<&Record>) -> Markup {
    let Some(record) = record else {
        return html! { span.muted { "It does not run" } };
    };
    let total = record.total();
    html! {
        @match (total.all(), record.failures.front()) {
            (0, _) => span.muted { "Not called yet" },
            (all, None) => { span.ok { (parts::icon(Icon::Check)) } (number(all, "call")) ", no failures" },
            (all, Some(last)) => {
                span.not-ok { (parts::icon(Icon::Alert)) } (number(all, "call")) ", " strong { (number(total.failed, "failure")) }
                "; the last " (parts::moment(last.at)) " in " code { (last.call) }
            },
        }
    }
}

fn number(of: u64, thing: &str) -> String {
    parts::count(usize::try_from(of).unwrap_or(usize::MAX), thing)
}

/// All of it: every call by what came of it, and the last failures.
pub(super) fn record(record: &Record, turned_away: u64) -> Markup {
    html! {
        p.muted { "Of this server, since " (parts::moment(record.since)) ", when it loaded the component. Each replica counts for itself; the metrics of all are at " code { "/metrics" } "." }
        @if record.calls.is_empty() { p { "It was not called yet." } } @else {
            div.table-wrap tabindex="0" role="group" aria-label="Calls" {
                table {
                    thead { tr { th scope="col" { "Call" } th.number scope="col" { "Answered" } th.number scope="col" { "Refused" } th.number scope="col" { "Failed" } th.number scope="col" { "Slowest" } th scope="col" { "Last" } } }
                    tbody { @for (call, calls) in &record.calls {
                        tr {
                            th scope="row" { code { (call) } }
                            td.number { (calls.answered) } td.number { (calls.refused) }
                            td.number { @if calls.failed > 0 { strong.not-ok { (calls.failed) } } @else { "0" } }
                            td.number { (time(calls.slowest)) } td { (parts::moment(calls.last)) }
                        }
                    } }
                }
            }
        }
        @if turned_away > 0 { p { (number(turned_away, "question")) " came during a pause, and " @if turned_away == 1 { "was" } @else { "were" } " turned away." } }
        h3 { "Last failures" }
        @if record.failures.is_empty() { p { span.ok { (parts::icon(Icon::Check)) } " None." } } @else {
            ol.failures { @for failed in &record.failures {
                li {
                    p.row { code { (failed.call) } span.badge.danger { (failed.code) } span.small.muted { (parts::moment(failed.at)) } }
                    p { (failed.message) }
                }
            } }
        }
    }
}

/// What can be done.
pub(super) fn verbs(view: &View, category: &Category, used: CategoryUse, tried: Option<&Tried>) -> Markup {
    let row = &category.row;
    html! {
        div.verbs {
            @if row.enabled {
                (Confirm {
                    action: action(category, "disable"),
                    summary: "Disable",
                    explain: html! { p { "From the next request on nothing in " strong { (row.name) } " is listed, submitted or installed. What is installed stays installed, and it can be enabled again." } },
                    why: Why::Perhaps("For the audit log."),
                    button: "Disable it",
                    danger: true,
                }.draw(view, tried))
            } @else {
                (Confirm {
                    action: action(category, "enable"),
                    summary: "Enable",
                    explain: html! { p { strong { (row.name) } " is listed again, and serves from the next request on." } },
                    why: Why::Perhaps("For the audit log."),
                    button: "Enable it",
                    danger: false,
                }.draw(view, tried))
            }
            // The store has the last word; but a button that cannot work should not be there.
            @if used.items == 0 {
                (Confirm {
                    action: action(category, "remove"),
                    summary: "Remove",
                    explain: html! { p { "There is nothing in " strong { (row.name) } ", so it can be removed. To have it back, drop its component again." } },
                    why: Why::Perhaps("For the audit log."),
                    button: "Remove it",
                    danger: true,
                }.draw(view, tried))
            }
        }
    }
}
