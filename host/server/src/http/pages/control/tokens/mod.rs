//! Tokens: who may call, and what they may. One verb, one file.

pub(in crate::http) mod create;
pub(in crate::http) mod list;
pub(in crate::http) mod revoke;

use marketplace_store::StoreError;
use maud::{Markup, html};

use crate::account::Scope;
use crate::market::Market;

/// The list.
pub(super) const PLACE: &str = "/control-center/tokens";

/// Tenants that are offered while one types: the first, by name.
const OFFERED: u32 = 100;

/// What a scope allows, for whoever hands one out.
pub(super) fn meaning(scope: Scope) -> &'static str {
    match scope {
        Scope::Browse => "Read the catalogue, where it is closed to others.",
        Scope::Install => "Install, update and uninstall for the tenant, and write reviews.",
        Scope::Publish => "Submit releases for the tenant's authors, and look after their keys.",
        Scope::Moderate => "Decide on submissions and reported reviews.",
        Scope::Operate => "Run this server: categories, tokens, authors, licenses, blocks, the audit log.",
    }
}

/// Names of tenants that there are, for fields that say `list="tenants"`: a name that is mistyped is a new tenant.
pub(super) async fn known_tenants(market: &Market) -> Result<Markup, StoreError> {
    let page = market.store.list_tenants(OFFERED, None).await;
    let tenants = match page {
        Ok(page) => page.items,
        Err(marketplace_store::PageError::Store(error)) => return Err(error),
        Err(_) => Vec::new(),
    };
    Ok(html! { datalist #tenants { @for tenant in &tenants { option value=(tenant.id) {} } } })
}
