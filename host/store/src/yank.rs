//! An author takes a release back, and offers it again.

use sqlx::AnyConnection;

use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{Event, Status, Store, StoreError, items, revocations};

/// Why a release was not yanked, or not offered again.
#[derive(Debug, thiserror::Error)]
pub enum YankError {
    /// There is no such release.
    #[error("there is no release `{0}`")]
    NotFound(String),
    /// Only what people can have can be taken back from them.
    #[error("the release is {status}: only an approved one can be yanked")]
    NotApproved {
        /// What it is.
        status: Status,
    },
    /// It was yanked before, for another reason. That one stands.
    #[error("the release is yanked already, because: {reason}")]
    Already {
        /// The reason that stands.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Takes an approved release back: it is not offered any more, and marked where it is installed. Once more for
    /// the same reason changes nothing.
    pub async fn yank(&self, release: &str, reason: &str, event: Event) -> Result<(), YankError> {
        refuse_nul("the reason", reason)?;
        let backend = self.backend();
        self.transact(event, async |mut tx| {
            revocations::bump(&mut tx).await?;
            let item = lock(&mut tx, release).await?;
            let yanked = sql("UPDATE releases SET yanked_at = $2, yanked_reason = $3 \
                 WHERE id = $1 AND status = 'approved' AND yanked_at IS NULL")
            .bind(release)
            .bind(now())
            .bind(reason)
            .run(&mut tx)
            .await?;
            if yanked == 0 {
                return match standing(&mut tx, release).await? {
                    Some(before) if before == reason => Ok(Outcome::Unchanged(())),
                    Some(reason) => Err(YankError::Already { reason }),
                    None => Err(YankError::NotFound(release.to_owned())),
                };
            }
            items::refresh(&mut tx, backend, &item).await?;
            Ok(Outcome::Changed(tx, ()))
        })
        .await
    }

    /// Offers a yanked release again. One that is not yanked stays as it is.
    pub async fn unyank(&self, release: &str, event: Event) -> Result<(), YankError> {
        let backend = self.backend();
        self.transact(event, async |mut tx| {
            revocations::bump(&mut tx).await?;
            let item = lock(&mut tx, release).await?;
            let offered = sql("UPDATE releases SET yanked_at = NULL, yanked_reason = NULL \
                 WHERE id = $1 AND yanked_at IS NOT NULL")
            .bind(release)
            .run(&mut tx)
            .await?;
            if offered == 0 {
                standing(&mut tx, release).await?;
                return Ok(Outcome::Unchanged(()));
            }
            items::refresh(&mut tx, backend, &item).await?;
            Ok(Outcome::Changed(tx, ()))
        })
        .await
    }
}

async fn lock(connection: &mut AnyConnection, release: &str) -> Result<String, YankError> {
    let item = if is_id(release) { items::lock_of_release(connection, release).await? } else { None };
    item.ok_or_else(|| YankError::NotFound(release.to_owned()))
}

/// The reason why an approved release is yanked, if it is.
async fn standing(connection: &mut AnyConnection, release: &str) -> Result<Option<String>, YankError> {
    let row = sql("SELECT status, yanked_reason FROM releases WHERE id = $1").bind(release);
    let row = row.returning(connection).await?;
    match row.parsed::<Status>("status")? {
        Status::Approved => Ok(row.get_as("yanked_reason")?),
        status => Err(YankError::NotApproved { status }),
    }
}
