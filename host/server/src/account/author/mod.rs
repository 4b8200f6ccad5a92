//! Authors: who publishes. A name belongs to its first tenant for ever.
//!
//! A tenant applies for a name, or an operator makes the author at once. Only a verified author publishes; one who
//! no longer is stops publishing, and what is published stays.

mod apply;
mod create;
mod verify;

use marketplace_manifest::{AuthorId, PublicKey, SigningKey, Tenant};
use marketplace_store::{Author, AuthorKey, NewKey, Store, StoreError};

use crate::secrets::{SecretError, Secrets};

pub use apply::{MAX_OPEN, apply};
pub use create::{CreateError, create};
pub use verify::{VerifyError, unverify, verify};

/// Why a caller does not act for an author.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is none.
    #[error("there is no author `{0}`")]
    Unknown(AuthorId),
    /// The author is another tenant's.
    #[error("`{0}` is not an author of this token's tenant")]
    NotYours(AuthorId),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The author, if a token of this tenant acts for it.
///
/// # Errors
/// See [`AccessError`].
pub async fn of_tenant(store: &Store, tenant: &Tenant, id: &AuthorId) -> Result<Author, AccessError> {
    let author = store.author(id).await?.ok_or_else(|| AccessError::Unknown(id.clone()))?;
    if author.tenant == *tenant { Ok(author) } else { Err(AccessError::NotYours(author.id)) }
}

/// The key as it was checked when it was registered; `None` if the row was changed since.
#[must_use]
pub fn public_key(key: &AuthorKey) -> Option<PublicKey> {
    PublicKey::from_bytes(key.public_key.as_slice().try_into().ok()?).ok()
}

/// What is recorded of an author's key; without one of their own, a new one that the CP holds.
pub(super) fn new_key(
    secrets: &Secrets,
    author: &AuthorId,
    own_key: Option<PublicKey>,
) -> Result<NewKey, SecretError> {
    match own_key {
        Some(public) => Ok(registered(&public, None)),
        None => held_key(secrets, author, &SigningKey::generate()),
    }
}

/// What is recorded of a key that the CP holds, encrypted.
pub(super) fn held_key(
    secrets: &Secrets,
    author: &AuthorId,
    key: &SigningKey,
) -> Result<NewKey, SecretError> {
    Ok(registered(&key.public_key(), Some(secrets.seal(author, key)?)))
}

fn registered(public: &PublicKey, held_secret: Option<Vec<u8>>) -> NewKey {
    NewKey { public_key: public.as_bytes().to_vec(), fingerprint: public.fingerprint(), held_secret }
}
