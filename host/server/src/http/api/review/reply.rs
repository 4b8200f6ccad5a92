use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Prose;
use crate::account::token::Caller;
use crate::http::api::known;
use crate::http::extract::{Json as Body, OfReview, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::review;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplyRequest)]
pub(crate) struct Answer {
    /// Plain text or Markdown. Kept as it is: what it looks like is the business of who shows it.
    body: Prose,
}

/// Replies to a review of one's own item, or replaces the reply.
#[utoipa::path(
    put,
    path = "/api/v1/marketplace/{category}/items/{slug}/reviews/{id}/reply",
    operation_id = "reply_to_review",
    tag = "reviews",
    params(OfReview),
    request_body = Answer,
    responses(
        (status = CREATED, body = view::Review, description = "The review, with the first reply."),
        (status = OK, body = view::Review, description = "The review, with another reply in place of the one before."),
        (status = FORBIDDEN, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`author_not_yours`: the item is by another tenant's author. Or the token does not have the \
                scope."),
    ),
)]
pub(crate) async fn reply(
    State(market): State<Market>,
    Path(OfReview { category, slug, id }): Path<OfReview>,
    caller: Caller,
    Body(Answer { body }): Body<Answer>,
) -> Result<(StatusCode, Json<view::Review>), Problem> {
    known(&*market.categories.all().await?, &category)?;
    let replied = review::reply(&market, &caller, &category, &slug, &id, &body.into_string()).await?;
    let status = if replied.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(replied.review.into())))
}

/// Removes the reply to a review of one's own item.
#[utoipa::path(
    delete,
    path = "/api/v1/marketplace/{category}/items/{slug}/reviews/{id}/reply",
    operation_id = "remove_reply",
    tag = "reviews",
    params(OfReview),
    responses((status = NO_CONTENT, description = "It is gone.")),
)]
pub(crate) async fn remove(
    State(market): State<Market>,
    Path(OfReview { category, slug, id }): Path<OfReview>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    known(&*market.categories.all().await?, &category)?;
    review::remove_reply(&market, &caller, &category, &slug, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
