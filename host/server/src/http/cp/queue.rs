use axum::Json;
use axum::extract::State;
use futures_util::future::join_all;
use marketplace_store::{Status, Submission};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::category::Snapshot;
use crate::http::extract::{Limit, OfId, Path, Query};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::release;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// What waits for a decision, unless said.
    #[param(inline, nullable = false)]
    status: Option<Status>,
    /// How many, at most; a page of this list has 20 even so, because each is large.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queue {
    submissions: Vec<view::Queued>,
    next_cursor: Option<String>,
}

/// What was submitted, oldest first, with all that a decision needs.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/queue",
    operation_id = "list_queue",
    tag = "moderation",
    params(Parameters),
    responses((status = OK, body = Queue, description = "A page.")),
)]
pub(crate) async fn queue(
    State(market): State<Market>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Queue>, Problem> {
    let status = parameters.status.unwrap_or(Status::Pending);
    let page = market.store.queue(Some(status), parameters.limit.0, parameters.cursor.as_deref()).await?;
    let categories = market.categories.all().await?;
    // At once: a component that gives no answer costs the page its time-out once, not for each.
    let submissions =
        join_all(page.items.into_iter().map(|submission| queued(&categories, submission))).await;
    Ok(Json(Queue { submissions, next_cursor: page.next_cursor }))
}

/// One submission, of any status.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/queue/{id}",
    operation_id = "get_queued_submission",
    tag = "moderation",
    params(OfId),
    responses((status = OK, body = view::Queued, description = "With all that a decision needs.")),
)]
pub(crate) async fn submission(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
) -> Result<Json<view::Queued>, Problem> {
    let submission = market.store.submission(&id).await?;
    let submission =
        submission.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}`")))?;
    Ok(Json(queued(&*market.categories.all().await?, submission).await))
}

async fn queued(categories: &Snapshot, submission: Submission) -> view::Queued {
    let compared = release::compare(categories, &submission).await;
    view::Queued::new(submission, compared)
}
