use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::{PLACE, address, imports, list, presented, rollback, state, unknown};
use crate::http::Problem;
use crate::http::extract::{OfCategory, Path};
use crate::http::pages::control::audit;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control, document};
use crate::market::Market;

/// One category: its component, and how it does.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    Path(OfCategory { category: id }): Path<OfCategory>,
) -> Result<Response, Problem> {
    let categories = market.categories.all().await?;
    let category = categories.iter().find(|category| category.row.id == id).ok_or_else(|| unknown(&id))?;
    let used = market.store.category_use().await?.get(&id).copied().unwrap_or_default();
    let row = &category.row;
    let record = market.categories.health().of(&row.component_sha256);
    let history = market.store.components(&id).await?;
    let standing = market.categories.breaker().standing(&row.component_sha256);
    let main = control::page(
        &view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Categories" } }
            div.head {
                div.heading {
                    h1 { (parts::category_icon(row.id.as_str())) " " (row.name) }
                    p.lead { (row.description) }
                    p.row { (state::badges(category)) }
                }
                @if row.enabled { a.button href={ "/marketplace/" (row.id) } { (parts::icon(Icon::Shop)) "In the marketplace" } }
            }
            @if let Some(error) = category.error() {
                (parts::notice("danger", html! {
                    p { strong { "Its component does not load. " } (document::sentence(&error)) }
                    p { "It is tried again every few seconds while somebody looks. Or drop another component on the list of categories: it takes the place of this one." }
                }))
            }
            (state::paused(&standing))
            section.stack aria-labelledby="component" {
                h2 #component { "Component" }
                dl.facts.panel {
                    dt { "Id" } dd { code { (row.id) } ", one is a " code { (row.singular) } }
                    dt { "SHA-256" } dd { code.break { (row.component_sha256) } }
                    dt { "Size" } dd { (parts::bytes(row.component_size)) }
                    dt { "World" } dd { @match category.adapter() {
                        Ok(adapter) => { code { (adapter.world().name()) } " of " code { (adapter.contract()) } },
                        Err(_) => span.muted { "Unknown" },
                    } }
                    dt { "Free installs" } dd { (row.free_install_cap) " for each tenant without a license" }
                    dt { "In it" } dd { (list::in_it(used)) }
                    dt { "Added" } dd { (parts::moment(row.created_at)) }
                    dt { "Changed" } dd { (parts::moment(row.updated_at)) }
                }
                p.row { a href=(audit::about(&format!("category:{}", row.id))) { "What was done to it" } a href={ (PLACE) "#limits" } { "The limits that it runs within" } }
            }
            section.stack aria-labelledby="imports" {
                h2 #imports { "Imports" }
                @match category.adapter() {
                    Ok(adapter) => (imports::table(adapter.imports())),
                    Err(_) => p.muted { "Nobody can tell as long as it does not load." },
                }
            }
            @if category.adapter().is_ok() { (presented::draw(&category.presentation)) }
            section.stack aria-labelledby="health" {
                h2 #health { "Health" }
                @match &record {
                    Some(record) => (state::record(record, standing.turned_away)),
                    None => p.muted { "It does not run, so there is nothing to tell." },
                }
                p { a.button href=(address(&row.id)) { "Look again" } }
            }
            (rollback::history(&view, row, &history))
            section.stack aria-labelledby="change" {
                h2 #change { "Change" }
                p { "To give it another component, drop that on the " a href=(PLACE) { "list of categories" } ": you see what would change before anything is changed." }
                @if used.items > 0 { p.muted { "It has items, whose names are never given away, so it can be disabled and not removed." } }
                (state::verbs(&view, category, used, None))
            }
        },
    );
    Ok(view.page(&row.name, main))
}
