//! Tokens: made and revoked.

use axum::http::StatusCode;
use marketplace_store::TokenError;

use super::Problem;
use crate::account::token::RevokeError;

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::TenantUnknown(_) => {
                Self::new(StatusCode::CONFLICT, "tenant_unknown", error.to_string())
            }
            // 256 random bits that were there already: the generator is broken, not the caller.
            TokenError::Taken => Self::internal(&error),
            TokenError::Store(error) => error.into(),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Unknown(_) => Self::not_found(error.to_string()),
            RevokeError::Store(error) => error.into(),
        }
    }
}
