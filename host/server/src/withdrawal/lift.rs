//! An operator lifts a block.

use marketplace_store::{Block, BlockError, Event, Store};

/// Lifts a block: what it took back is offered again, and runs again where it is installed, unless something else
/// stands against it.
///
/// # Errors
/// [`BlockError::NotFound`], [`BlockError::Lifted`] or [`BlockError::Store`].
pub async fn lift(store: &Store, actor: &str, id: &str, reason: &str) -> Result<Block, BlockError> {
    let block = store.find_block(id).await?.ok_or_else(|| BlockError::NotFound(id.to_owned()))?;
    let event = Event::new(actor, "block.lifted", block.target.to_string())
        .because(reason)
        .with(serde_json::json!({ "block": block.id, "blocked_because": block.reason }));
    store.lift_block(id, reason, actor, event).await
}
