//! Licenses: issued, and put in force.

use axum::http::StatusCode;
use marketplace_store::PutLicenseError;

use super::{Problem, chain};
use crate::account::license::{InstallError, IssueError, LicenseError};

impl From<LicenseError> for Problem {
    fn from(error: LicenseError) -> Self {
        let (status, code) = match &error {
            LicenseError::Malformed(_) => (StatusCode::FORBIDDEN, "license_malformed"),
            LicenseError::Signature => (StatusCode::FORBIDDEN, "license_not_signed"),
            LicenseError::Tenant(..) => (StatusCode::FORBIDDEN, "license_not_yours"),
            LicenseError::NotYet(_) | LicenseError::Expired(_) => {
                (StatusCode::CONFLICT, "license_not_in_force")
            }
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<InstallError> for Problem {
    fn from(error: InstallError) -> Self {
        let detail = error.to_string();
        match error {
            InstallError::License(error) => error.into(),
            InstallError::Older { issued_at, present } => {
                Self::new(StatusCode::CONFLICT, "license_older", detail)
                    .with("issued_at", issued_at)
                    .with("in_force_issued_at", present)
            }
            InstallError::Store(PutLicenseError::Store(error)) => error.into(),
            InstallError::Store(
                error @ (PutLicenseError::TenantUnknown(_) | PutLicenseError::Changed(_)),
            ) => Self::internal(&error),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        let detail = error.to_string();
        match error {
            IssueError::VendorElsewhere { trusted } => {
                Self::new(StatusCode::CONFLICT, "vendor_elsewhere", detail).with("vendor_key", trusted)
            }
            IssueError::Gate(_) => Self::new(StatusCode::FORBIDDEN, "license_gate_refused", detail),
            IssueError::Secret(error) => Self::internal(&chain(&error)),
            IssueError::Install(error) => error.into(),
        }
    }
}
