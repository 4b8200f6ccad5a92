use axum::Json;
use axum::extract::State;
use marketplace_store::{DEFAULT_LIMIT, Status};
use serde::{Deserialize, Serialize};

use crate::http::extract::{Path, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    status: Option<Status>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Queue {
    submissions: Vec<view::Queued>,
    next_cursor: Option<String>,
}

/// `GET /cp/api/v1/admin/marketplace/queue?status=&limit=&cursor=`, oldest first; what
/// waits for a decision if no status is asked for.
pub(crate) async fn queue(
    State(market): State<Market>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Queue>, Problem> {
    let status = parameters.status.unwrap_or(Status::Pending);
    let limit = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let page = market.store.queue(Some(status), limit, parameters.cursor.as_deref()).await?;
    let submissions = page.items.into_iter().map(Into::into).collect();
    Ok(Json(Queue { submissions, next_cursor: page.next_cursor }))
}

/// `GET /cp/api/v1/admin/marketplace/queue/{id}`
pub(crate) async fn submission(
    State(market): State<Market>,
    Path(id): Path<String>,
) -> Result<Json<view::Queued>, Problem> {
    let submission = market.store.submission(&id).await?;
    let submission =
        submission.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}`")))?;
    Ok(Json(submission.into()))
}
