use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::tenant;
use crate::http::extract::{Paging, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tenants {
    tenants: Vec<view::Overview>,
    next_cursor: Option<String>,
}

/// Every tenant, with its tier and what it has.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/tenants",
    operation_id = "list_tenants",
    tag = "administration",
    params(Paging),
    responses((status = OK, body = Tenants, description = "By name.")),
)]
pub(crate) async fn tenants(
    State(market): State<Market>,
    Query(Paging { limit, cursor }): Query<Paging>,
) -> Result<Json<Tenants>, Problem> {
    let page = tenant::list(&market, limit.0, cursor.as_deref()).await?;
    let tenants = page.items.into_iter().map(Into::into).collect();
    Ok(Json(Tenants { tenants, next_cursor: page.next_cursor }))
}
