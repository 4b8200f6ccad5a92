//! Errors as people and programs see them: RFC 9457, with a stable `code` and, where a
//! check failed, `findings`.
//!
//! The one place where a domain error gets its status. What a message says is the
//! error's own business; what is our fault is logged, and told without its insides.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use marketplace_archive::ArchiveError;
use marketplace_manifest::ManifestError;
use marketplace_sandbox::{Failure, Finding};
use marketplace_store::{CommitError, DecideError, PageError, StoreError, SubmitError};
use serde_json::{Map, Value, json};

use crate::blobs::BlobError;
use crate::installation::{InstallError, UninstallError};
use crate::pipeline::PipelineError;
use crate::release::SubmissionError;

/// The answer to a request that did not succeed.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    more: Map<String, Value>,
}

impl Problem {
    /// A problem with a stable code and a message that says what to do next.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), more: Map::new() }
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    fn findings(self, findings: &[Finding]) -> Self {
        self.with("findings", json!(findings))
    }

    fn finding(self, rule: &str, subject: impl Into<String>, message: impl Into<String>) -> Self {
        let finding = Finding { rule: rule.into(), subject: subject.into(), message: message.into() };
        self.findings(&[finding])
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// Our own fault: logged with everything, told with nothing.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed through no fault of its caller");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server could not answer; its operator finds the reason in the log",
        )
    }

    fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:marketplace:problem:{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Some(members) = body.as_object_mut() {
            members.extend(self.more);
        }
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::error!(error = %chain(&error), "the database is not available");
                Self::unavailable("database_unavailable", error.to_string())
            }
            StoreError::Nul { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_text", error.to_string())
            }
            other => Self::internal(&chain(&other)),
        }
    }
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Store(error) => error.into(),
            bad @ PageError::BadCursor => Self::new(StatusCode::BAD_REQUEST, "bad_cursor", bad.to_string()),
        }
    }
}

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
        if !error.is_refusal() {
            return Self::internal(&chain(&error));
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
            BlobError::Missing(_) | BlobError::Damaged(..) | BlobError::Io(_) => {
                Self::internal(&chain(&error))
            }
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
                    .with("gate", crate::account::license::Gates::cap_gate(&category))
                    .with("cap", cap)
                    .with("installed", installed)
                    .with("tier", json!(tier))
            }
            PipelineError::Unavailable { category, .. } => {
                Self::unavailable("category_unavailable", detail).with("category", category.to_string())
            }
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
            PipelineError::Io(error) => Self::internal(&chain(&error)),
        }
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        let detail = error.to_string();
        match error {
            CommitError::CapReached { cap, .. } => {
                Self::new(StatusCode::FORBIDDEN, "install_cap_reached", detail).with("cap", cap)
            }
            CommitError::ReleaseWithdrawn { .. } | CommitError::ReleaseChanged => {
                Self::new(StatusCode::CONFLICT, "release_withdrawn", detail)
            }
            CommitError::KeyRevoked => Self::new(StatusCode::CONFLICT, "key_revoked", detail),
            CommitError::TenantUnknown(_) => Self::new(StatusCode::CONFLICT, "tenant_unknown", detail),
            CommitError::RegistryKeyRepeated { .. } => {
                Self::new(StatusCode::BAD_GATEWAY, "adapter_misbehaved", detail)
            }
            CommitError::Store(error) => error.into(),
        }
    }
}

impl From<InstallError> for Problem {
    fn from(error: InstallError) -> Self {
        let detail = error.to_string();
        match error {
            InstallError::NoCategory(_) | InstallError::NoRelease { .. } => Self::not_found(detail),
            InstallError::Consent { changes, .. } => {
                Self::new(StatusCode::CONFLICT, "permissions_changed", detail).with("changes", json!(changes))
            }
            InstallError::KeyRevoked => Self::new(StatusCode::CONFLICT, "key_revoked", detail),
            InstallError::Manifest(error) => Self::internal(&chain(&error)),
            InstallError::Pipeline(error) => error.into(),
        }
    }
}

impl From<UninstallError> for Problem {
    fn from(error: UninstallError) -> Self {
        match error {
            UninstallError::Store(error) => error.into(),
            missing @ UninstallError::NotInstalled(..) => {
                Self::new(StatusCode::NOT_FOUND, "not_installed", missing.to_string())
            }
        }
    }
}

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
                    .with("gate", crate::account::license::PUBLISH)
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
            SubmissionError::NotVerified(_) => {
                Self::new(StatusCode::FORBIDDEN, "author_not_verified", detail)
            }
            SubmissionError::NoKey(_) => Self::new(StatusCode::CONFLICT, "author_without_key", detail),
            SubmissionError::Submit(error) => error.into(),
            SubmissionError::Secret(error) => Self::internal(&chain(&error)),
            SubmissionError::Pipeline(error) => error.into(),
        }
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
            SubmitError::KeyRevoked(_) => conflict("key_revoked"),
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
            DecideError::Store(error) => error.into(),
        }
    }
}
