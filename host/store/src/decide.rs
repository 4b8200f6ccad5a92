//! Moderation decisions, each guarded by the state and the digest it decides on.

use sqlx::AnyConnection;

use crate::dialect::violates;
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, is_id, new_id, now, refuse_nul};
use crate::{Event, Lookalike, Release, Status, Store, StoreError, items, lookalikes, releases};
use marketplace_manifest::{Digest, Slug, Version};

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
    /// The name looks like another author's, and the approval says nothing about it.
    #[error(
        "`{slug}` looks like `{}` by `{}`: say in a note why it may have that name all the same",
        .lookalikes[0].slug,
        .lookalikes[0].author
    )]
    NoteRequired {
        /// The name.
        slug: Slug,
        /// What it looks like; at least one.
        lookalikes: Vec<Lookalike>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Moves a submission from one of the states `from` to `to`, and keeps the decision. Of two at once exactly one
    /// wins; the other gets [`DecideError::Conflict`]. A name that looks like another author's is approved with a
    /// note, or not. Approving, or withdrawing what was approved, also moves the item's latest
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
        let (decision, at) = (&new_id(), now());
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
                .bind(at);
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
            if to == Status::Approved && note.unwrap_or_default().trim().is_empty() {
                check_name(&mut tx, &release).await?;
            }
            sql("INSERT INTO decisions (id, release_id, item_id, status, note, decided_at, decided_by) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(decision.as_str())
            .bind(id)
            .bind(item.as_str())
            .text(&to)
            .bind(note)
            .bind(at)
            .bind(by)
            .run(&mut tx)
            .await?;
            items::refresh(&mut tx, backend, &item).await?;
            Ok(Outcome::Changed(tx, release))
        })
        .await
    }
}

/// An error if the name looks like another author's: nobody approves such a one by habit.
async fn check_name(connection: &mut AnyConnection, release: &Release) -> Result<(), DecideError> {
    let Release { category, slug, author, .. } = release;
    let lookalikes = lookalikes::of(connection, category, slug, author).await?;
    if lookalikes.is_empty() {
        Ok(())
    } else {
        Err(DecideError::NoteRequired { slug: slug.clone(), lookalikes })
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
