use axum::extract::State;
use axum::response::Response;
use marketplace_store::AuthorQuery;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALL, MINE, card, find};
use crate::account::Scope;
use crate::account::author::MAX_OPEN;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control::confirm::Tried;
use crate::http::pages::form::Asked;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    cursor: String,
}

/// The authors of whoever looks.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    Ok(view.page("Authors and keys", draw(&market, &view, &caller, wish, None).await?))
}

/// The list again, with the form in it that was not done.
pub(super) async fn again(
    market: &Market,
    view: &View,
    caller: &Caller,
    tried: &Tried,
) -> Result<Response, Problem> {
    let main = draw(market, view, caller, Wish::default(), Some(tried)).await?;
    Ok(tried.refused.page(view, "Authors and keys", main))
}

async fn draw(
    market: &Market,
    view: &View,
    caller: &Caller,
    wish: Wish,
    tried: Option<&Tried>,
) -> Result<Markup, Problem> {
    let query = AuthorQuery {
        tenant: Some(caller.tenant.clone()),
        cursor: Some(wish.cursor),
        ..AuthorQuery::default()
    };
    let found = find(market, query).await?;
    let next = found.next_cursor.map(|cursor| format!("{MINE}?cursor={cursor}"));
    Ok(control::page(
        view,
        html! {
            div.head {
                (parts::heading("Authors and keys", "The names that you publish under, and the keys that sign for them."))
                a.button.primary href={ (MINE) "/apply" } { (parts::icon(Icon::Person)) "Apply for a name" }
            }
            @if view.may(Scope::Operate) { p { "You run this server: " a href=(ALL) { "the authors of all tenants" } " are on a page of their own." } }
            @if let Some(tried) = tried { (tried.draw(view)) }
            @if found.authors.is_empty() {
                (parts::empty(Icon::Key, "You have no author's name yet", html! {
                    p { "Apply for one: it is yours from then on, and publishes once an operator has verified it. At most " (MAX_OPEN) " may wait at a time." }
                    p { a.button.primary href={ (MINE) "/apply" } { "Apply for a name" } }
                }))
            } @else {
                ul.rows data-more-into { @for (author, keys) in &found.authors { li.panel { (card::draw(view, card::For::Owner, author, keys, tried)) } } }
                (parts::more(next.as_deref(), "Show more"))
            }
            script type="module" src=(asset("copy.js")) {}
        },
    ))
}
