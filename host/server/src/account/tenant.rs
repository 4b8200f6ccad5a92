//! Tenants, as an operator sees them.

use marketplace_manifest::Tenant;
use marketplace_store::{Page, PageError};

use super::license::Standing;
use crate::market::Market;

/// A tenant, and how it stands.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Its name.
    pub id: Tenant,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// What its license opens.
    pub standing: Standing,
    /// How many authors it has, verified or not.
    pub authors: i64,
    /// How many items it has installed, over all categories.
    pub installations: i64,
}

/// All tenants, by name.
///
/// # Errors
/// When the cursor is of another list, or the database says no.
pub async fn list(market: &Market, limit: u32, cursor: Option<&str>) -> Result<Page<Overview>, PageError> {
    let page = market.store.list_tenants(limit, cursor).await?;
    let overview = |row: marketplace_store::TenantRow| Overview {
        standing: match &row.license {
            Some(text) => Standing::by(text, &market.vendor, &row.id),
            None => Standing::default(),
        },
        id: row.id,
        created_at: row.created_at,
        authors: row.authors,
        installations: row.installations,
    };
    Ok(Page {
        items: page.items.into_iter().map(overview).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    })
}
