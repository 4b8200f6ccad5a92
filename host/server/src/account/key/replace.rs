use marketplace_manifest::{AuthorId, PublicKey};
use marketplace_store::{AuthorKey, Event, KeyError, StoreError};
use serde_json::json;

use crate::account::author::new_key;
use crate::market::Market;
use crate::secrets::SecretError;

/// Why an operator's key did not come into force.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is no such author, the key is registered already, or another came first.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key that the CP would hold cannot be encrypted.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl From<StoreError> for ReplaceError {
    fn from(error: StoreError) -> Self {
        Self::Key(error.into())
    }
}

/// Puts a key in force for an author, on an operator's word: the way back for an author who
/// lost the old one, or whose keys are all revoked. Without a public key, the CP makes one
/// and holds it. The key that was in force is retired; to distrust it, revoke it.
///
/// # Errors
/// See [`ReplaceError`].
pub async fn replace(
    market: &Market,
    actor: &str,
    author: &AuthorId,
    own_key: Option<PublicKey>,
    reason: &str,
) -> Result<AuthorKey, ReplaceError> {
    let new = new_key(&market.secrets, author, own_key)?;
    let old = market.store.active_key(author).await?;
    let event = |action: &str| {
        Event::new(actor, action, format!("author:{author}")).because(reason).with(json!({
            "old_key": old.as_ref().map(|old| &old.fingerprint),
            "new_key": new.fingerprint,
            "held": new.held_secret.is_some(),
        }))
    };
    let (added, rotated) = (event("key.added"), event("key.rotated"));
    Ok(match &old {
        None => market.store.add_key(author, new, added).await?,
        Some(old) => market.store.rotate_key(author, &old.id, new, rotated).await?,
    })
}
