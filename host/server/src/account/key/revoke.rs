use marketplace_manifest::AuthorId;
use marketplace_store::{AuthorKey, Event, StoreError};
use serde_json::json;

use crate::account::author::{self, AccessError};
use crate::account::token::Caller;
use crate::market::Market;

/// Why a key was not revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// Not the caller's author.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The author has no such key.
    #[error("`{author}` has no key `{id}`; the list of its authors shows the keys of each")]
    Unknown {
        /// Whose it would be.
        author: AuthorId,
        /// What was asked for.
        id: String,
    },
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// [`revoke`], for a key of the caller's own author.
///
/// # Errors
/// See [`RevokeError`].
pub async fn revoke_own(
    market: &Market,
    caller: &Caller,
    author: &AuthorId,
    id: &str,
    reason: &str,
) -> Result<AuthorKey, RevokeError> {
    author::of_tenant(&market.store, &caller.tenant, author).await?;
    revoke(market, &caller.actor(), author, id, reason).await
}

/// Revokes a key of an author, in force or retired: nothing that it signed is installed
/// from now on. If it was the one in force, the author publishes again once an operator
/// has added another. Again changes nothing, not even the reason.
///
/// # Errors
/// See [`RevokeError`].
pub async fn revoke(
    market: &Market,
    actor: &str,
    author: &AuthorId,
    id: &str,
    reason: &str,
) -> Result<AuthorKey, RevokeError> {
    let unknown = || RevokeError::Unknown { author: author.clone(), id: id.to_owned() };
    let key = market.store.key(id).await?.filter(|key| key.author == *author).ok_or_else(unknown)?;
    let event = Event::new(actor, "key.revoked", format!("author:{author}")).because(reason).with(json!({
        "key": key.fingerprint,
        "in_force": key.is_active(),
    }));
    market.store.revoke_key(&key.id, event).await?.ok_or_else(unknown)
}
