//! Authors' keys: registered, rotated, revoked.

use axum::http::StatusCode;
use marketplace_manifest as manifest;
use marketplace_store::KeyError;

use super::{Problem, chain};
use crate::account::key::{ReplaceError, RevokeError, RotateError};

impl From<manifest::KeyError> for Problem {
    /// The shape of a key was checked before: this is one that nobody should trust.
    fn from(error: manifest::KeyError) -> Self {
        Self::new(StatusCode::FORBIDDEN, "public_key_refused", error.to_string())
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        let detail = error.to_string();
        match error {
            KeyError::AuthorUnknown(_) => Self::not_found(detail),
            KeyError::Taken { .. } => Self::new(StatusCode::CONFLICT, "key_taken", detail),
            KeyError::Changed(_) => Self::new(StatusCode::CONFLICT, "key_changed", detail),
            KeyError::Store(error) => error.into(),
        }
    }
}

impl From<RotateError> for Problem {
    fn from(error: RotateError) -> Self {
        let detail = error.to_string();
        let forbidden = |code| Self::new(StatusCode::FORBIDDEN, code, detail.clone());
        match error {
            RotateError::Access(error) => error.into(),
            RotateError::NoKey(_) | RotateError::Held(_) => forbidden("key_needs_operator"),
            RotateError::PublicKeyMissing(_) => {
                Self::new(StatusCode::CONFLICT, "public_key_required", detail)
            }
            RotateError::SignatureMissing { statement } => {
                forbidden("rotation_signature_required").with("statement", statement)
            }
            RotateError::Signature { statement, .. } => {
                forbidden("rotation_signature_invalid").with("statement", statement)
            }
            RotateError::Key(error) => error.into(),
            RotateError::Secret(error) => Self::internal(&chain(&error)),
        }
    }
}

impl From<ReplaceError> for Problem {
    fn from(error: ReplaceError) -> Self {
        match error {
            ReplaceError::Key(error) => error.into(),
            ReplaceError::Secret(error) => Self::internal(&chain(&error)),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Access(error) => error.into(),
            RevokeError::Unknown { .. } => Self::not_found(error.to_string()),
            RevokeError::Store(error) => error.into(),
        }
    }
}
