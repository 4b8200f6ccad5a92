//! Installing and uninstalling.

use axum::http::StatusCode;
use marketplace_store::CommitError;
use serde_json::json;

use super::{Problem, chain};
use crate::installation::{InstallError, UninstallError};

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
            CommitError::Yanked { reason } => {
                Self::new(StatusCode::CONFLICT, "release_yanked", detail).with("reason", reason)
            }
            CommitError::Blocked { reason } => Self::blocked(reason),
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
