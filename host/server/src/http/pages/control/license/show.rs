use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::MINE;
use super::install;
use super::standing::License;
use crate::account::Scope;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control::refused::Refused;
use crate::http::pages::parts;
use crate::http::pages::{View, control};
use crate::market::Market;

/// What this system may do, and until when.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    caller: Caller,
) -> Result<Response, Problem> {
    Ok(view.page("License", draw(&market, &view, &caller, "", None).await?))
}

/// The page; `document` is what was pasted into it, and not put in force.
pub(super) async fn draw(
    market: &Market,
    view: &View,
    caller: &Caller,
    document: &str,
    refused: Option<&Refused>,
) -> Result<Markup, Problem> {
    let license = License::of(market, &caller.tenant).await?;
    Ok(control::page(
        view,
        html! {
            (parts::heading("License", &format!("What {} may do, and until when.", caller.tenant)))
            @if view.may(Scope::Operate) {
                p { "You run this server: " a href={ "/control-center/tenants/" (caller.tenant) } { "issue a license for this tenant" } ", or look at " a href="/control-center/tenants" { "all tenants" } "." }
            }
            @if let Some(refused) = refused { (refused.draw()) }
            (license.draw())
            (install::form(view, MINE, document))
            script type="module" src=(asset("drop.js")) {}
        },
    ))
}
