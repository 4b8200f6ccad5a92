use axum::Json;
use axum::extract::State;
use marketplace_manifest::Tenant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::license::Tier;
use crate::account::token::Caller;
use crate::account::{Scope, Scopes};
use crate::clock::rfc3339;
use crate::http::Problem;
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    tenant: Tenant,
    tier: Tier,
    token: MyToken,
}

/// The token of the call.
#[derive(Debug, Serialize, ToSchema)]
struct MyToken {
    #[schema(format = "uuid")]
    id: String,
    label: String,
    #[schema(value_type = Vec<Scope>)]
    scopes: Scopes,
    #[schema(format = DateTime)]
    created_at: String,
    /// `null` is never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// Who the caller is, and what the token allows.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/me",
    operation_id = "get_me",
    tag = "installations",
    responses((status = OK, body = Me, description = "The tenant, its tier, and the token of this call.")),
)]
pub(crate) async fn me(State(market): State<Market>, caller: Caller) -> Result<Json<Me>, Problem> {
    let gates = market.gates(Some(&caller)).await?;
    let token = market.store.token(&caller.token_id).await?;
    // It was there when the call began, and tokens are not removed.
    let token = token.ok_or_else(|| Problem::internal(&"the token of this call is gone"))?;
    let token = MyToken {
        id: token.id,
        label: token.label,
        scopes: caller.scopes,
        created_at: rfc3339(token.created_at),
        expires_at: token.expires_at.map(rfc3339),
    };
    Ok(Json(Me { tenant: caller.tenant, tier: gates.tier, token }))
}
