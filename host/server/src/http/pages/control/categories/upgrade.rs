//! Giving a category another component from a page: first what would change by it, then, by somebody who has seen
//! exactly that, the change.

use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Digest;
use marketplace_sandbox::{Finding, Grant};
use maud::{Markup, html};
use serde::Deserialize;

use super::{PLACE, action_of, add, address};
use crate::account::token::Caller;
use crate::category::add::Candidate;
use crate::category::report::{Aspect, Changes, Outcome, Replayed, Report};
use crate::category::{self, Consent, Preview, UpgradeError, Who};
use crate::http::Problem;
use crate::http::extract::{Note, OfCategory, Path};
use crate::http::pages::control::refused::{Refused, perhaps, read};
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control, document};
use crate::market::Market;
use crate::operation::Work;

/// What a component that was offered would change in the category that it is of.
pub(super) async fn page(market: &Market, view: &View, candidate: &Candidate) -> Result<Response, Problem> {
    let component = candidate.category.component_sha256;
    let title = format!("Another component for {}", candidate.category.name);
    match looked_at(market, component).await {
        Ok(preview) => Ok(view.page(&title, draw(view, &preview, None))),
        Err(error) => {
            let refused = Refused::from(error);
            Ok(refused.page(view, &title, refusal(view, &refused)))
        }
    }
}

async fn looked_at(market: &Market, component: Digest) -> Result<Preview, UpgradeError> {
    let bytes = market.categories.offered(component).await?;
    category::preview(market, None, &bytes, &Work::unwatched()).await
}

/// What was shown, and is said yes to.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Yes {
    component: String,
    /// Names the changes that were listed.
    fingerprint: String,
    #[serde(default)]
    reason: String,
}

/// Puts the component that was shown in place, if what changes by it is what was shown.
pub(in crate::http) async fn upgrade(
    State(market): State<Market>,
    view: View,
    Path(OfCategory { category: id }): Path<OfCategory>,
    caller: Caller,
    Form(yes): Form<Yes>,
) -> Result<Response, Problem> {
    let upgraded = async {
        let component: Digest = read("the component’s digest", &yes.component)?;
        let listed: Digest = read("what names the changes", &yes.fingerprint)?;
        let why: Option<Note> = perhaps("why", yes.reason.trim())?;
        let bytes = market.categories.offered(component).await?;
        let (actor, consent) = (caller.actor(), Consent::Listed(listed));
        let who = Who { actor: &actor, reason: why.as_ref().map(Note::as_str) };
        Ok::<_, Refused>(
            category::upgrade(&market, Some(&id), &bytes, consent, who, &Work::unwatched()).await?,
        )
    };
    match upgraded.await {
        Ok(done) => {
            let text = format!("{} has the component now. What is installed stays as it is.", done.row.name);
            Ok(view.done(&address(&id), &text))
        }
        // Something was approved or withdrawn meanwhile: what would change now is shown.
        Err(refused) if refused.code() == "changes_not_accepted" => {
            again(&market, &view, &yes, &refused).await
        }
        Err(refused) => {
            let title = "Another component";
            Ok(refused.page(&view, title, refusal(&view, &refused)))
        }
    }
}

async fn again(market: &Market, view: &View, yes: &Yes, refused: &Refused) -> Result<Response, Problem> {
    let component: Digest = yes.component.parse().map_err(|_| form::stale())?;
    let preview = looked_at(market, component).await?;
    let title = format!("Another component for {}", preview.candidate.category.name);
    let words = "Since you looked, other changes came to those that you saw. These are all of them.";
    Ok(refused.page(view, &title, draw(view, &preview, Some(words))))
}

fn refusal(view: &View, refused: &Refused) -> Markup {
    control::page(
        view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Categories" } }
            (parts::heading("Another component", "Nothing was changed."))
            (refused.draw())
            p { a.button href={ (PLACE) "/add" } { "Drop a component again" } }
        },
    )
}

