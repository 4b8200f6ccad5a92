//! What the revocation feed says: every withdrawal that holds, under a version that grows with each change.

use serde::Serialize;
use sqlx::AnyConnection;

use crate::row::Columns;
use crate::sql::sql;
use crate::store::Backend;
use crate::{BlockTarget, Store, StoreError, Taken, blocks};
use marketplace_manifest::{CategoryId, Digest, Slug, Version};

/// Every withdrawal that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocations {
    /// Grows with each change, and belongs to these entries and no others.
    pub version: i64,
    /// In no particular order.
    pub entries: Vec<Revocation>,
}

/// One withdrawal: of everything that agrees with all that is named here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revocation {
    /// How it was taken back.
    pub kind: Taken,
    /// Of which category.
    pub category: Option<CategoryId>,
    /// Which item.
    pub slug: Option<Slug>,
    /// Which release.
    pub version: Option<Version>,
    /// Which package.
    pub package_sha256: Option<Digest>,
    /// Which manifest.
    pub manifest_sha256: Option<Digest>,
    /// The fingerprint of the key that signed it.
    pub key: Option<String>,
    /// Why, if that was said.
    pub reason: Option<String>,
    /// Unix milliseconds.
    pub since: i64,
}

impl Revocation {
    fn new(kind: Taken, reason: Option<String>, since: i64) -> Self {
        Self {
            kind,
            category: None,
            slug: None,
            version: None,
            package_sha256: None,
            manifest_sha256: None,
            key: None,
            reason,
            since,
        }
    }
}

impl Store {
    /// The version of [`revocations`](Self::revocations) now.
    pub async fn revocations_version(&self) -> Result<i64, StoreError> {
        let row = sql("SELECT value FROM revisions WHERE name = 'revocations'").read(self.read()).await?;
        row.map_or(Ok(0), |row| row.get_as("value"))
    }

    /// Every withdrawal that holds, all of one moment.
    pub async fn revocations(&self) -> Result<Revocations, StoreError> {
        let mut moment = self.inner.read.begin_with(self.backend().snapshot()).await?;
        let version = sql("SELECT value FROM revisions WHERE name = 'revocations'").row(&mut moment).await?;
        let version = version.map_or(Ok(0), |row| row.get_as("value"))?;
        let mut entries = yanks(&mut moment).await?;
        entries.extend(revoked_keys(&mut moment).await?);
        for block in blocks::active(&mut moment).await? {
            let mut entry = Revocation::new(Taken::Blocked, Some(block.reason), block.created_at);
            match block.target {
                BlockTarget::Package { sha256 } => entry.package_sha256 = Some(sha256),
                BlockTarget::Item { category, slug } => {
                    (entry.category, entry.slug) = (Some(category), Some(slug));
                }
                BlockTarget::Key { fingerprint } => entry.key = Some(fingerprint),
            }
            entries.push(entry);
        }
        Ok(Revocations { version, entries })
    }
}

async fn yanks(connection: &mut AnyConnection) -> Result<Vec<Revocation>, StoreError> {
    let rows =
        sql("SELECT category, slug, version, package_sha256, manifest_sha256, yanked_reason, yanked_at \
         FROM releases WHERE yanked_at IS NOT NULL")
        .rows(connection)
        .await?;
    let entries = rows.iter().map(|row| {
        Ok(Revocation {
            category: Some(row.parsed("category")?),
            slug: Some(row.parsed("slug")?),
            version: Some(row.parsed("version")?),
            package_sha256: Some(row.parsed("package_sha256")?),
            manifest_sha256: Some(row.parsed("manifest_sha256")?),
            ..Revocation::new(Taken::Yanked, row.get_as("yanked_reason")?, row.get_as("yanked_at")?)
        })
    });
    entries.collect()
}

async fn revoked_keys(connection: &mut AnyConnection) -> Result<Vec<Revocation>, StoreError> {
    let rows =
        sql("SELECT fingerprint, revoked_at, revoked_reason FROM author_keys WHERE revoked_at IS NOT NULL")
            .rows(connection)
            .await?;
    let entries = rows.iter().map(|row| {
        Ok(Revocation {
            key: Some(row.get_as("fingerprint")?),
            ..Revocation::new(Taken::KeyRevoked, row.get_as("revoked_reason")?, row.get_as("revoked_at")?)
        })
    });
    entries.collect()
}

/// Raises the version, and makes all withdrawals take turns until the commit. It comes before every other lock.
pub(crate) async fn bump(connection: &mut AnyConnection) -> Result<(), StoreError> {
    sql("UPDATE revisions SET value = value + 1 WHERE name = 'revocations'").run(connection).await?;
    Ok(())
}

/// Lets no withdrawal happen until the commit: what was looked up about them stays true.
pub(crate) async fn hold(connection: &mut AnyConnection, backend: Backend) -> Result<(), StoreError> {
    let mut statement = sql("SELECT value FROM revisions WHERE name = 'revocations'");
    statement.push(backend.for_share());
    statement.row(connection).await?;
    Ok(())
}
