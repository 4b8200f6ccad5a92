//! The JSON of the API: a file for each noun. Times are RFC 3339 in UTC.

mod account;
mod catalogue;
mod category;
mod detail;
mod installation;
mod operation;
mod review;
mod submission;
mod withdrawal;

pub(super) use account::{Author, AuthorKey, Authors, License, Overview, Profile, Token};
pub(super) use catalogue::{Card, Facets, Item, Items, Key};
pub(super) use category::{AdaptersFolder, Candidacy, Category};
pub(super) use detail::{Detail, FieldFacet};
pub(super) use installation::{Installation, RegistryEntry};
pub(super) use operation::Operation;
pub(super) use review::{Review, ReviewCase, Reviews};
pub(super) use submission::{OwnSubmission, Queued, Submission};
pub(super) use withdrawal::{Block, Target, Withdrawn};

use marketplace_manifest::{AuthorId, Digest, Slug, Version};
use serde_json::Value;
use utoipa::ToSchema;

/// An archive, as it was submitted.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "a schema: packages are sent from the disk")]
pub(super) struct Archive(Vec<u8>);

/// The signed description of a release. `manifest_signature` is base64 of Ed25519 over the RFC 8785 form of the
/// rest; `x-…` fields are the author's own, and signed like the others.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "a schema: manifests are stored and sent as they were signed")]
pub(super) struct Manifest {
    /// A category's id, or its singular.
    kind: String,
    name: Slug,
    version: Version,
    author_id: AuthorId,
    package_sha256: Digest,
    permissions: Vec<String>,
    manifest_signature: String,
    #[schema(nullable = false)]
    title: Option<String>,
    #[schema(nullable = false)]
    summary: Option<String>,
    /// Markdown.
    #[schema(nullable = false)]
    description: Option<String>,
    #[schema(nullable = false)]
    homepage: Option<String>,
    #[schema(nullable = false)]
    source: Option<String>,
    /// An SPDX expression.
    #[schema(nullable = false)]
    license: Option<String>,
    #[schema(nullable = false)]
    keywords: Option<Vec<String>>,
    /// A path in the package.
    #[schema(nullable = false)]
    icon: Option<String>,
    /// Paths in the package.
    #[schema(nullable = false)]
    screenshots: Option<Vec<String>>,
    /// Markdown.
    #[schema(nullable = false)]
    changelog: Option<String>,
}

/// JSON that this program wrote.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