fn draw(view: &View, preview: &Preview, news: Option<&str>) -> Markup {
    let Preview { report, candidate, .. } = preview;
    control::page(
        view,
        html! {
            p { a.way-back href=(address(&report.category)) { (parts::icon(Icon::Back)) (report.category) } }
            (parts::heading(&format!("What another component would change in {}", candidate.category.name), "Nothing is changed yet."))
            @if let Some(news) = news { (parts::notice("warning", html! { p { strong { (news) } } })) }
            (verdict(report))
            (add::description(candidate))
            (itself(report))
            (releases(report))
            @if report.counts.not_asked == 0 { (activate(view, report)) } @else { p { a.button href=(address(&report.category)) { "Leave it" } } }
        },
    )
}

/// All of it, in a few words.
fn verdict(report: &Report) -> Markup {
    let counts = &report.counts;
    let kind = if counts.refused + counts.undecided > 0 {
        "danger"
    } else if report.needs_consent {
        "warning"
    } else {
        "success"
    };
    parts::notice(
        kind,
        html! {
            @if counts.not_asked > 0 {
                p { strong { "It gave no answer too often, so " (number(counts.not_asked, "release")) " were not asked about. It cannot be put in place." } }
            } @else if report.needs_consent {
                p { strong { (document::sentence(&report.summary())) } }
            } @else {
                p { strong { "Of " (number(counts.releases, "approved release")) " none would be refused, and none would be granted or install anything else." } }
            }
            @if let Some(error) = &report.instead_of_error {
                p { "The present component does not load (" (error) "), so releases are compared with what was said of them when they were submitted." }
            }
            @if counts.installations > 0 {
                p { "What is installed stays as it is: of the releases listed below, " (number(counts.installations, "installation")) "." }
            }
        },
    )
}

fn number(of: u64, thing: &str) -> String {
    parts::count(usize::try_from(of).unwrap_or(usize::MAX), thing)
}

/// What it says of itself in other words.
fn itself(report: &Report) -> Markup {
    html! {
        @if !report.itself.is_empty() || !report.imports_added.is_empty() || !report.imports_removed.is_empty() {
            section.stack aria-labelledby="itself" {
                h2 #itself { "What it says in other words" }
                div.table-wrap tabindex="0" role="group" aria-labelledby="itself" {
                    table {
                        thead { tr { th scope="col" { "What" } th scope="col" { "Now" } th scope="col" { "Then" } } }
                        tbody {
                            @for one in &report.itself { tr { th scope="row" { (one.what) } td.break { (one.now) } td.break { (one.then) } } }
                            @for import in &report.imports_added { tr { th scope="row" { "import" } td {} td.break { code { (import) } } } }
                            @for import in &report.imports_removed { tr { th scope="row" { "import" } td.break { code { (import) } } td {} } }
                        }
                    }
                }
            }
        }
    }
}

/// The releases of which something else would be said.
fn releases(report: &Report) -> Markup {
    let counts = &report.counts;
    let all = [
        ("Unchanged", counts.unchanged),
        ("Would be refused", counts.refused),
        ("Nobody could tell", counts.undecided),
        ("Would change", counts.changed),
        ("Would be accepted, and are not now", counts.accepted),
        ("Refused as before", counts.refused_as_before),
        ("Not asked about", counts.not_asked),
    ];
    html! {
        section.stack aria-labelledby="releases" {
            h2 #releases { "Approved releases" }
            dl.facts.panel {
                dt { "All" } dd { (counts.releases) }
                @for (what, count) in all.iter().filter(|(_, count)| *count > 0) { dt { (what) } dd { (count) } }
            }
            @if !report.releases.is_empty() {
                ul.rows { @for one in &report.releases { li.panel { (release(one)) } } }
            }
            @if report.releases_left_out > 0 { p.muted { "And " (number(report.releases_left_out, "more release")) ", not listed." } }
        }
    }
}

