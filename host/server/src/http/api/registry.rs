use axum::Json;
use axum::extract::State;
use marketplace_manifest::CategoryId;
use serde::Serialize;

use crate::account::token::Caller;
use crate::http::extract::Path;
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize)]
pub(crate) struct Registry {
    entries: Vec<view::RegistryEntry>,
}

/// `GET /api/v1/marketplace/{category}/registry`
pub(crate) async fn registry(
    State(market): State<Market>,
    Path(category): Path<CategoryId>,
    caller: Caller,
) -> Result<Json<Registry>, Problem> {
    // Also of a category that is disabled: what is installed stays installed.
    if !market.categories.all().await?.iter().any(|known| known.row.id == category) {
        return Err(Problem::not_found(format!("there is no category `{category}`")));
    }
    let entries = market.store.registry(&caller.tenant, &category).await?;
    Ok(Json(Registry { entries: entries.into_iter().map(Into::into).collect() }))
}
