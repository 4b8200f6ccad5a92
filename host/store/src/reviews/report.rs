//! Reporting what somebody else wrote.

use super::Subject;
use crate::sql::sql;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{Event, Store, StoreError};
use marketplace_manifest::Tenant;

/// Why a report was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such review that the public sees.
    #[error("there is no review `{0}`")]
    NotFound(String),
    /// The tenant wrote it.
    #[error("this review is your own: edit it or remove it")]
    Own,
    /// The tenant reported it before; once judged, only an edit makes it another text.
    #[error("you have reported this review already: a moderator decides, once")]
    Reported,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Records that a tenant finds a review wrong, and why, for a moderator to look at. Until then the review is shown:
    /// a report alone takes nothing down, else whoever disliked a review could.
    pub async fn report_review(
        &self,
        id: &str,
        tenant: &Tenant,
        reason: &str,
        event: Event,
    ) -> Result<(), ReportError> {
        if !is_id(id) {
            return Err(ReportError::NotFound(id.to_owned()));
        }
        refuse_nul("the reason", reason)?;
        self.transact(event, async |mut tx| {
            let found = Subject::lock_of_public_review(&mut tx, id).await?;
            let (_, review) = found.ok_or_else(|| ReportError::NotFound(id.to_owned()))?;
            if review.tenant == *tenant {
                return Err(ReportError::Own);
            }
            let at = now();
            let made = sql("INSERT INTO review_reports (review_id, tenant, reason, reported_at) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(id)
            .text(tenant)
            .bind(reason)
            .bind(at)
            .run(&mut tx)
            .await?;
            if made == 0 {
                return Err(ReportError::Reported);
            }
            sql("UPDATE reviews SET state = 'reported', reported_at = COALESCE(reported_at, $2), \
                 revision = revision + 1 WHERE id = $1")
            .bind(id)
            .bind(at)
            .run(&mut tx)
            .await?;
            Ok(Outcome::Changed(tx, ()))
        })
        .await
    }
}
