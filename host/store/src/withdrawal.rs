//! What was taken back: by its author (a yank), by an operator (a block), or with the key that signed it.
//!
//! Nothing here is a state of a release or an installation: it follows from the rows each time they are read, so a
//! block that was written a moment ago holds at once, everywhere, and one that is lifted leaves no trace.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::{Release, Status, Store, StoreError, releases};
use marketplace_manifest::{CategoryId, Slug, Version};

/// How something was taken back. Of several, the strongest counts: they are in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// By its author: not offered any more, and left to whoever has it.
    Yanked,
    /// With the key that signed it: not installed anew, and marked where it is installed.
    KeyRevoked,
    /// By an operator: not listed, not served, not installed, and disabled where it is installed.
    Blocked,
}

/// That something was taken back, why, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// How.
    pub kind: Taken,
    /// Why, if that was said.
    pub reason: Option<String>,
    /// Unix milliseconds.
    pub since: i64,
}

impl Withdrawn {
    /// Whether it must not run where it is installed.
    #[must_use]
    pub fn disables(&self) -> bool {
        self.kind == Taken::Blocked
    }
}

/// An approved release, and whether it was taken back since.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The release.
    pub release: Release,
    /// `None` if people may have it.
    pub withdrawn: Option<Withdrawn>,
}

impl Store {
    /// One approved release of an item, also if it was taken back. Without a version, the latest; and if every
    /// release was taken back, the highest of them, so that a caller can say why there is nothing.
    pub async fn offered(
        &self,
        category: &CategoryId,
        slug: &Slug,
        version: Option<&Version>,
    ) -> Result<Option<Offered>, StoreError> {
        let mut best = None;
        if version.is_none() {
            best = self
                .best(category, slug, |statement| {
                    statement.push(" AND r.id = i.latest_release_id");
                })
                .await?;
        }
        if best.is_none() {
            best = self
                .best(category, slug, |statement| {
                    if let Some(version) = version {
                        statement.push(" AND r.version = ").value(version.to_string());
                    }
                })
                .await?;
        }
        let Some((_, id, withdrawn)) = best else { return Ok(None) };
        let row = sql("SELECT * FROM releases WHERE id = $1").bind(id).read(self.read()).await?;
        let release = row.as_ref().map(releases::read).transpose()?;
        // Rejected between the statements: then it is as if it had been before.
        let release = release.filter(|release| release.status == Status::Approved);
        Ok(release.map(|release| Offered { release, withdrawn }))
    }

    /// The highest of an item's approved releases that meet a condition: its version, its id, and what became of it.
    async fn best(
        &self,
        category: &CategoryId,
        slug: &Slug,
        condition: impl FnOnce(&mut Sql),
    ) -> Result<Option<(Version, String, Option<Withdrawn>)>, StoreError> {
        let mut statement = select("r.id, r.version, ", "releases r JOIN items i ON i.id = r.item_id");
        statement.push(" WHERE r.status = 'approved' AND i.category = ").value(category.to_string());
        statement.push(" AND i.slug = ").value(slug.to_string());
        condition(&mut statement);
        let mut best: Option<(Version, AnyRow)> = None;
        for row in statement.read_all(self.read()).await? {
            let version: Version = row.parsed("version")?;
            if best.as_ref().is_none_or(|(highest, _)| version > *highest) {
                best = Some((version, row));
            }
        }
        best.map(|(version, row)| Ok((version, row.get_as("id")?, read(&row)?))).transpose()
    }
}

/// `SELECT columns, and what [`read`] reads, FROM tables`. The tables must have the release as `r`; the statement
/// gets its key as `k`, and the oldest block that holds for it as `b`.
pub(crate) fn select(columns: &'static str, tables: &'static str) -> Sql {
    let mut statement = sql("SELECT ");
    statement
        .push(columns)
        .push(
            "r.yanked_at, r.yanked_reason, k.revoked_at AS key_revoked_at, \
             k.revoked_reason AS key_revoked_reason, b.created_at AS blocked_at, \
             b.reason AS blocked_reason FROM ",
        )
        .push(tables)
        .push(
            " JOIN author_keys k ON k.id = r.key_id \
             LEFT JOIN blocks b ON b.id = (SELECT MIN(id) FROM blocks WHERE lifted_at IS NULL \
             AND ((kind = 'package' AND subject = r.package_sha256) \
             OR (kind = 'item' AND subject = r.category || '/' || r.slug) \
             OR (kind = 'key' AND subject = k.fingerprint)))",
        );
    statement
}

/// What the columns of [`select`] say.
pub(crate) fn read(row: &AnyRow) -> Result<Option<Withdrawn>, StoreError> {
    let taken: [(Taken, Option<i64>, Option<String>); 3] = [
        (Taken::Blocked, row.get_as("blocked_at")?, row.get_as("blocked_reason")?),
        (Taken::KeyRevoked, row.get_as("key_revoked_at")?, row.get_as("key_revoked_reason")?),
        (Taken::Yanked, row.get_as("yanked_at")?, row.get_as("yanked_reason")?),
    ];
    Ok(taken.into_iter().find_map(|(kind, since, reason)| Some(Withdrawn { kind, reason, since: since? })))
}

/// What became of one release, as the transaction sees it.
pub(crate) async fn of(
    connection: &mut AnyConnection,
    release: &str,
) -> Result<Option<Withdrawn>, StoreError> {
    let mut statement = select("", "releases r");
    statement.push(" WHERE r.id = ").value(release);
    match statement.row(connection).await? {
        Some(row) => read(&row),
        None => Ok(None),
    }
}

/// The releases that were taken back, of a condition on `r`.
pub(crate) async fn among(
    store: &Store,
    condition: impl FnOnce(&mut Sql),
) -> Result<BTreeMap<String, Withdrawn>, StoreError> {
    let mut statement = select("r.id, ", "releases r");
    statement.push(" WHERE ");
    condition(&mut statement);
    let mut withdrawn = BTreeMap::new();
    for row in statement.read_all(store.read()).await? {
        if let Some(taken) = read(&row)? {
            withdrawn.insert(row.get_as("id")?, taken);
        }
    }
    Ok(withdrawn)
}
