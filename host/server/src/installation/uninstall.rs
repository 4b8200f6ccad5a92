//! Uninstalling: the row goes, then what only it named.

use marketplace_manifest::{CategoryId, Slug};
use marketplace_store::{Event, StoreError};

use super::install::release_tree;
use crate::account::token::Caller;
use crate::market::Market;

/// Why nothing was uninstalled.
#[derive(Debug, thiserror::Error)]
pub enum UninstallError {
    /// It is not there.
    #[error("`{0}/{1}` is not installed")]
    NotInstalled(CategoryId, Slug),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Removes an item from the caller's tenant: its row, its grants, its registry entries,
/// and its files unless another tenant has the same.
///
/// # Errors
/// See [`UninstallError`].
pub async fn uninstall(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    slug: &Slug,
) -> Result<(), UninstallError> {
    let _alone = market.locks.hold(&caller.tenant, category, slug).await;
    fail::fail_point!("uninstall.commit");
    let event = Event::new(caller.actor(), "item.uninstalled", format!("item:{category}/{slug}"))
        .with(serde_json::json!({ "tenant": caller.tenant }));
    let removed = market
        .store
        .remove_installation(&caller.tenant, category, slug, event)
        .await?
        .ok_or_else(|| UninstallError::NotInstalled(category.clone(), slug.clone()))?;
    fail::fail_point!("uninstall.committed");
    release_tree(market, &removed.tree_sha256).await;
    Ok(())
}
