use axum::Json;
use axum::extract::State;
use marketplace_store::DEFAULT_LIMIT;
use serde::{Deserialize, Serialize};

use crate::account::token::Caller;
use crate::http::extract::Query;
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Submissions {
    submissions: Vec<view::Submission>,
    next_cursor: Option<String>,
}

/// `GET /api/v1/marketplace/submissions?limit=&cursor=`
pub(crate) async fn submissions(
    State(market): State<Market>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Submissions>, Problem> {
    let limit = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let page = market.store.submissions_of(&caller.tenant, limit, parameters.cursor.as_deref()).await?;
    Ok(Json(Submissions {
        submissions: page.items.into_iter().map(|submission| submission.release.into()).collect(),
        next_cursor: page.next_cursor,
    }))
}
