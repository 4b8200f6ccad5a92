//! Moderation decisions, each guarded by the state and the digest it decides on.

use sqlx::AnyConnection;

use crate::dialect::violates;
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{Event, Release, Status, Store, StoreError, items, releases};
use marketplace_manifest::{Digest, Version};

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such submission.
    #[error("there is no submission `{0}`")]
    NotFound(String),
    /// Somebody decided before.
    #[error("the submission is {status} already: look at it again")]
    Conflict {
        /// What it is now.
        status: Status,
    },
    /// The version was submitted again since this one was rejected.
    #[error("another submission of version {version} is open: decide on that one")]
    Superseded {
        /// The version.
        version: Version,
    },
    /// It is not what the moderator looked at.
    #[error("the submission's manifest is {actual}, not {expected}: look at it again")]
    Changed {
        /// What the moderator looked at.
        expected: Digest,
        /// What the row says.
        actual: Digest,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Moves a submission from one of the states `from` to `to`. Of two at once exactly one wins; the other gets
    /// [`DecideError::Conflict`]. Approving, or withdrawing what was approved, also moves the item's latest
    /// release, its card and its place in search, in the same transaction.
    #[allow(clippy::too_many_arguments)]
    pub async fn decide(
        &self,
        id: &str,
        from: &[Status],
        to: Status,
        expected_manifest_sha256: Option<&Digest>,
        by: &str,
        note: Option<&str>,
        event: Event,
    ) -> Result<Release, DecideError> {
        if !is_id(id) {
            return Err(DecideError::NotFound(id.to_owned()));
        }
        refuse_nul("the note", note.unwrap_or_default())?;
        refuse_nul("the moderator's name", by)?;
        let (backend, expected) = (self.backend(), expected_manifest_sha256);
        self.transact(event, async |mut tx| {
            let item = items::lock_of_release(&mut tx, id).await?;
            let item = item.ok_or_else(|| DecideError::NotFound(id.to_owned()))?;

            let mut update =
                sql("UPDATE releases SET status = $2, note = $3, decided_by = $4, decided_at = $5, \
                 approved_at = CASE WHEN $2 = 'approved' THEN COALESCE(approved_at, $5) ELSE approved_at END \
                 WHERE id = $1")
                .bind(id)
                .text(&to)
                .bind(note)
                .bind(by)
                .bind(now());
            // The guard is in the statement itself: of two decisions at once the second finds no row.
            update.push(" AND status IN (''");
            for status in from {
                update.push(", ").value(status.to_string());
            }
            update.push(")");
            if let Some(digest) = expected {
                update.push(" AND manifest_sha256 = ").value(digest.to_string());
            }
            update.push(" RETURNING *");

            let updated = match update.row(&mut tx).await {
                Ok(row) => row,
                Err(error)
                    if violates(&error, "releases_version_key", "releases.item_id, releases.version") =>
                {
                    // The statement broke the transaction: read outside it.
                    drop(tx);
                    let row = sql("SELECT * FROM releases WHERE id = $1").bind(id).read(self.read()).await?;
                    let release = row.as_ref().map(releases::read).transpose()?;
                    return Err(match release {
                        Some(release) => DecideError::Superseded { version: release.version },
                        None => DecideError::NotFound(id.to_owned()),
                    });
                }
                Err(error) => return Err(error.into()),
            };
            let Some(row) = updated else { return Err(refusal(&mut tx, id, from, expected).await?) };
            let release = releases::read(&row)?;
            items::refresh(&mut tx, backend, &item).await?;
            Ok(Outcome::Changed(tx, release))
        })
        .await
    }
}

/// Why the guarded update found no row.
async fn refusal(
    connection: &mut AnyConnection,
    id: &str,
    from: &[Status],
    expected: Option<&Digest>,
) -> Result<DecideError, StoreError> {
    let row =
        sql("SELECT status, manifest_sha256 FROM releases WHERE id = $1").bind(id).row(connection).await?;
    let Some(row) = row else { return Ok(DecideError::NotFound(id.to_owned())) };
    let (status, actual) = (row.parsed::<Status>("status")?, row.parsed::<Digest>("manifest_sha256")?);
    Ok(match expected {
        Some(expected) if from.contains(&status) => DecideError::Changed { expected: *expected, actual },
        _ => DecideError::Conflict { status },
    })
}
