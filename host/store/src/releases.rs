//! Releases: one version of an item, immutable but for its moderation status.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::{Store, StoreError};
use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Tenant, Version};

/// Where a release stands in moderation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Waits for a decision.
    Pending,
    /// Is listed and can be installed.
    Approved,
    /// Was refused; stays as history, and the same version may be submitted again.
    Rejected,
    /// Held back for a closer look; neither listed nor installed.
    Flagged,
}

/// What lists and search show of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The title; a caller without one passes the slug.
    pub title: String,
    /// One line.
    pub summary: String,
    /// Markdown, searched but not listed.
    pub description: String,
    /// Words to find it by; what `tag` filters on.
    pub keywords: Vec<String>,
    /// A path in the package.
    pub icon: Option<String>,
    /// What its category shows of it, as that says it now: `[{field, values: [{type, value}]}]`; null where it says
    /// nothing. [`Store::present_again`] replaces it; what was said at submission stays in [`Release::verdict`].
    #[serde(default)]
    pub details: Value,
}

/// One version of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// UUIDv7; also the submission's id.
    pub id: String,
    /// The category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The version.
    pub version: Version,
    /// Who signed it.
    pub author: AuthorId,
    /// Whose author that is.
    pub tenant: Tenant,
    /// The [`AuthorKey`](crate::AuthorKey) that verified it.
    pub key_id: String,
    /// Where it stands.
    pub status: Status,
    /// The last decision's note.
    pub note: Option<String>,
    /// The whole signed manifest, as JSON text.
    pub manifest: String,
    /// Of the manifest.
    pub manifest_sha256: Digest,
    /// Of the package, which lies in the blob store.
    pub package_sha256: Digest,
    /// Bytes.
    pub package_size: u64,
    /// As the archive crate names it.
    pub package_format: String,
    /// The component that gave the verdict.
    pub adapter_sha256: Digest,
    /// What it said at submission: grants, needed, remarks, details. Null in [`Store::submissions_of`].
    pub verdict: Value,
    /// As declared.
    pub permissions: Vec<String>,
    /// The package's files, as the caller lists them. Null in [`Store::submissions_of`].
    pub files: Value,
    /// What lists show.
    pub card: Card,
    /// Unix milliseconds.
    pub submitted_at: i64,
    /// Unix milliseconds, of the last decision.
    pub decided_at: Option<i64>,
    /// Who took the last decision.
    pub decided_by: Option<String>,
    /// Unix milliseconds, of the first approval; stays whatever happens to the release.
    pub approved_at: Option<i64>,
}

impl Store {
    /// One approved release of an item; without a version, the latest ([`ItemDetail::latest`](crate::ItemDetail)).
    /// [`Store::offered`] says as well whether it was taken back.
    pub async fn approved_release(
        &self,
        category: &CategoryId,
        slug: &Slug,
        version: Option<&Version>,
    ) -> Result<Option<Release>, StoreError> {
        let statement = match version {
            None => sql("SELECT r.* FROM releases r JOIN items i ON i.latest_release_id = r.id \
                 WHERE i.category = $1 AND i.slug = $2 AND r.status = 'approved'")
            .text(category)
            .text(slug),
            Some(version) => sql("SELECT r.* FROM releases r JOIN items i ON i.id = r.item_id \
                 WHERE i.category = $1 AND i.slug = $2 AND r.version = $3 AND r.status = 'approved'")
            .text(category)
            .text(slug)
            .text(version),
        };
        statement.read(self.read()).await?.as_ref().map(read).transpose()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Flagged => "flagged",
        })
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "pending" => Ok(Self::Pending),
            "approved" => Ok(Self::Approved),
            "rejected" => Ok(Self::Rejected),
            "flagged" => Ok(Self::Flagged),
            other => Err(format!("`{other}` is no status: expected pending, approved, rejected or flagged")),
        }
    }
}

/// A statement that reads releases without `verdict` and `files`, which come out as null: the lists of a package of
/// 20,000 files are megabytes, and whoever needs neither must not wait for them, least of all inside a transaction.
pub(crate) fn light(condition: &'static str) -> Sql {
    let mut statement = sql(
        "SELECT id, item_id, category, slug, version, author, tenant, key_id, status, note, \
         manifest, manifest_sha256, package_sha256, package_size, package_format, adapter_sha256, \
         'null' AS verdict, permissions, 'null' AS files, card, submitted_at, decided_at, decided_by, approved_at \
         FROM releases",
    );
    statement.push(condition);
    statement
}

pub(crate) fn read(row: &AnyRow) -> Result<Release, StoreError> {
    Ok(Release {
        id: row.get_as("id")?,
        category: row.parsed("category")?,
        slug: row.parsed("slug")?,
        version: row.parsed("version")?,
        author: row.parsed("author")?,
        tenant: row.parsed("tenant")?,
        key_id: row.get_as("key_id")?,
        status: row.parsed("status")?,
        note: row.get_as("note")?,
        manifest: row.get_as("manifest")?,
        manifest_sha256: row.parsed("manifest_sha256")?,
        package_sha256: row.parsed("package_sha256")?,
        package_size: row.size("package_size")?,
        package_format: row.get_as("package_format")?,
        adapter_sha256: row.parsed("adapter_sha256")?,
        verdict: row.json("verdict")?,
        permissions: row.json("permissions")?,
        files: row.json("files")?,
        card: row.json("card")?,
        submitted_at: row.get_as("submitted_at")?,
        decided_at: row.get_as("decided_at")?,
        decided_by: row.get_as("decided_by")?,
        approved_at: row.get_as("approved_at")?,
    })
}
