use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Installations)]
pub(crate) struct Installed {
    installed: Vec<view::Installation>,
}

/// What the caller's tenant has installed.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/installed",
    operation_id = "list_installed",
    tag = "installations",
    responses((status = OK, body = Installed, description = "By category and name.")),
)]
pub(crate) async fn installed(
    State(market): State<Market>,
    caller: Caller,
) -> Result<Json<Installed>, Problem> {
    let rows = market.store.installations(&caller.tenant).await?;
    Ok(Json(Installed { installed: rows.into_iter().map(Into::into).collect() }))
}
