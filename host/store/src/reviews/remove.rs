//! Taking back what one wrote.

use super::{Review, ReviewState, Subject, rating};
use crate::sql::sql;
use crate::transact::Outcome;
use crate::{Event, Store, StoreError};
use marketplace_manifest::{CategoryId, Slug, Tenant};

/// Why a review was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RemoveReviewError {
    /// The tenant wrote none.
    #[error("there is no review of `{category}/{slug}` by this tenant")]
    NotWritten {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// A moderator was first. If the row went, the tenant could write the same again.
    #[error("a moderator has removed your review already: nobody sees it")]
    Removed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Takes a tenant's review back, with the reply and the reports on it, and returns what it was. It leaves no trace
    /// but its events: who takes their words back does not want them kept. Works also while the item is not listed.
    pub async fn remove_review(
        &self,
        tenant: &Tenant,
        category: &CategoryId,
        slug: &Slug,
        event: Event,
    ) -> Result<Review, RemoveReviewError> {
        self.transact(event, async |mut tx| {
            let not_written =
                || RemoveReviewError::NotWritten { category: category.clone(), slug: slug.clone() };
            let item = Subject::lock(&mut tx, category, slug).await?.ok_or_else(not_written)?;
            let review = item.review_of(&mut tx, tenant).await?.ok_or_else(not_written)?;
            if review.state == ReviewState::Removed {
                return Err(RemoveReviewError::Removed);
            }
            // Its reports go with it, by the foreign key.
            sql("DELETE FROM reviews WHERE id = $1").bind(review.id.as_str()).run(&mut tx).await?;
            rating::count(&mut tx, &item.id, Some(review.rating), None).await?;
            Ok(Outcome::Changed(tx, review))
        })
        .await
    }
}
