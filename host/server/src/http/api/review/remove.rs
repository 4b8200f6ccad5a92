use axum::extract::State;
use axum::http::StatusCode;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfItem, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;
use crate::review;

/// Takes the review of the caller's tenant back, with the reply to it. It may be written anew.
#[utoipa::path(
    delete,
    path = "/api/v1/marketplace/{category}/items/{slug}/reviews/mine",
    operation_id = "remove_own_review",
    tag = "reviews",
    params(OfItem),
    responses(
        (status = NO_CONTENT, description = "It is gone."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`review_removed`: a moderator was first."),
    ),
)]
pub(crate) async fn remove(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    // Also of an item that is not public any more: what one wrote, one may take back.
    review::remove(&market, &caller, &category, &slug).await?;
    Ok(StatusCode::NO_CONTENT)
}