fn release(one: &Replayed) -> Markup {
    let (class, words) = match one.outcome {
        Outcome::Refused => ("badge danger", "Would be refused"),
        Outcome::Undecided => ("badge danger", "Nobody could tell"),
        Outcome::Changed => ("badge warning", "Would change"),
        Outcome::Accepted => ("badge success", "Would be accepted"),
    };
    html! {
        div.row-head {
            h3 { (one.slug) " " (one.version) }
            span class=(class) { (words) }
            @if one.latest { span.badge { "Latest" } }
            @if one.yanked { span.badge { "Yanked" } }
            @if one.installations > 0 { span.badge { (one.installations) " installed" } }
        }
        @if !one.findings.is_empty() { (parts::findings(&one.findings)) }
        @if let Some(reason) = &one.reason { p { (document::sentence(reason)) } }
        @if let Some(changes) = &one.changes { (changed(changes)) }
    }
}

fn changed(changes: &Changes) -> Markup {
    html! {
        dl.facts {
            @for grant in &changes.grants {
                dt { "Grant" } dd {
                    code { (grant.permission) } " (" (grant.differs.iter().map(|one| aspect(*one)).collect::<Vec<_>>().join(", ")) ")"
                    br; (sentence(grant.now.as_ref())) " → " (sentence(grant.then.as_ref()))
                }
            }
            @for permission in &changes.needed_added { dt { "Needs" } dd { code { (permission) } } }
            @for permission in &changes.needed_removed { dt { "No longer needs" } dd { code { (permission) } } }
            @for remark in &changes.remarks_added { dt { "Remark" } dd { (words(remark)) } }
            @for remark in &changes.remarks_removed { dt { "No remark" } dd { (words(remark)) } }
            @for detail in &changes.details {
                dt { "Shows " (detail.field) } dd.break { (json(&detail.now)) " → " (json(&detail.then)) }
            }
            @for file in &changes.files {
                dt { (verb("file", file.now.is_some(), file.then.is_some())) } dd.break { code { (file.path) } }
            }
            @if changes.files_left_out > 0 { dt { "And" } dd { (number(changes.files_left_out, "more file")) } }
            @for entry in &changes.registry {
                dt { (verb("entry", entry.now.is_some(), entry.then.is_some())) }
                dd.break { code { (entry.key) } ": " (entry.now.as_deref().unwrap_or("nothing")) " → " (entry.then.as_deref().unwrap_or("nothing")) }
            }
            @if changes.registry_left_out > 0 { dt { "And" } dd { (number(changes.registry_left_out, "more change")) " of the registry" } }
        }
    }
}

fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Added => "new",
        Aspect::Removed => "gone",
        Aspect::Capability => "means something else",
        Aspect::Risk => "another risk",
        Aspect::Sentence => "another sentence",
    }
}

fn sentence(grant: Option<&Grant>) -> Markup {
    html! { @match grant { Some(grant) => { "“" (grant.summary) "” " (parts::risk(grant.risk)) }, None => "nothing" } }
}

fn words(remark: &Finding) -> String {
    remark.to_string()
}

fn json(values: &[marketplace_sandbox::Value]) -> String {
    serde_json::to_string(values).unwrap_or_default()
}

fn verb(thing: &str, now: bool, then: bool) -> String {
    match (now, then) {
        (false, _) => format!("New {thing}"),
        (true, false) => format!("No {thing}"),
        (true, true) => format!("Other {thing}"),
    }
}

/// Saying yes to exactly this.
fn activate(view: &View, report: &Report) -> Markup {
    html! {
        form.panel.stack.form method="post" action=(action_of(&report.category, "upgrade")) {
            (form::key(view))
            input type="hidden" name="component" value=(report.component_sha256);
            input type="hidden" name="fingerprint" value=(report.fingerprint);
            div.field {
                label for="why" { "Why" span.muted { " (may be left out)" } }
                textarea id="why" name="reason" rows="2" maxlength="4000" aria-describedby="why-hint" {}
                p.hint id="why-hint" { "For the audit log, and the history of the category." }
            }
            p.row {
                button.button.primary[!report.needs_consent].danger[report.needs_consent] type="submit" {
                    @if report.needs_consent { "Accept the changes, and activate" } @else { "Activate it" }
                }
                a.button href=(address(&report.category)) { "Leave it" }
            }
            p.muted.small { "Exactly the component with this SHA-256 is put in place, with exactly these changes, or nothing is. It serves from the next request on; what is installed stays as it is, and the page of the category has the way back." }
        }
    }
}
