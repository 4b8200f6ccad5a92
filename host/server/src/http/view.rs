//! The JSON of the API. Times are RFC 3339 in UTC.

use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Tenant, Version};
use marketplace_store as store;
use serde::Serialize;
use serde_json::Value;

use crate::clock::rfc3339;

/// A list, and where it goes on.
#[derive(Debug, Serialize)]
pub(super) struct Items {
    pub items: Vec<Card>,
    pub next_cursor: Option<String>,
    pub total: Option<i64>,
}

/// An item as lists show it.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    pub category: CategoryId,
    pub slug: Slug,
    pub title: String,
    pub summary: String,
    pub author_id: AuthorId,
    pub version: Version,
    pub keywords: Vec<String>,
    pub permissions: Vec<String>,
    pub installs: i64,
    pub rating: Option<f64>,
    pub published_at: String,
    pub updated_at: String,
}

impl From<store::ItemCard> for Card {
    fn from(card: store::ItemCard) -> Self {
        Self {
            category: card.category,
            slug: card.slug,
            title: card.title,
            summary: card.summary,
            author_id: card.author,
            version: card.version,
            keywords: card.keywords,
            permissions: card.permissions,
            installs: card.installs,
            rating: card.rating,
            published_at: rfc3339(card.published_at),
            updated_at: rfc3339(card.updated_at),
        }
    }
}

/// An item with everything that its page shows.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    #[serde(flatten)]
    pub card: Card,
    pub description: String,
    pub manifest: Value,
    pub manifest_sha256: Digest,
    pub grants: Value,
    pub package_sha256: Digest,
    pub package_size: u64,
    pub versions: Vec<Release>,
    /// The key that signed the newest release: with it, anybody can check the manifest.
    pub author_key: Option<Key>,
    /// The version that the caller's tenant has.
    pub installed_version: Option<Version>,
}

/// A public key.
#[derive(Debug, Serialize)]
pub(super) struct Key {
    pub fingerprint: String,
    /// PEM (SPKI).
    pub public_key: String,
    pub revoked_at: Option<String>,
}

/// One approved release.
#[derive(Debug, Serialize)]
pub(super) struct Release {
    pub version: Version,
    pub package_sha256: Digest,
    pub package_size: u64,
    pub published_at: String,
}

impl From<store::VersionRow> for Release {
    fn from(row: store::VersionRow) -> Self {
        Self {
            version: row.version,
            package_sha256: row.package_sha256,
            package_size: row.package_size,
            published_at: rfc3339(row.published_at),
        }
    }
}

/// A submission, as its author and a moderator see it.
#[derive(Debug, Serialize)]
pub(super) struct Submission {
    pub id: String,
    pub category: CategoryId,
    pub slug: Slug,
    pub version: Version,
    pub author_id: AuthorId,
    pub moderation_status: store::Status,
    /// What the last decision gave as its reason.
    pub note: Option<String>,
    pub submitted_at: String,
    pub decided_at: Option<String>,
    pub package_sha256: Digest,
    pub package_size: u64,
    pub manifest_sha256: Digest,
    pub manifest: Value,
}

impl From<store::Release> for Submission {
    fn from(release: store::Release) -> Self {
        Self {
            id: release.id,
            category: release.category,
            slug: release.slug,
            version: release.version,
            author_id: release.author,
            moderation_status: release.status,
            note: release.note,
            submitted_at: rfc3339(release.submitted_at),
            decided_at: release.decided_at.map(rfc3339),
            package_sha256: release.package_sha256,
            package_size: release.package_size,
            manifest_sha256: release.manifest_sha256,
            manifest: json(&release.manifest),
        }
    }
}

/// What a moderator needs besides.
#[derive(Debug, Serialize)]
pub(super) struct Queued {
    #[serde(flatten)]
    pub submission: Submission,
    pub tenant: Tenant,
    /// What the category said: grants, permissions needed, remarks, and what an install would do.
    pub verdict: Value,
    /// The component that said so.
    pub adapter_sha256: Digest,
    /// What is in the package.
    pub files: Value,
    /// The permissions of the item's newest approved release, if that is another one.
    pub approved_permissions: Option<Vec<String>>,
    /// Decisions on other releases of the item, newest first.
    pub earlier_decisions: Vec<Decision>,
}

/// A decision on an earlier release.
#[derive(Debug, Serialize)]
pub(super) struct Decision {
    pub version: Version,
    pub moderation_status: store::Status,
    pub note: Option<String>,
    pub decided_at: String,
    pub decided_by: String,
}

impl From<store::Submission> for Queued {
    fn from(mut queued: store::Submission) -> Self {
        let decision = |decision: store::Decision| Decision {
            version: decision.version,
            moderation_status: decision.status,
            note: decision.note,
            decided_at: rfc3339(decision.decided_at),
            decided_by: decision.decided_by,
        };
        Self {
            tenant: queued.release.tenant.clone(),
            verdict: std::mem::take(&mut queued.release.verdict),
            adapter_sha256: queued.release.adapter_sha256,
            files: std::mem::take(&mut queued.release.files),
            approved_permissions: queued.approved_permissions,
            earlier_decisions: queued.earlier.into_iter().map(decision).collect(),
            submission: queued.release.into(),
        }
    }
}

/// A release that is live for a tenant.
#[derive(Debug, Serialize)]
pub(super) struct Installation {
    pub category: CategoryId,
    pub slug: Slug,
    pub version: Version,
    pub package_sha256: Digest,
    pub manifest_sha256: Digest,
    /// The component that installed it.
    pub adapter_sha256: Digest,
    /// Names the tree of `files`.
    pub tree_sha256: Digest,
    /// Where the files are, relative to the data folder.
    pub folder: String,
    pub files: Value,
    pub permissions: Vec<String>,
    /// What the host enforces.
    pub grants: Value,
    pub installed_at: String,
    pub updated_at: String,
}

impl From<store::Installation> for Installation {
    fn from(row: store::Installation) -> Self {
        Self {
            folder: format!("trees/{}", row.tree_sha256),
            category: row.category,
            slug: row.slug,
            version: row.version,
            package_sha256: row.package_sha256,
            manifest_sha256: row.manifest_sha256,
            adapter_sha256: row.adapter_sha256,
            tree_sha256: row.tree_sha256,
            files: row.files,
            permissions: row.permissions,
            grants: row.grants,
            installed_at: rfc3339(row.installed_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// A registry entry of an installed item.
#[derive(Debug, Serialize)]
pub(super) struct RegistryEntry {
    pub key: String,
    pub value: Value,
    pub slug: Slug,
    pub version: Version,
}

impl From<store::RegistryEntry> for RegistryEntry {
    fn from(entry: store::RegistryEntry) -> Self {
        Self { key: entry.key, value: entry.value, slug: entry.slug, version: entry.version }
    }
}

/// JSON that this program wrote.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
