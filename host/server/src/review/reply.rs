//! The author's reply to a review of their item.

use marketplace_store::{Event, ReplyError, Review};
use serde_json::json;

use super::subject_of;
use crate::account::token::Caller;
use crate::market::Market;

/// Writes the reply to a review, or another in its place.
///
/// # Errors
/// See [`ReplyError`].
pub async fn reply(market: &Market, caller: &Caller, id: &str, body: &str) -> Result<Review, ReplyError> {
    let event = event(market, caller, id, "review.replied").await?;
    market.store.reply_to_review(id, &caller.tenant, body, event).await
}

/// Removes the reply to a review.
///
/// # Errors
/// See [`ReplyError`].
pub async fn remove_reply(market: &Market, caller: &Caller, id: &str) -> Result<(), ReplyError> {
    let event = event(market, caller, id, "review.reply_removed").await?;
    market.store.remove_reply(id, &caller.tenant, event).await
}

async fn event(market: &Market, caller: &Caller, id: &str, action: &str) -> Result<Event, ReplyError> {
    let review = market.store.review(id).await?.ok_or_else(|| ReplyError::NotFound(id.to_owned()))?;
    Ok(Event::new(caller.actor(), action, subject_of(&review)).with(json!({ "review": id })))
}
