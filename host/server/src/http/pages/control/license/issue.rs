use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Tenant;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::install::words;
use crate::account::license::{self, Document, Order, Tier, read_gate};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfTenant, Path};
use crate::http::pages::control::refused::{Refused, days, read};
use crate::http::pages::control::tenants::{self, PLACE};
use crate::http::pages::control::tokens::create::lifetime;
use crate::http::pages::form::{self, Form};
use crate::http::pages::{View, parts};
use crate::market::Market;

/// The tiers, as forms send them.
const TIERS: [(Tier, &str); 4] =
    [(Tier::Free, "free"), (Tier::Pro, "pro"), (Tier::Team, "team"), (Tier::Enterprise, "enterprise")];

/// As it was written, right or wrong.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    tier: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    for_ever: Option<String>,
    #[serde(default)]
    gates: String,
}

impl Default for Wish {
    fn default() -> Self {
        Self { tier: "pro".into(), days: "365".into(), for_ever: None, gates: String::new() }
    }
}

impl Wish {
    fn order(&self, tenant: &Tenant) -> Result<Order, Refused> {
        let lines = self.gates.lines().map(str::trim).filter(|line| !line.is_empty());
        let gates = lines.map(|line| read_gate(line).map_err(|error| Refused::field("the gates", &error)));
        Ok(Order {
            tenant: tenant.clone(),
            tier: read("the tier", &self.tier)?,
            days: days(&self.days, self.for_ever.is_some())?,
            gates: gates.collect::<Result<BTreeMap<String, Value>, _>>()?,
        })
    }
}

/// Signs a license with this server's vendor key, and puts it in force.
pub(in crate::http) async fn issue(
    State(market): State<Market>,
    view: View,
    Path(OfTenant { tenant }): Path<OfTenant>,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    match issued(&market, &caller, &tenant, &wish).await {
        Ok(document) => Ok(view.done(&format!("{PLACE}/{tenant}"), &words(&document))),
        Err(refused) => tenants::show::again(&market, &view, &tenant, &wish, "", &refused).await,
    }
}

async fn issued(market: &Market, caller: &Caller, tenant: &Tenant, wish: &Wish) -> Result<Document, Refused> {
    // A page for a name that is mistyped would make a tenant of it.
    if !market.store.has_tenant(tenant).await? {
        return Err(tenants::unknown(tenant).into());
    }
    let (document, _) = license::issue(market, &caller.actor(), wish.order(tenant)?).await?;
    Ok(document)
}

/// The form for a tenant.
pub(in crate::http::pages::control) fn form(view: &View, tenant: &Tenant, wish: &Wish) -> Markup {
    html! {
        section.stack aria-labelledby="issue" {
            h2 #issue { "Issue a license" }
            form.panel.stack.form method="post" action={ (PLACE) "/" (tenant) "/license/issue" } {
                (form::key(view))
                p { "Signed with the vendor key of this server, and in force at once. The one before does not count any more." }
                (parts::field("tier", "Tier", "", html! {
                    select #tier name="tier" { @for (tier, word) in TIERS { option value=(word) selected[word == wish.tier] { (tier) } } }
                }))
                (lifetime("After that the tenant is Free; what it has installed stays.", &wish.days, wish.for_ever.is_some()))
                (parts::field("gates", "Gates that differ from the tier's (may be left out)", "One a line, as GATE=VALUE: marketplace_install_apps_cap=10, or =null for no limit; marketplace_publish=true.", html! {
                    textarea.mono #gates name="gates" rows="3" maxlength="8000" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="gates-hint" { (wish.gates) }
                }))
                p { button.button.primary type="submit" { "Sign it and put it in force" } }
            }
        }
    }
}
