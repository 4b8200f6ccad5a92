//! Authors: who publishes, and with which key.

use marketplace_manifest::{AuthorId, PublicKey, SigningKey, Tenant};
use marketplace_store::{Author, AuthorError, AuthorKey, Event, NewAuthor, NewKey, Store};

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

/// Makes a verified author of a tenant. Without a public key of their own, the CP
/// makes one and holds it, encrypted.
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
    let (public, held_secret) = match own_key {
        Some(public) => (public, None),
        None => {
            let key = SigningKey::generate();
            (key.public_key(), Some(secrets.seal(id, &key)?))
        }
    };
    super::ensure_tenant(store, actor, tenant).await.map_err(AuthorError::from)?;
    let event = Event::new(actor, "author.created", format!("author:{id}")).with(serde_json::json!({
        "tenant": tenant,
        "key": public.fingerprint(),
        "held": held_secret.is_some(),
    }));
    let key =
        NewKey { public_key: public.as_bytes().to_vec(), fingerprint: public.fingerprint(), held_secret };
    let author =
        NewAuthor { id: id.clone(), tenant: tenant.clone(), verified_at: Some(clock::now()), key: Some(key) };
    Ok(store.create_author(author, event).await?)
}

/// The key as it was checked when it was registered; `None` if the row was changed since.
#[must_use]
pub fn public_key(key: &AuthorKey) -> Option<PublicKey> {
    PublicKey::from_bytes(key.public_key.as_slice().try_into().ok()?).ok()
}
