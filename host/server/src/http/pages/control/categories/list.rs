use axum::extract::State;
use axum::response::Response;
use marketplace_store::CategoryUse;
use maud::{Markup, html};

use super::{add, address, imports, limits, state};
use crate::category::Category;
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control::confirm::Tried;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// Every category, also disabled and broken ones.
pub(in crate::http) async fn list(State(market): State<Market>, view: View) -> Result<Response, Problem> {
    Ok(view.page("Categories", draw(&market, &view, None).await?))
}

/// The list again, with the form in it that was not done.
pub(super) async fn again(market: &Market, view: &View, tried: &Tried) -> Result<Response, Problem> {
    let main = draw(market, view, Some(tried)).await?;
    Ok(tried.refused.page(view, "Categories", main))
}

async fn draw(market: &Market, view: &View, tried: Option<&Tried>) -> Result<Markup, Problem> {
    let categories = market.categories.all().await?;
    let used = market.store.category_use().await?;
    let limits_of_all = market.categories.sandbox().limits();
    let used_by = |category: &Category| used.get(&category.row.id).copied().unwrap_or_default();
    let seen = market.categories.folder().seen(categories.iter().map(|category| &category.row));
    Ok(control::page(
        view,
        html! {
            (parts::heading("Categories", "What is special to a kind of item lives in one component. It decides; the server acts."))
            @if let Some(tried) = tried { (tried.draw(view)) }
            (add::form(view, limits_of_all.component_bytes))
            (state::folder(&seen))
            section.stack aria-labelledby="all" {
                h2 #all { "All categories" }
                @if categories.iter().next().is_none() {
                    (parts::empty(Icon::Puzzle, "There are no categories", html! { p { "Drop a component above: it serves from the next request on." } }))
                }
                ul.rows { @for category in categories.iter() { li.panel { (one(market, view, category, used_by(category), tried)) } } }
            }
            (limits::draw(limits_of_all))
            script type="module" src=(asset("drop.js")) {}
        },
    ))
}

fn one(
    market: &Market,
    view: &View,
    category: &Category,
    used: CategoryUse,
    tried: Option<&Tried>,
) -> Markup {
    let row = &category.row;
    let record = market.categories.health().of(&row.component_sha256);
    html! {
        div.row-head {
            h3 { (parts::category_icon(row.id.as_str())) " " a href=(address(&row.id)) { (row.name) } }
            (state::badges(category))
        }
        p.muted { (row.description) }
        @if let Some(error) = category.error() {
            (parts::notice("danger", html! {
                p { strong { "Its component does not load, so nothing in it can be installed or submitted. " } (crate::http::pages::document::sentence(&error)) }
                p { "Drop a component that does: it takes the place of this one. The other categories serve." }
            }))
        }
        (state::paused(&market.categories.breaker().standing(&row.component_sha256)))
        dl.facts {
            dt { "Id" } dd { code { (row.id) } ", one is a " code { (row.singular) } }
            dt { "Component" } dd { code.break.small { (row.component_sha256) } " · " (parts::bytes(row.component_size)) }
            dt { "Imports" } dd { @match category.adapter() { Ok(adapter) => (imports::sentence(adapter.imports())), Err(_) => span.muted { "Unknown" } } }
            dt { "Contract" } dd { @match category.adapter() { Ok(adapter) => code { (adapter.contract()) }, Err(_) => span.muted { "Unknown" } } }
            dt { "Free installs" } dd { (row.free_install_cap) " for each tenant without a license" }
            dt { "In it" } dd { (in_it(used)) }
            dt { "Health" } dd { (state::health(record.as_ref())) }
        }
        (state::verbs(view, category, used, tried))
    }
}

/// How much there is in a category.
pub(super) fn in_it(used: CategoryUse) -> String {
    let number = |count: i64| usize::try_from(count).unwrap_or(0);
    format!(
        "{}, {}",
        parts::count(number(used.items), "item"),
        parts::count(number(used.installations), "installation")
    )
}
