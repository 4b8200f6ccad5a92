//! A moderator's decision on a review, guarded by the state it decides on.

use super::{Review, ReviewState, Subject, by_id, rating};
use crate::sql::sql;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{Event, Store, StoreError};

/// What a moderator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewDecision {
    /// Nobody sees it any more, and it does not count.
    Remove,
    /// It stays; the reports on it are done with.
    Dismiss,
    /// What was removed is public again, and counts.
    Restore,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ModerateReviewError {
    /// There is no such review.
    #[error("there is no review `{0}`")]
    NotFound(String),
    /// Somebody decided before, or there is nothing to decide.
    #[error("the review is {state}: look at it again")]
    Conflict {
        /// What it is now.
        state: ReviewState,
    },
    /// It is not what the moderator looked at.
    #[error("the review is at revision {actual}, not {seen}: look at it again")]
    Changed {
        /// What the moderator looked at.
        seen: i64,
        /// What it is now.
        actual: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReviewDecision {
    /// From which states it can be made, and to which it leads. What another moderator kept is removed only by one who
    /// has `seen` that: of two at once that remove and dismiss, one wins, whichever is first.
    fn transition(self, seen: bool) -> (&'static [ReviewState], ReviewState) {
        use ReviewState::{Kept, Published, Removed, Reported};
        match self {
            Self::Remove if seen => (&[Published, Reported, Kept], Removed),
            Self::Remove => (&[Published, Reported], Removed),
            Self::Dismiss => (&[Reported], Kept),
            Self::Restore => (&[Removed], Published),
        }
    }
}

impl Store {
    /// Decides on a review, whether or not its item is listed. `seen` is the [`Review::revision`] that the moderator
    /// looked at; if it is given, nothing may have happened since.
    pub async fn moderate_review(
        &self,
        id: &str,
        decision: ReviewDecision,
        seen: Option<i64>,
        by: &str,
        reason: &str,
        event: Event,
    ) -> Result<Review, ModerateReviewError> {
        if !is_id(id) {
            return Err(ModerateReviewError::NotFound(id.to_owned()));
        }
        refuse_nul("the reason", reason)?;
        refuse_nul("the moderator's name", by)?;
        let (from, to) = decision.transition(seen.is_some());
        self.transact(event, async |mut tx| {
            let found = Subject::lock_of_review(&mut tx, id).await?;
            let (item, before) = found.ok_or_else(|| ModerateReviewError::NotFound(id.to_owned()))?;
            if !from.contains(&before.state) {
                return Err(ModerateReviewError::Conflict { state: before.state });
            }
            if let Some(seen) = seen.filter(|seen| *seen != before.revision) {
                return Err(ModerateReviewError::Changed { seen, actual: before.revision });
            }
            sql("UPDATE reviews SET state = $2, revision = revision + 1, reported_at = NULL, decided_at = $3, \
                 decided_by = $4, decision_reason = $5 WHERE id = $1")
            .bind(id)
            .text(&to)
            .bind(now())
            .bind(by)
            .bind(reason)
            .run(&mut tx)
            .await?;
            sql("UPDATE review_reports SET resolved_at = $2 WHERE review_id = $1 AND resolved_at IS NULL")
                .bind(id)
                .bind(now())
                .run(&mut tx)
                .await?;
            let counted = |state| (state != ReviewState::Removed).then_some(before.rating);
            rating::count(&mut tx, &item.id, counted(before.state), counted(to)).await?;
            let row = by_id(id).returning(&mut tx).await?;
            Ok(Outcome::Changed(tx, super::read(&row)?))
        })
        .await
    }
}
