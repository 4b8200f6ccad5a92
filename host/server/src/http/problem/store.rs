//! The database, and the pages read from it.

use axum::http::StatusCode;
use marketplace_store::{PageError, StoreError};

use super::{Problem, chain};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::error!(error = %chain(&error), "the database is not available");
                Self::unavailable("database_unavailable", error.to_string())
            }
            StoreError::Full(_) => Self::no_room(&error),
            StoreError::Nul { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_text", error.to_string())
            }
            other => Self::internal(&chain(&other)),
        }
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Store(error) => error.into(),
            bad @ PageError::BadCursor => Self::new(StatusCode::NOT_FOUND, "bad_cursor", bad.to_string()),
            old @ PageError::Expired => Self::new(StatusCode::NOT_FOUND, "cursor_expired", old.to_string()),
        }
    }
}
