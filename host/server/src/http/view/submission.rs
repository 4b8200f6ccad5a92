//! What was submitted, as its author and moderators see it.

use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Tenant, Version};
use marketplace_sandbox::Change;
use marketplace_store as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Manifest, Withdrawn, json};
use crate::clock::rfc3339;
use crate::pipeline::{PlannedFile, Verdict};
use crate::release::Compared;

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
    /// What this release asks for, compared with those, in the category's own words; `null` where there is nothing to
    /// compare with, or the category gave no answer.
    pub permission_changes: Option<Vec<Change>>,
    /// Why there is no comparison, if there is none.
    pub permission_changes_reason: Option<String>,
    /// Published items of other authors whose names look like this one's. If there are any, an approval needs a note.
    pub lookalikes: Vec<Lookalike>,
    /// Decisions on releases of the item, this one included, newest first.
    pub earlier_decisions: Vec<Decision>,
    /// Whether the release was taken back, or will be at once if it is approved.
    pub withdrawn: Option<Withdrawn>,
}

/// An item whose name looks like another's.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Lookalike {
    pub category: CategoryId,
    pub slug: Slug,
    pub title: String,
    pub author_id: AuthorId,
}

/// What was decided about a release.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Decision {
    /// On which submission.
    pub submission: String,
    pub version: Version,
    pub moderation_status: store::Status,
    pub note: Option<String>,
    #[schema(format = DateTime)]
    pub decided_at: String,
    pub decided_by: String,
}

impl Queued {
    pub(in crate::http) fn new(mut queued: store::Submission, compared: Compared) -> Self {
        let decision = |decision: store::Decision| Decision {
            submission: decision.release_id,
            version: decision.version,
            moderation_status: decision.status,
            note: decision.note,
            decided_at: rfc3339(decision.decided_at),
            decided_by: decision.decided_by,
        };
        let lookalike = |lookalike: store::Lookalike| Lookalike {
            category: lookalike.category,
            slug: lookalike.slug,
            title: lookalike.title,
            author_id: lookalike.author,
        };
        Self {
            tenant: queued.release.tenant.clone(),
            verdict: std::mem::take(&mut queued.release.verdict),
            adapter_sha256: queued.release.adapter_sha256,
            files: std::mem::take(&mut queued.release.files),
            approved_permissions: queued.approved_permissions,
            permission_changes: compared.changes,
            permission_changes_reason: compared.reason,
            lookalikes: queued.lookalikes.into_iter().map(lookalike).collect(),
            earlier_decisions: queued.decisions.into_iter().map(decision).collect(),
            withdrawn: queued.withdrawn.map(Into::into),
            submission: queued.release.into(),
        }
    }
}

/// A submission, as its author sees it: with everything that was said of it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OwnSubmission {
    #[serde(flatten)]
    pub submission: Submission,
    /// What the category said: grants, permissions needed, remarks, and what an install does.
    #[schema(value_type = Verdict)]
    pub verdict: Value,
    /// The component that said so.
    pub adapter_sha256: Digest,
    /// What is in the package.
    #[schema(value_type = Vec<PlannedFile>)]
    pub files: Value,
    /// What was decided about it, newest first.
    pub history: Vec<Step>,
    /// Whether it was taken back.
    pub withdrawn: Option<Withdrawn>,
}

/// A decision, as the author sees it: moderators are not named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubmissionStep)]
pub(in crate::http) struct Step {
    pub moderation_status: store::Status,
    pub note: Option<String>,
    #[schema(format = DateTime)]
    pub decided_at: String,
}

impl From<store::Submission> for OwnSubmission {
    fn from(mut submission: store::Submission) -> Self {
        let id = submission.release.id.clone();
        let step = |decision: store::Decision| Step {
            moderation_status: decision.status,
            note: decision.note,
            decided_at: rfc3339(decision.decided_at),
        };
        let own = submission.decisions.into_iter().filter(|decision| decision.release_id == id);
        Self {
            verdict: std::mem::take(&mut submission.release.verdict),
            adapter_sha256: submission.release.adapter_sha256,
            files: std::mem::take(&mut submission.release.files),
            history: own.map(step).collect(),
            withdrawn: submission.withdrawn.map(Into::into),
            submission: submission.release.into(),
        }
    }
}
