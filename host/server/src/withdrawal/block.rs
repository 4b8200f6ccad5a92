//! An operator takes a package, an item or a key back from everybody.

use marketplace_store::{BlockError, BlockTarget, Blocked, Event, Store};

/// Blocks: from the answer on nothing of it is listed, served or installed, and it is disabled wherever it is
/// installed. The reason is public.
///
/// # Errors
/// See [`BlockError`].
pub async fn block(
    store: &Store,
    actor: &str,
    target: &BlockTarget,
    reason: &str,
) -> Result<Blocked, BlockError> {
    let event = Event::new(actor, "block.added", target.to_string()).because(reason);
    let blocked = store.block(target, reason, actor, event).await?;
    tracing::warn!(
        %target, reason, releases = blocked.releases, installations = blocked.installations, "blocked"
    );
    Ok(blocked)
}
