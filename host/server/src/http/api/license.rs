use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::account::license::Tier;
use crate::http::Problem;
use crate::http::access::Visitor;
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct License {
    tier: Tier,
    /// `true` and `false`, or how many; `null` is no limit.
    gates: BTreeMap<String, Value>,
}

/// What the caller's license opens; without a token, what Free does.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/license",
    operation_id = "get_license",
    tag = "installations",
    responses((status = OK, body = License, description = "The tier and every gate.")),
)]
pub(crate) async fn license(
    State(market): State<Market>,
    Visitor(caller): Visitor,
) -> Result<Json<License>, Problem> {
    let gates = market.gates(caller.as_ref()).await?;
    Ok(Json(License { tier: gates.tier, gates: market.all_gates(&gates).await? }))
}
