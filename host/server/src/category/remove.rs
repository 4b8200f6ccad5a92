//! Removing a category.

use marketplace_manifest::CategoryId;
use marketplace_store::{CategoryError, Event};

use super::Categories;

/// Why a category was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// There is none.
    #[error("there is no category `{0}`")]
    Unknown(CategoryId),
    /// It has items, or the database said no.
    #[error(transparent)]
    Store(#[from] CategoryError),
}

impl Categories {
    /// Removes a category that has no items, of whatever state. The names of items are never given away, so one that
    /// has some can only be disabled.
    ///
    /// # Errors
    /// See [`RemoveError`].
    pub async fn remove(
        &self,
        actor: &str,
        id: &CategoryId,
        reason: Option<&str>,
    ) -> Result<(), RemoveError> {
        let mut event = Event::new(actor, "category.removed", format!("category:{id}"));
        event.reason = reason.map(str::to_owned);
        match self.store.remove_category(id, event).await? {
            true => Ok(()),
            false => Err(RemoveError::Unknown(id.clone())),
        }
    }
}
