use marketplace_manifest::{AuthorId, PublicKey};
use marketplace_store::{Author, Event, NewAuthor, Store};

use super::{CreateError, new_key};
use crate::account::token::Caller;
use crate::secrets::Secrets;

/// How many authors of a tenant may wait to be verified at a time: a name is for ever, so
/// nobody takes a stock of them.
pub const MAX_OPEN: u32 = 5;

/// Takes a name for the caller's tenant, of whatever tier. It is the tenant's from now on,
/// and publishes once an operator has verified it. Without a public key of the author's
/// own, the CP makes one and holds it, encrypted.
///
/// # Errors
/// See [`CreateError`].
pub async fn apply(
    store: &Store,
    secrets: &Secrets,
    caller: &Caller,
    id: &AuthorId,
    own_key: Option<PublicKey>,
) -> Result<Author, CreateError> {
    let key = new_key(secrets, id, own_key)?;
    let event =
        Event::new(caller.actor(), "author.applied", format!("author:{id}")).with(serde_json::json!({
            "tenant": caller.tenant,
            "key": key.fingerprint,
            "held": key.held_secret.is_some(),
        }));
    let author =
        NewAuthor { id: id.clone(), tenant: caller.tenant.clone(), verified_at: None, key: Some(key) };
    Ok(store.apply_author(author, MAX_OPEN, event).await?)
}
