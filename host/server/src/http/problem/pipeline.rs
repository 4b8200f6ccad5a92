//! The stages from bytes to an installed item, and what they are made of.

use axum::http::StatusCode;
use marketplace_archive::ArchiveError;
use marketplace_manifest::ManifestError;
use marketplace_sandbox::Failure;
use serde_json::json;

use super::{Problem, chain};
use crate::account::license::Gates;
use crate::blobs::BlobError;
use crate::pipeline::PipelineError;

impl From<ManifestError> for Problem {
    fn from(error: ManifestError) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "manifest_invalid", error.to_string()).finding(
            error.code(),
            error.subject(),
            error.to_string(),
        )
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        if let ArchiveError::Io { source, .. } = &error {
            return Self::io(&error, source);
        }
        if !error.is_refusal() {
            return Self::cancelled();
        }
        let status = match error {
            ArchiveError::PackageTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, "package_invalid", error.to_string()).finding(
            error.code(),
            error.subject(),
            error.to_string(),
        )
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Archive(error) => error.into(),
            // Somebody's package, but our disk: nothing the caller can mend.
            BlobError::Io(ref source) => Self::io(&error, source),
            BlobError::Missing(_) | BlobError::Damaged(..) => Self::internal(&chain(&error)),
        }
    }
}

impl From<PipelineError> for Problem {
    fn from(error: PipelineError) -> Self {
        let detail = error.to_string();
        let unprocessable = |code| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone());
        match error {
            PipelineError::Digest { declared, actual } => unprocessable("package_digest_mismatch")
                .finding("package.digest", "package_sha256", detail.clone())
                .with("declared", declared.to_string())
                .with("actual", actual.to_string()),
            PipelineError::Signature(_) => unprocessable("signature_invalid").finding(
                "manifest.signature",
                "manifest_signature",
                detail.clone(),
            ),
            PipelineError::Archive(error) => error.into(),
            PipelineError::Permissions(findings) => unprocessable("permissions_refused").findings(&findings),
            PipelineError::Undeclared(findings) => {
                unprocessable("permissions_undeclared").findings(&findings)
            }
            PipelineError::Contents(findings) => unprocessable("package_refused").findings(&findings),
            PipelineError::NoInstaller(_) => {
                Self::new(StatusCode::CONFLICT, "category_not_installable", detail)
            }
            PipelineError::CapReached { category, cap, installed, tier } => {
                Self::new(StatusCode::FORBIDDEN, "install_cap_reached", detail)
                    .with("gate", Gates::cap_gate(&category))
                    .with("cap", cap)
                    .with("installed", installed)
                    .with("tier", json!(tier))
            }
            PipelineError::Unavailable { category, .. } => {
                Self::unavailable("category_unavailable", detail).with("category", category.to_string())
            }
            PipelineError::Paused(paused) => (*paused).into(),
            PipelineError::Undecided { category, call, failure } => {
                let status = if failure.is_transient() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::BAD_GATEWAY
                };
                if let Failure::Host { reason } = &failure {
                    tracing::error!(%category, call, reason, "the host failed an adapter");
                }
                Self::new(status, failure.code(), detail)
                    .with("category", category.to_string())
                    .with("call", call)
            }
            PipelineError::Commit(error) => error.into(),
            PipelineError::Blob(error) => error.into(),
            PipelineError::Store(error) => error.into(),
            PipelineError::Cancelled(_) => Self::cancelled(),
            PipelineError::Io(error) => Self::io(&error, &error),
        }
    }
}
