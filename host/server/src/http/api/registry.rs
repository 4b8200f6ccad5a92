use axum::Json;
use axum::extract::State;
use marketplace_manifest::CategoryId;
use serde::Serialize;

use super::known;
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
    known(&*market.categories.all().await?, &category)?;
    let entries = market.store.registry(&caller.tenant, &category).await?;
    Ok(Json(Registry { entries: entries.into_iter().map(Into::into).collect() }))
}
