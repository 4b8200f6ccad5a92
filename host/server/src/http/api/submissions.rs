use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::extract::{Paging, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Submissions {
    submissions: Vec<view::Submission>,
    next_cursor: Option<String>,
}

/// What the caller's tenant submitted, with its status and the reason.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/submissions",
    operation_id = "list_submissions",
    tag = "publishing",
    params(Paging),
    responses((status = OK, body = Submissions, description = "Newest first.")),
)]
pub(crate) async fn submissions(
    State(market): State<Market>,
    caller: Caller,
    Query(Paging { limit, cursor }): Query<Paging>,
) -> Result<Json<Submissions>, Problem> {
    let page = market.store.submissions_of(&caller.tenant, limit.0, cursor.as_deref()).await?;
    Ok(Json(Submissions {
        submissions: page.items.into_iter().map(|submission| submission.release.into()).collect(),
        next_cursor: page.next_cursor,
    }))
}
