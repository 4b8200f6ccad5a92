use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Tenant;
use maud::{Markup, html};

use super::{PLACE, unknown};
use crate::http::Problem;
use crate::http::extract::{OfTenant, Path};
use crate::http::pages::assets::asset;
use crate::http::pages::control::license::standing::License;
use crate::http::pages::control::license::{install, issue};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// A tenant's license.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    Path(OfTenant { tenant }): Path<OfTenant>,
) -> Result<Response, Problem> {
    let main = draw(&market, &view, &tenant, &issue::Wish::default(), "", None).await?;
    Ok(view.page(tenant.as_str(), main))
}

/// The page again, with the form in it that was not done.
pub(in crate::http::pages::control) async fn again(
    market: &Market,
    view: &View,
    tenant: &Tenant,
    wish: &issue::Wish,
    document: &str,
    refused: &Refused,
) -> Result<Response, Problem> {
    let main = draw(market, view, tenant, wish, document, Some(refused)).await?;
    Ok(refused.page(view, tenant.as_str(), main))
}

async fn draw(
    market: &Market,
    view: &View,
    tenant: &Tenant,
    wish: &issue::Wish,
    document: &str,
    refused: Option<&Refused>,
) -> Result<Markup, Problem> {
    if !market.store.has_tenant(tenant).await? {
        return Err(unknown(tenant));
    }
    let license = License::of(market, tenant).await?;
    let signed = market.store.license(tenant).await?;
    let action = format!("{PLACE}/{tenant}/license");
    Ok(control::page(
        view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Tenants and licenses" } }
            (parts::heading(tenant.as_str(), "What this tenant may do, and until when."))
            @if let Some(refused) = refused { (refused.draw()) }
            (license.draw())
            @if let Some(signed) = &signed {
                details.shown {
                    summary { "The document, as it was signed" }
                    div.stack { pre.wrap #signed { code { (signed) } } p { button.button.small type="button" data-copy="signed" { "Copy" } } }
                }
            }
            (issue::form(view, tenant, wish))
            (install::form(view, &action, document))
            script type="module" src=(asset("copy.js")) {}
            script type="module" src=(asset("drop.js")) {}
        },
    ))
}
