//! Authors: applied for, made, decided on.

use axum::http::StatusCode;
use marketplace_store::AuthorError;

use super::{Problem, chain};
use crate::account::author::{AccessError, CreateError, VerifyError};

impl From<AuthorError> for Problem {
    fn from(error: AuthorError) -> Self {
        let detail = error.to_string();
        match error {
            AuthorError::Taken { .. } => Self::new(StatusCode::CONFLICT, "name_taken", detail),
            AuthorError::TooManyOpen { open, limit } => {
                Self::new(StatusCode::CONFLICT, "too_many_applications", detail)
                    .with("open", open)
                    .with("limit", limit)
            }
            AuthorError::TenantUnknown(_) => Self::new(StatusCode::CONFLICT, "tenant_unknown", detail),
            AuthorError::Key(error) => error.into(),
            AuthorError::Store(error) => error.into(),
        }
    }
}

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Store(error) => error.into(),
            CreateError::Secret(error) => Self::internal(&chain(&error)),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let detail = error.to_string();
        match error {
            AccessError::Unknown(_) => Self::not_found(detail),
            AccessError::NotYours(_) => Self::new(StatusCode::FORBIDDEN, "author_not_yours", detail),
            AccessError::Store(error) => error.into(),
        }
    }
}

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Unknown(_) => Self::not_found(error.to_string()),
            VerifyError::Store(error) => error.into(),
        }
    }
}
