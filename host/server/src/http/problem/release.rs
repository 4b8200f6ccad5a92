//! Submitting, and deciding on what was submitted.

use axum::http::StatusCode;
use marketplace_store::{DecideError, SubmitError};
use serde_json::json;

use super::{Problem, chain};
use crate::account::license;
use crate::release::{NoRoom, SubmissionError};

impl From<SubmissionError> for Problem {
    fn from(error: SubmissionError) -> Self {
        let detail = error.to_string();
        let unprocessable = |code| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone());
        let field = |code: &'static str, rule: &str, subject: &str| {
            unprocessable(code).finding(rule, subject, detail.clone())
        };
        match error {
            SubmissionError::NotLicensed(tier) => {
                Self::new(StatusCode::FORBIDDEN, "publish_not_licensed", detail.clone())
                    .with("gate", license::PUBLISH)
                    .with("tier", json!(tier))
            }
            SubmissionError::Manifest(error) => error.into(),
            SubmissionError::Fill(error) => field("manifest_mismatch", error.code(), error.subject()),
            SubmissionError::Unsigned(error) => {
                field("manifest_incomplete", "manifest.missing-field", error.field())
            }
            SubmissionError::Kind { .. } => field("manifest_invalid", "manifest.kind", "kind"),
            SubmissionError::NoCategory(_) => Self::not_found(detail),
            SubmissionError::WhichAuthor(_) => field("author_unknown", "manifest.author", "author_id"),
            SubmissionError::NotYourAuthor(_) => Self::new(StatusCode::FORBIDDEN, "author_not_yours", detail),
            SubmissionError::NotVerified { .. } => {
                Self::new(StatusCode::FORBIDDEN, "author_not_verified", detail)
            }
            SubmissionError::NoKey(_) => Self::new(StatusCode::CONFLICT, "author_without_key", detail),
            SubmissionError::Submit(error) => error.into(),
            SubmissionError::Secret(error) => Self::internal(&chain(&error)),
            SubmissionError::Pipeline(error) => error.into(),
        }
    }
}

impl From<NoRoom> for Problem {
    fn from(error: NoRoom) -> Self {
        Self::unavailable("too_many_drafts", error.to_string())
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        let detail = error.to_string();
        let conflict = |code| Self::new(StatusCode::CONFLICT, code, detail.clone());
        match error {
            SubmitError::SlugTaken { .. } => conflict("name_taken"),
            SubmitError::VersionTaken { .. } => conflict("version_taken"),
            SubmitError::CategoryUnknown(_) => Self::not_found(detail),
            SubmitError::AuthorUnknown { .. } => conflict("author_unknown"),
            SubmitError::AuthorNotVerified(_) => {
                Self::new(StatusCode::FORBIDDEN, "author_not_verified", detail)
            }
            SubmitError::KeyRevoked(_) => conflict("key_revoked"),
            SubmitError::Blocked { reason } => Self::blocked(reason),
            SubmitError::Store(error) => error.into(),
        }
    }
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound(_) => Self::not_found(error.to_string()),
            DecideError::Conflict { status } => {
                Self::new(StatusCode::CONFLICT, "already_decided", error.to_string())
                    .with("moderation_status", status.to_string())
            }
            DecideError::Changed { .. } | DecideError::Superseded { .. } => {
                Self::new(StatusCode::CONFLICT, "submission_changed", error.to_string())
            }
            DecideError::NoteRequired { ref lookalikes, .. } => {
                let names: Vec<_> =
                    lookalikes.iter().map(|one| format!("{}/{}", one.category, one.slug)).collect();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "note_required", error.to_string())
                    .with("lookalikes", names)
            }
            DecideError::Store(error) => error.into(),
        }
    }
}
