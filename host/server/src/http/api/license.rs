use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

use crate::account::license::Tier;
use crate::http::Problem;
use crate::http::auth::Visitor;
use crate::market::Market;

#[derive(Debug, Serialize)]
pub(crate) struct License {
    tier: Tier,
    /// `true` and `false`, or how many; `null` is no limit.
    gates: BTreeMap<String, Value>,
}

/// `GET /api/v1/marketplace/license`
pub(crate) async fn license(
    State(market): State<Market>,
    Visitor(caller): Visitor,
) -> Result<Json<License>, Problem> {
    let gates = market.gates(caller.as_ref()).await?;
    Ok(Json(License { tier: gates.tier, gates: market.all_gates(&gates).await? }))
}
