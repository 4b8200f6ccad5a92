//! Writing a review, or another in its place.

use marketplace_manifest::{CategoryId, Slug};
use marketplace_store::{Event, NewReview, Rating, Review, WriteReviewError};
use serde_json::json;

use super::subject;
use crate::account::token::Caller;
use crate::market::Market;

/// How often a writer may find that, from another device, they have just written or removed what they edit or write.
const ATTEMPTS: usize = 4;

/// What a caller says.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The stars.
    pub rating: Rating,
    /// One line.
    pub title: Option<String>,
    /// Plain text or Markdown.
    pub body: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The review as it is now.
    pub review: Review,
    /// Whether it is the first, and not an edit.
    pub created: bool,
}

/// Writes the caller's review of an item that their tenant installed, or replaces it.
///
/// # Errors
/// See [`WriteReviewError`].
pub async fn write(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    slug: &Slug,
    draft: Draft,
) -> Result<Written, WriteReviewError> {
    let event = |action: &str| {
        Event::new(caller.actor(), action, subject(category, slug, &caller.tenant))
            .with(json!({ "rating": draft.rating }))
    };
    let new = NewReview {
        tenant: caller.tenant.clone(),
        category: category.clone(),
        slug: slug.clone(),
        rating: draft.rating,
        title: draft.title.clone(),
        body: draft.body.clone(),
    };
    let mut is_first = market.store.review_of(&caller.tenant, category, slug).await?.is_none();
    let mut attempt = 1;
    loop {
        let outcome = match is_first {
            true => market.store.write_review(new.clone(), event("review.written")).await,
            false => market.store.edit_review(new.clone(), event("review.edited")).await,
        };
        match outcome {
            Err(WriteReviewError::Written { .. }) if attempt < ATTEMPTS => is_first = false,
            Err(WriteReviewError::NotWritten { .. }) if attempt < ATTEMPTS => is_first = true,
            outcome => return outcome.map(|review| Written { review, created: is_first }),
        }
        attempt += 1;
    }
}
