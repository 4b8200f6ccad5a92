//! Everything that a category says of a release that it takes. A function of three digests: the component's, the
//! manifest's and the package's, so it is the same on an author's machine, at submission, and when it is asked again.

use std::sync::Arc;

use marketplace_manifest::{CategoryId, Manifest};
use marketplace_sandbox::{Adapter, Detail, Finding, Grant, Inspection};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contents::Unpacked;
use super::refusal::undecided;
use super::validated::view;
use super::{PipelineError, Plan};

/// What a category said of a release. Stored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// The permissions, understood.
    pub grants: Vec<Grant>,
    /// The fewest permissions that the contents need.
    pub needed: Vec<String>,
    /// Worth a look, but no reason to refuse.
    pub remarks: Vec<Finding>,
    /// What it shows of the item.
    #[serde(default)]
    pub details: Vec<Detail>,
    /// What an install does; `null` if the category cannot install yet.
    pub plan: Option<Plan>,
}

impl Verdict {
    pub(super) fn new(
        grants: &[Grant],
        inspection: &Inspection,
        details: Vec<Detail>,
        plan: Option<Plan>,
    ) -> Self {
        let Inspection { needed, remarks } = inspection.clone();
        Self { grants: grants.to_vec(), needed, remarks, details, plan }
    }
}

/// What the category shows of an item whose package it takes.
///
/// # Errors
/// That nobody could tell.
pub(super) async fn details(
    adapter: &Adapter,
    id: &CategoryId,
    manifest: &Manifest,
    contents: &Arc<Unpacked>,
) -> Result<Vec<Detail>, PipelineError> {
    let details = adapter.details(&view(manifest), contents.clone()).await;
    undecided(details, id, "details", PipelineError::Contents)
}
