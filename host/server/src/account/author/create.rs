use marketplace_manifest::{AuthorId, PublicKey, Tenant};
use marketplace_store::{Author, AuthorError, Event, NewAuthor, Store};

use super::new_key;
use crate::account::ensure_tenant;
use crate::clock;
use crate::secrets::{SecretError, Secrets};

/// Why no author was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The name is taken, or the database says no.
    #[error(transparent)]
    Store(#[from] AuthorError),
    /// The key that the CP would hold cannot be encrypted.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Makes a verified author of a tenant, as an operator does who vouches for them. Without
/// a public key of their own, the CP makes one and holds it, encrypted.
///
/// # Errors
/// See [`CreateError`].
pub async fn create(
    store: &Store,
    secrets: &Secrets,
    actor: &str,
    tenant: &Tenant,
    id: &AuthorId,
    own_key: Option<PublicKey>,
) -> Result<Author, CreateError> {
    let key = new_key(secrets, id, own_key)?;
    ensure_tenant(store, actor, tenant).await.map_err(AuthorError::from)?;
    let event = Event::new(actor, "author.created", format!("author:{id}")).with(serde_json::json!({
        "tenant": tenant,
        "key": key.fingerprint,
        "held": key.held_secret.is_some(),
    }));
    let author =
        NewAuthor { id: id.clone(), tenant: tenant.clone(), verified_at: Some(clock::now()), key: Some(key) };
    Ok(store.create_author(author, event).await?)
}
