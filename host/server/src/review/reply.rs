//! The author's reply to a review of their item.

use marketplace_manifest::{CategoryId, Slug};
use marketplace_store::{Event, Replied, ReplyError, Review};
use serde_json::json;

use super::{find, subject_of};
use crate::account::token::Caller;
use crate::market::Market;

/// Writes the reply to a review, or another in its place.
///
/// # Errors
/// See [`ReplyError`].
pub async fn reply(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    slug: &Slug,
    id: &str,
    body: &str,
) -> Result<Replied, ReplyError> {
    let review = named(market, category, slug, id).await?;
    let event = event(caller, &review, "review.replied");
    market.store.reply_to_review(id, &caller.tenant, body, event).await
}

/// Removes the reply to a review.
///
/// # Errors
/// See [`ReplyError`].
pub async fn remove_reply(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    slug: &Slug,
    id: &str,
) -> Result<(), ReplyError> {
    let review = named(market, category, slug, id).await?;
    let event = event(caller, &review, "review.reply_removed");
    market.store.remove_reply(id, &caller.tenant, event).await
}

async fn named(market: &Market, category: &CategoryId, slug: &Slug, id: &str) -> Result<Review, ReplyError> {
    find(market, category, slug, id).await?.ok_or_else(|| ReplyError::NotFound(id.to_owned()))
}

fn event(caller: &Caller, review: &Review, action: &str) -> Event {
    Event::new(caller.actor(), action, subject_of(review)).with(json!({ "review": review.id }))
}
