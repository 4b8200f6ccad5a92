use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_store::OperationState;

use super::{Found, find_for};
use crate::account::token::Caller;
use crate::http::extract::{OfId, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::operation::Cancelling;

/// Calls an operation off, until it commits. Nothing of it was ever there.
///
/// Everybody who waits for it gets the problem `cancelled`. Cancelled twice, it is cancelled.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/operations/{id}/cancel",
    operation_id = "cancel_operation",
    tag = "operations",
    params(OfId),
    responses(
        (status = OK, body = view::Operation, description = "It is cancelled."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`operation_committed`: it has ended, or commits; or another replica has it."),
    ),
)]
pub(crate) async fn cancel(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Json<view::Operation>, Problem> {
    let found = find_for(&market, &caller, &id).await?;
    let cancelled = match &found {
        Found::Here(operation) => operation.cancel().await == Cancelling::Cancelled,
        Found::Noted(row) if row.state == OperationState::Running => {
            let detail = "it runs on another replica; send this there, or wait for its end";
            return Err(Problem::new(StatusCode::CONFLICT, "operation_elsewhere", detail));
        }
        Found::Noted(row) => row.state == OperationState::Cancelled,
    };
    if cancelled {
        return Ok(Json(found.view(&market)));
    }
    let detail =
        "it has ended, or is past the point where nothing has changed yet; look at it again for its answer";
    Err(Problem::new(StatusCode::CONFLICT, "operation_committed", detail))
}
