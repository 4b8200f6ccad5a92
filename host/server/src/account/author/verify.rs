use marketplace_manifest::AuthorId;
use marketplace_store::{Author, Event, Store, StoreError};

/// Why nothing was decided about an author.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is none.
    #[error("there is no author `{0}`")]
    Unknown(AuthorId),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets an author publish, as far as their tenant's license does. Again changes nothing.
///
/// # Errors
/// See [`VerifyError`].
pub async fn verify(
    store: &Store,
    actor: &str,
    id: &AuthorId,
    reason: Option<&str>,
) -> Result<Author, VerifyError> {
    let mut event = Event::new(actor, "author.verified", format!("author:{id}"));
    event.reason = reason.map(str::to_owned);
    store.verify_author(id, event).await?.ok_or_else(|| VerifyError::Unknown(id.clone()))
}

/// Stops an author from publishing. What is published stays: to take that away, revoke the
/// key. Again changes nothing, not even the reason.
///
/// # Errors
/// See [`VerifyError`].
pub async fn unverify(
    store: &Store,
    actor: &str,
    id: &AuthorId,
    reason: &str,
) -> Result<Author, VerifyError> {
    let event = Event::new(actor, "author.unverified", format!("author:{id}")).because(reason);
    store.unverify_author(id, event).await?.ok_or_else(|| VerifyError::Unknown(id.clone()))
}
