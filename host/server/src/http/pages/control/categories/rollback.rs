//! The components that a category has had, and the way back to each.

use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::{CategoryId, Digest};
use marketplace_store::{Category as Row, Component};
use maud::{Markup, html};
use serde::Deserialize;

use super::{PLACE, address};
use crate::account::token::Caller;
use crate::category::{self, RolledBack, Who};
use crate::http::Problem;
use crate::http::extract::{Note, Path};
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Confirm, Reason, Why};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::form::Form;
use crate::http::pages::parts;
use crate::market::Market;

/// `/{category}/rollback/{component}`
#[derive(Debug, Deserialize)]
pub(in crate::http) struct OfComponent {
    category: CategoryId,
    component: Digest,
}

/// Every component that is kept, the present one first.
pub(super) fn history(view: &View, row: &Row, components: &[Component]) -> Markup {
    html! {
        section.stack aria-labelledby="history" {
            h2 #history { "Components that it had" }
            @if components.len() < 2 {
                p.muted { "This is the first. When another takes its place, the way back is here." }
            } @else {
                ol.rows { @for component in components { li.panel { (one(view, row, component)) } } }
                p.muted.small { "The last " (marketplace_store::KEPT_COMPONENTS) " are kept. What was done before that is in the audit log." }
            }
        }
    }
}

fn one(view: &View, row: &Row, component: &Component) -> Markup {
    let is_present = component.component_sha256 == row.component_sha256;
    html! {
        div.row-head {
            h3 { (how(&component.action)) " " (parts::moment(component.activated_at)) }
            @if is_present { span.badge.success { "Serves" } }
        }
        dl.facts {
            dt { "SHA-256" } dd { code.break.small { (component.component_sha256) } }
            dt { "Size" } dd { (parts::bytes(component.component_size)) }
            dt { "Contract" } dd { code { (component.contract) } }
            dt { "By" } dd { (component.activated_by) }
            @if let Some(reason) = &component.reason { dt { "Why" } dd { (reason) } }
        }
        @if !is_present {
            div.verbs {
                (Confirm {
                    action: format!("{PLACE}/{}/rollback/{}", row.id, component.component_sha256),
                    summary: "Go back to it",
                    explain: html! {
                        p { strong { (row.name) } " has this component again from the next request on, and calls itself " strong { (component.name) } "." }
                        p { "It is not asked about the releases first. What is installed stays as it is, and the present component is kept to go forth again." }
                    },
                    why: Why::Perhaps("For the audit log."),
                    button: "Go back",
                    danger: true,
                }.draw(view, None))
            }
        }
    }
}

/// What was done, in words.
fn how(action: &str) -> &str {
    match action {
        "category.added" => "Added",
        "category.seeded" => "Came with the program",
        "category.upgraded" => "Put in place",
        "category.rolled_back" => "Gone back to",
        other => other,
    }
}

/// Goes back to a component.
pub(in crate::http) async fn rollback(
    State(market): State<Market>,
    view: View,
    Path(OfComponent { category, component }): Path<OfComponent>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let gone_back = async {
        let why = reason.perhaps()?;
        let actor = caller.actor();
        let who = Who { actor: &actor, reason: why.as_ref().map(Note::as_str) };
        Ok::<_, Refused>(category::rollback(&market, &category, Some(component), who).await?)
    };
    Ok(match gone_back.await {
        Ok(RolledBack { row, .. }) => {
            let text = format!("{} has that component again. What is installed stays as it is.", row.name);
            view.done(&address(&row.id), &text)
        }
        Err(refused) => {
            let text = format!("Nothing was changed: {}", refused.text("detail"));
            view.not_done(&address(&category), &text)
        }
    })
}
