//! What was submitted, as its author and moderators see it.

use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Tenant, Version};
use marketplace_sandbox::{Finding, Grant};
use marketplace_store as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Manifest, json};
use crate::clock::rfc3339;
use crate::pipeline::{Plan, PlannedFile};

/// A submission, as its author and a moderator see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Submission {
    pub id: String,
    pub category: CategoryId,
    pub slug: Slug,
    pub version: Version,
    pub author_id: AuthorId,
    pub moderation_status: store::Status,
    /// What the last decision gave as its reason.
    pub note: Option<String>,
    #[schema(format = DateTime)]
    pub submitted_at: String,
    #[schema(format = DateTime)]
    pub decided_at: Option<String>,
    pub package_sha256: Digest,
    pub package_size: u64,
    pub manifest_sha256: Digest,
    #[schema(value_type = Manifest)]
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
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Queued {
    #[serde(flatten)]
    pub submission: Submission,
    pub tenant: Tenant,
    /// What the category said: grants, permissions needed, remarks, and what an install would do.
    #[schema(value_type = Verdict)]
    pub verdict: Value,
    /// The component that said so.
    pub adapter_sha256: Digest,
    /// What is in the package.
    #[schema(value_type = Vec<PlannedFile>)]
    pub files: Value,
    /// The permissions of the item's newest approved release, if that is another one.
    pub approved_permissions: Option<Vec<String>>,
    /// Decisions on other releases of the item, newest first.
    pub earlier_decisions: Vec<Decision>,
}

/// A decision on an earlier release.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Decision {
    pub version: Version,
    pub moderation_status: store::Status,
    pub note: Option<String>,
    #[schema(format = DateTime)]
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

/// What a category said of a submission. Stored with it, so that it can be replayed.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "a schema: the verdict is stored and sent as it was given")]
pub(in crate::http) struct Verdict {
    /// The permissions, understood.
    grants: Vec<Grant>,
    /// The fewest permissions that the contents need.
    needed: Vec<String>,
    /// Worth a look, but no reason to refuse.
    remarks: Vec<Finding>,
    /// What an install does; `null` if the category cannot install yet.
    plan: Option<Plan>,
}
