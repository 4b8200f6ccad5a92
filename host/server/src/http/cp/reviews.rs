use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_store::{ReviewDecision, ReviewFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::account::token::Caller;
use crate::http::extract::{Json as Body, Limit, Note, OfId, Path, Query};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::review;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Only those that wait for a decision, the oldest report first. Without it, the newest review first.
    #[serde(default)]
    #[param(required = false)]
    reported: bool,
    /// Only those that a moderator removed.
    #[serde(default)]
    #[param(required = false)]
    removed: bool,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewCases {
    reviews: Vec<view::ReviewCase>,
    /// For the next page; `null` on the last.
    next_cursor: Option<String>,
}

/// A moderator's word on a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewJudgement {
    /// For the writer, if it is removed, and for the audit log.
    reason: Note,
    /// What was looked at: then the decision is taken only if nothing happened since.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    revision: Option<i64>,
}

/// Reviews of all items, with the reports on them.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/reviews",
    operation_id = "list_review_cases",
    tag = "moderation",
    params(Parameters),
    responses((status = OK, body = ReviewCases, description = "A page.")),
)]
pub(crate) async fn reviews(
    State(market): State<Market>,
    Query(Parameters { reported, removed, limit, cursor }): Query<Parameters>,
) -> Result<Json<ReviewCases>, Problem> {
    let filter = ReviewFilter { reported, removed };
    let page = market.store.review_cases(filter, limit.0, cursor.as_deref()).await?;
    let reviews = page.items.into_iter().map(Into::into).collect();
    Ok(Json(ReviewCases { reviews, next_cursor: page.next_cursor }))
}

/// Removes a review: nobody but its writer sees it, who is told why; it does not count, and is not written again.
///
/// What another moderator has dismissed the reports of is removed only by one who names its `revision`.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/reviews/{id}/remove",
    operation_id = "remove_review",
    tag = "moderation",
    params(OfId),
    request_body = ReviewJudgement,
    responses(
        (status = NO_CONTENT, description = "It is removed."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_decided`, by somebody else; `review_changed`: it is not what was looked at."),
    ),
)]
pub(crate) async fn remove(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Body(judgement): Body<ReviewJudgement>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, ReviewDecision::Remove, judgement).await
}

/// Dismisses the reports on a review: it stays.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/reviews/{id}/dismiss",
    operation_id = "dismiss_reports",
    tag = "moderation",
    params(OfId),
    request_body = ReviewJudgement,
    responses(
        (status = NO_CONTENT, description = "It stays."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_decided`, by somebody else, or nobody reported it; `review_changed`: it is not what \
                was looked at."),
    ),
)]
pub(crate) async fn dismiss(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Body(judgement): Body<ReviewJudgement>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, ReviewDecision::Dismiss, judgement).await
}

/// Restores a review that was removed: it is public and counts again.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/reviews/{id}/restore",
    operation_id = "restore_review",
    tag = "moderation",
    params(OfId),
    request_body = ReviewJudgement,
    responses(
        (status = NO_CONTENT, description = "It is public again."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_decided`: it is not removed; `review_changed`: it is not what was looked at."),
    ),
)]
pub(crate) async fn restore(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Body(judgement): Body<ReviewJudgement>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, ReviewDecision::Restore, judgement).await
}

async fn decide(
    market: &Market,
    caller: &Caller,
    id: &str,
    decision: ReviewDecision,
    ReviewJudgement { reason, revision }: ReviewJudgement,
) -> Result<StatusCode, Problem> {
    review::moderate(market, caller, id, decision, revision, &reason.into_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
