//! Taking one's review back.

use marketplace_manifest::{CategoryId, Slug};
use marketplace_store::{Event, RemoveReviewError};
use serde_json::json;

use super::subject;
use crate::account::token::Caller;
use crate::market::Market;

/// Takes the caller's review of an item back. It may be written anew.
///
/// # Errors
/// See [`RemoveReviewError`].
pub async fn remove(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    slug: &Slug,
) -> Result<(), RemoveReviewError> {
    let event = Event::new(caller.actor(), "review.removed", subject(category, slug, &caller.tenant))
        .with(json!({ "by": "writer" }));
    market.store.remove_review(&caller.tenant, category, slug, event).await.map(|_review| ())
}
