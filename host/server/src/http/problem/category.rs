//! Categories: added, switched, removed.

use axum::http::StatusCode;
use marketplace_sandbox::{Failure, LoadError};
use marketplace_store::CategoryError;
use serde_json::json;

use super::Problem;
use crate::category::add::AddError;
use crate::category::{AcceptError, Paused, RemoveError, SwitchError, UpgradeError};
use crate::clock::rfc3339;

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        let status = match &error {
            LoadError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            LoadError::TooSlow { .. } => StatusCode::SERVICE_UNAVAILABLE,
            LoadError::Host { reason } => {
                tracing::error!(reason, "the host could not load a component");
                StatusCode::INTERNAL_SERVER_ERROR
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<AddError> for Problem {
    fn from(error: AddError) -> Self {
        let detail = error.to_string();
        let code = error.code();
        let unprocessable = |code| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone());
        match error {
            AddError::Load(error) => error.into(),
            AddError::Describe(failure) | AddError::Present(failure) => {
                if let Failure::Host { reason } = &failure {
                    tracing::error!(reason, "the host failed a component that was to be added");
                }
                match failure.is_transient() {
                    true => Self::new(StatusCode::SERVICE_UNAVAILABLE, failure.code(), detail),
                    false => unprocessable(failure.code()),
                }
            }
            AddError::Refusal(findings) => unprocessable(code).findings(&findings),
            AddError::Name(_) | AddError::Reserved(_) => unprocessable(code),
            AddError::Exists { category, present, sent } => Self::new(StatusCode::CONFLICT, code, detail)
                .with("category", category.to_string())
                .with("component_sha256", present.to_string())
                .with("sent_sha256", sent.to_string()),
            AddError::Store(error) => error.into(),
            AddError::Io(error) => Self::io(&error, &error),
        }
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        let detail = error.to_string();
        match error {
            AcceptError::Gone(_) => Self::new(StatusCode::CONFLICT, "component_gone", detail),
            AcceptError::Add(error) => error.into(),
            AcceptError::Blob(error) => error.into(),
        }
    }
}

impl From<CategoryError> for Problem {
    fn from(error: CategoryError) -> Self {
        let detail = error.to_string();
        match error {
            CategoryError::NameTaken { .. } => Self::new(StatusCode::CONFLICT, "category_name_taken", detail),
            CategoryError::Exists { category, present } => {
                Self::new(StatusCode::CONFLICT, "category_exists", detail)
                    .with("category", category.to_string())
                    .with("component_sha256", present.to_string())
            }
            CategoryError::InUse { items, .. } => {
                Self::new(StatusCode::CONFLICT, "category_in_use", detail).with("items", items)
            }
            CategoryError::Changed(_) => Self::new(StatusCode::CONFLICT, "category_changed", detail),
            CategoryError::Store(error) => error.into(),
        }
    }
}

impl From<UpgradeError> for Problem {
    fn from(error: UpgradeError) -> Self {
        let detail = error.to_string();
        let conflict = |code| Self::new(StatusCode::CONFLICT, code, detail.clone());
        match error {
            UpgradeError::Unknown(_) => Self::not_found(detail),
            UpgradeError::OtherCategory { .. } => conflict("component_of_another_category"),
            UpgradeError::Present { .. } => conflict("component_present"),
            UpgradeError::Add(error) => error.into(),
            UpgradeError::Unanswered(report) => {
                conflict("component_unanswering").with("report", json!(report))
            }
            UpgradeError::Consent(report) => conflict("changes_not_accepted").with("report", json!(report)),
            UpgradeError::Changed(_) => conflict("category_changed"),
            UpgradeError::Gone(_) => conflict("component_gone"),
            UpgradeError::Offer(error) => error.into(),
            UpgradeError::NotInHistory { .. } => conflict("component_not_in_history"),
            UpgradeError::Nothing(_) => conflict("nothing_to_go_back_to"),
            UpgradeError::Cancelled(_) => Self::cancelled(),
            UpgradeError::Pipeline(error) => error.into(),
        }
    }
}

impl From<Paused> for Problem {
    fn from(paused: Paused) -> Self {
        let problem = Self::unavailable("category_paused", paused.to_string())
            .with("category", paused.category.to_string())
            .with("until", rfc3339(paused.until))
            // Rounded up: who comes back a moment early is turned away again.
            .with(
                "retry_after",
                u64::try_from(paused.retry_after.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX).max(1),
            );
        match &paused.author {
            Some(author) => problem.with("author", author.to_string()),
            None => problem,
        }
    }
}

impl From<SwitchError> for Problem {
    fn from(error: SwitchError) -> Self {
        match error {
            SwitchError::Unknown(_) => Self::not_found(error.to_string()),
            SwitchError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveError> for Problem {
    fn from(error: RemoveError) -> Self {
        match error {
            RemoveError::Unknown(_) => Self::not_found(error.to_string()),
            RemoveError::Store(error) => error.into(),
        }
    }
}
