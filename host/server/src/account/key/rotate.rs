use marketplace_manifest::{AuthorId, PublicKey, Rotation, SignatureError, SigningKey};
use marketplace_store::{AuthorKey, Event, KeyError, NewKey, StoreError};
use serde_json::json;

use crate::account::author::{self, AccessError};
use crate::account::token::Caller;
use crate::market::Market;
use crate::secrets::SecretError;

/// Why a key was not rotated. The old one stays in force.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// Not the caller's author.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no key that could agree.
    #[error(
        "no key of `{0}` is in force, so none can vouch for another, and a token alone does not; \
         ask an operator to add the key"
    )]
    NoKey(AuthorId),
    /// The CP would hand the name over to whoever has the token.
    #[error(
        "this server holds the key of `{0}`, and a token alone does not move a name to a key of one's own: it may be \
         stolen; ask an operator to register the key, or send no `public_key` for another that this server holds"
    )]
    Held(AuthorId),
    /// The CP would hold a key that the old one cannot name.
    #[error(
        "the key of `{0}` in force is the author's own: send the new `public_key` with a `rotation_signature`; \
         only an operator hands the keys of an author over to this server"
    )]
    PublicKeyMissing(AuthorId),
    /// The old key has not agreed.
    #[error("the old key must agree: sign `statement` with it, and send that as `rotation_signature`")]
    SignatureMissing {
        /// What to sign.
        statement: String,
    },
    /// It was not the old key that agreed, or not to this.
    #[error("the `rotation_signature` is not the old key's signature of `statement`: {source}")]
    Signature {
        /// What to sign.
        statement: String,
        /// What is wrong with it.
        source: SignatureError,
    },
    /// The new key is not one that can be registered.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The held key does not open, or the new one cannot be encrypted.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl From<StoreError> for RotateError {
    fn from(error: StoreError) -> Self {
        Self::Key(error.into())
    }
}

/// Puts another key of the caller's author in force, with the consent of the one that is:
/// see [`Rotation`] for what it signs. Where the CP holds the old key, it makes, holds and
/// signs for the new one itself.
///
/// # Errors
/// See [`RotateError`].
pub async fn rotate(
    market: &Market,
    caller: &Caller,
    id: &AuthorId,
    own_key: Option<PublicKey>,
    signature: Option<&str>,
) -> Result<AuthorKey, RotateError> {
    let author = author::of_tenant(&market.store, &caller.tenant, id).await?;
    let old = market.store.active_key(&author.id).await?;
    let old = old.ok_or_else(|| RotateError::NoKey(author.id.clone()))?;
    let public = author::public_key(&old).ok_or_else(|| RotateError::NoKey(author.id.clone()))?;

    let (new, signature) = match (&old.held_secret, own_key, signature) {
        (Some(_), Some(_), _) => return Err(RotateError::Held(author.id)),
        (Some(_), None, Some(_)) | (None, None, _) => return Err(RotateError::PublicKeyMissing(author.id)),
        (Some(sealed), None, None) => held(market, &author.id, sealed)?,
        (None, Some(new), signature) => {
            let rotation = Rotation { author: &author.id, old: &public, new: &new };
            let signature = agreed(rotation, signature)?;
            (author::new_key(&market.secrets, &author.id, Some(new))?, signature)
        }
    };
    // The log keeps the old key's consent: whoever reads it can check the chain of keys.
    let event = Event::new(caller.actor(), "key.rotated", format!("author:{}", author.id)).with(json!({
        "old_key": old.fingerprint,
        "new_key": new.fingerprint,
        "held": new.held_secret.is_some(),
        "rotation_signature": signature,
    }));
    Ok(market.store.rotate_key(&author.id, &old.id, new, event).await?)
}

/// A new key that the CP holds, and the consent of the one that it holds already.
fn held(market: &Market, author: &AuthorId, sealed: &[u8]) -> Result<(NewKey, String), RotateError> {
    let old = market.secrets.unseal(author, sealed)?;
    let key = SigningKey::generate();
    let rotation = Rotation { author, old: &old.public_key(), new: &key.public_key() };
    Ok((author::held_key(&market.secrets, author, &key)?, rotation.sign(&old)))
}

/// The signature, if it is the old key's.
fn agreed(rotation: Rotation<'_>, signature: Option<&str>) -> Result<String, RotateError> {
    let statement = rotation.statement();
    let Some(signature) = signature else { return Err(RotateError::SignatureMissing { statement }) };
    match rotation.verify(signature) {
        Ok(()) => Ok(signature.to_owned()),
        Err(source) => Err(RotateError::Signature { statement, source }),
    }
}
