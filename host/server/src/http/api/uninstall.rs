use axum::extract::State;
use axum::http::StatusCode;

use crate::account::token::Caller;
use crate::http::extract::{OfItem, Path};
use crate::http::{Problem, to_the_end};
use crate::installation;
use crate::market::Market;

/// Uninstalls an item: its files, its grants, its registry entries.
#[utoipa::path(
    delete,
    path = "/api/v1/marketplace/{category}/items/{slug}/install",
    operation_id = "uninstall_item",
    tag = "installations",
    params(OfItem),
    responses((status = NO_CONTENT, description = "It is gone.")),
)]
pub(crate) async fn uninstall(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    to_the_end(async move { installation::uninstall(&market, &caller, &category, &slug).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
