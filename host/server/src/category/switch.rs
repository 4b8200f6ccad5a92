//! Whether a category is served.

use marketplace_manifest::CategoryId;
use marketplace_store::{Category as Row, Event, StoreError};

use super::Categories;

/// Why a category was not switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// There is none.
    #[error("there is no category `{0}`")]
    Unknown(CategoryId),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Categories {
    /// Serves a category again, from the next request on. Again changes nothing.
    ///
    /// # Errors
    /// See [`SwitchError`].
    pub async fn enable(
        &self,
        actor: &str,
        id: &CategoryId,
        reason: Option<&str>,
    ) -> Result<Row, SwitchError> {
        self.switch(actor, id, true, reason).await
    }

    /// Stops serving a category, from the next request on: nothing of it is listed, submitted or installed. What is
    /// installed stays installed. Again changes nothing.
    ///
    /// # Errors
    /// See [`SwitchError`].
    pub async fn disable(
        &self,
        actor: &str,
        id: &CategoryId,
        reason: Option<&str>,
    ) -> Result<Row, SwitchError> {
        self.switch(actor, id, false, reason).await
    }

    async fn switch(
        &self,
        actor: &str,
        id: &CategoryId,
        enabled: bool,
        reason: Option<&str>,
    ) -> Result<Row, SwitchError> {
        let action = if enabled { "category.enabled" } else { "category.disabled" };
        let mut event = Event::new(actor, action, format!("category:{id}"));
        event.reason = reason.map(str::to_owned);
        let row = self.store.set_category_enabled(id, enabled, event).await?;
        row.ok_or_else(|| SwitchError::Unknown(id.clone()))
    }
}
