//! What is installed.

use marketplace_manifest::{CategoryId, Digest, Slug, Version};
use marketplace_sandbox::Grant;
use marketplace_store as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Withdrawn;
use crate::clock::rfc3339;
use crate::pipeline::PlannedFile;

/// A release that is live for a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Installation {
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
    #[schema(value_type = Vec<PlannedFile>)]
    pub files: Value,
    pub permissions: Vec<String>,
    /// What the host enforces.
    #[schema(value_type = Vec<Grant>)]
    pub grants: Value,
    #[schema(format = DateTime)]
    pub installed_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// Whether it may run: nothing of it is blocked. What may not has no registry entries.
    pub enabled: bool,
    /// Whether its release was taken back since.
    pub withdrawn: Option<Withdrawn>,
}

impl From<store::Installation> for Installation {
    fn from(row: store::Installation) -> Self {
        Self {
            folder: format!("trees/{}", row.tree_sha256),
            enabled: row.enabled(),
            withdrawn: row.withdrawn.map(Into::into),
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
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct RegistryEntry {
    pub key: String,
    /// As the adapter gave it: what the category's install target reads.
    pub value: Value,
    pub slug: Slug,
    pub version: Version,
}

impl From<store::RegistryEntry> for RegistryEntry {
    fn from(entry: store::RegistryEntry) -> Self {
        Self { key: entry.key, value: entry.value, slug: entry.slug, version: entry.version }
    }
}
