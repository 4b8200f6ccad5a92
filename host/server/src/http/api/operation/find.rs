use axum::Json;
use axum::extract::State;

use super::find_for;
use crate::account::token::Caller;
use crate::http::extract::{OfId, Path};
use crate::http::{Problem, view};
use crate::market::Market;

/// How an operation stands: its stage and progress, or how it ended and what its answer was.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/operations/{id}",
    operation_id = "get_operation",
    tag = "operations",
    params(OfId),
    responses((status = OK, body = view::Operation, description = "As of now.")),
)]
pub(crate) async fn find(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Json<view::Operation>, Problem> {
    Ok(Json(find_for(&market, &caller, &id).await?.view(&market)))
}
