//! Yanking, blocking, and what is said of what was taken back.

use axum::http::StatusCode;
use marketplace_store::{self as store, BlockError};

use super::{Problem, chain};
use crate::withdrawal::{FeedError, YankError};

impl Problem {
    /// An operator took it back: nobody gets it.
    pub(in crate::http) fn blocked(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let detail = format!("an operator blocked this: {reason}");
        Self::new(StatusCode::FORBIDDEN, "blocked", detail).with("reason", reason)
    }
}

impl From<YankError> for Problem {
    fn from(error: YankError) -> Self {
        let detail = error.to_string();
        match error {
            YankError::NoRelease(_) | YankError::Store(store::YankError::NotFound(_)) => {
                Self::not_found(detail)
            }
            YankError::NotYours { .. } => Self::new(StatusCode::FORBIDDEN, "author_not_yours", detail),
            YankError::Store(store::YankError::NotApproved { status }) => {
                Self::new(StatusCode::CONFLICT, "release_not_approved", detail)
                    .with("moderation_status", status.to_string())
            }
            YankError::Store(store::YankError::Already { reason }) => {
                Self::new(StatusCode::CONFLICT, "already_yanked", detail).with("reason", reason)
            }
            YankError::Store(store::YankError::Store(error)) => error.into(),
        }
    }
}

impl From<BlockError> for Problem {
    fn from(error: BlockError) -> Self {
        let detail = error.to_string();
        match error {
            BlockError::Already { id, reason, .. } => {
                Self::new(StatusCode::CONFLICT, "already_blocked", detail)
                    .with("block", id)
                    .with("reason", reason)
            }
            BlockError::ItemUnknown { .. } | BlockError::NotFound(_) => Self::not_found(detail),
            BlockError::Lifted { .. } => Self::new(StatusCode::CONFLICT, "already_lifted", detail),
            BlockError::Store(error) => error.into(),
        }
    }
}

impl From<FeedError> for Problem {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Secret(error) => Self::internal(&chain(&error)),
            FeedError::Store(error) => error.into(),
        }
    }
}
