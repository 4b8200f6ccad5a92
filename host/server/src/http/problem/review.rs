//! Reviews, reports, replies, and decisions on them.

use axum::http::StatusCode;
use marketplace_store::{ModerateReviewError, RemoveReviewError, ReplyError, ReportError, WriteReviewError};

use super::Problem;

impl From<WriteReviewError> for Problem {
    fn from(error: WriteReviewError) -> Self {
        let detail = error.to_string();
        match error {
            WriteReviewError::NoItem { .. } => Self::not_found(detail),
            WriteReviewError::OwnItem { .. } => Self::new(StatusCode::FORBIDDEN, "review_own_item", detail),
            WriteReviewError::NeverInstalled { .. } => {
                Self::new(StatusCode::FORBIDDEN, "review_not_installed", detail)
            }
            WriteReviewError::Removed { reason } => {
                Self::new(StatusCode::CONFLICT, "review_removed", detail).with("reason", reason)
            }
            // Written and removed again and again meanwhile, by the same tenant.
            WriteReviewError::Written { .. } | WriteReviewError::NotWritten { .. } => {
                Self::new(StatusCode::CONFLICT, "review_changed", detail)
            }
            WriteReviewError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveReviewError> for Problem {
    fn from(error: RemoveReviewError) -> Self {
        let detail = error.to_string();
        match error {
            RemoveReviewError::NotWritten { .. } => Self::not_found(detail),
            RemoveReviewError::Removed => Self::new(StatusCode::CONFLICT, "review_removed", detail),
            RemoveReviewError::Store(error) => error.into(),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        let detail = error.to_string();
        match error {
            ReportError::NotFound(_) => Self::not_found(detail),
            ReportError::Own => Self::new(StatusCode::FORBIDDEN, "review_own", detail),
            ReportError::Reported => Self::new(StatusCode::CONFLICT, "review_reported", detail),
            ReportError::Store(error) => error.into(),
        }
    }
}

impl From<ReplyError> for Problem {
    fn from(error: ReplyError) -> Self {
        let detail = error.to_string();
        match error {
            ReplyError::NotFound(_) | ReplyError::NoReply(_) => Self::not_found(detail),
            ReplyError::NotYourItem(_) => Self::new(StatusCode::FORBIDDEN, "author_not_yours", detail),
            ReplyError::Store(error) => error.into(),
        }
    }
}

impl From<ModerateReviewError> for Problem {
    fn from(error: ModerateReviewError) -> Self {
        let detail = error.to_string();
        match error {
            ModerateReviewError::NotFound(_) => Self::not_found(detail),
            ModerateReviewError::Conflict { state } => {
                Self::new(StatusCode::CONFLICT, "already_decided", detail).with("state", state.to_string())
            }
            ModerateReviewError::Changed { actual, .. } => {
                Self::new(StatusCode::CONFLICT, "review_changed", detail).with("revision", actual)
            }
            ModerateReviewError::Store(error) => error.into(),
        }
    }
}
