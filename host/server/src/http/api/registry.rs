use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::extract::{OfCategory, Path};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registry {
    entries: Vec<view::RegistryEntry>,
}

/// What the tenant's installed items of a category registered, for its install target to read.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/{category}/registry",
    operation_id = "get_registry",
    tag = "installations",
    params(OfCategory),
    responses((status = OK, body = Registry, description = "By key, then by item.")),
)]
pub(crate) async fn registry(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
) -> Result<Json<Registry>, Problem> {
    // Also of a category that is disabled: what is installed stays installed.
    if !market.categories.all().await?.iter().any(|known| known.row.id == category) {
        return Err(Problem::not_found(format!("there is no category `{category}`")));
    }
    let entries = market.store.registry(&caller.tenant, &category).await?;
    Ok(Json(Registry { entries: entries.into_iter().map(Into::into).collect() }))
}
