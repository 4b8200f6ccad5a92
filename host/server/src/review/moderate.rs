//! A moderator's decision on a review.

use marketplace_store::{Event, ModerateReviewError, Review, ReviewDecision};
use serde_json::json;

use super::subject_of;
use crate::account::token::Caller;
use crate::market::Market;

/// Decides on a review. Of two moderators at once, one does, and the other is told of it: the decision is guarded by
/// the state, and by the revision that was `seen`, where the moderator names it.
///
/// # Errors
/// See [`ModerateReviewError`].
pub async fn moderate(
    market: &Market,
    caller: &Caller,
    id: &str,
    decision: ReviewDecision,
    seen: Option<i64>,
    reason: &str,
) -> Result<Review, ModerateReviewError> {
    let review =
        market.store.review(id).await?.ok_or_else(|| ModerateReviewError::NotFound(id.to_owned()))?;
    let event = Event::new(caller.actor(), action(decision), subject_of(&review))
        .because(reason)
        .with(json!({ "review": id, "by": "moderator", "seen": seen }));
    market.store.moderate_review(id, decision, seen, &caller.actor(), reason, event).await
}

fn action(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::Remove => "review.removed",
        ReviewDecision::Dismiss => "review.dismissed",
        ReviewDecision::Restore => "review.restored",
    }
}
