use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Found, may_see_row};
use crate::account::token::Caller;
use crate::http::extract::{Paging, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operations)]
pub(crate) struct Operations {
    operations: Vec<view::Operation>,
    next_cursor: Option<String>,
}

/// The caller's operations, newest first: those that were asked for with `Prefer: respond-async`.
///
/// What ended is remembered for a week.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/operations",
    operation_id = "list_operations",
    tag = "operations",
    params(Paging),
    responses((status = OK, body = Operations, description = "A page.")),
)]
pub(crate) async fn list(
    State(market): State<Market>,
    caller: Caller,
    Query(Paging { limit, cursor }): Query<Paging>,
) -> Result<Json<Operations>, Problem> {
    let page = market.store.operations(&caller.tenant, limit.0, cursor.as_deref()).await?;
    let seen = page.items.into_iter().filter(|row| may_see_row(&caller, row));
    let operations = seen
        .map(|row| {
            let here = market.operations.find(&caller.tenant, &row.id);
            here.map_or(Found::Noted(row), Found::Here).view(&market)
        })
        .collect();
    Ok(Json(Operations { operations, next_cursor: page.next_cursor }))
}
