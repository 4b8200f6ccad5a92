//! Reporting somebody else's review.

use marketplace_manifest::{CategoryId, Slug};
use marketplace_store::{Event, ReportError};
use serde_json::json;

use super::{find, subject_of};
use crate::account::token::Caller;
use crate::market::Market;

/// Asks a moderator to look at a review, and says why.
///
/// # Errors
/// See [`ReportError`].
pub async fn report(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    slug: &Slug,
    id: &str,
    reason: &str,
) -> Result<(), ReportError> {
    let review = find(market, category, slug, id).await?;
    let review = review.ok_or_else(|| ReportError::NotFound(id.to_owned()))?;
    let event = Event::new(caller.actor(), "review.reported", subject_of(&review))
        .because(reason)
        .with(json!({ "review": id }));
    market.store.report_review(id, &caller.tenant, reason, event).await
}
