use axum::extract::State;
use axum::http::StatusCode;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfCategory, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;

/// Removes a category that has no items. The names of items are never given away, so one that has some can only be
/// disabled.
///
/// To have it back, its component is added again: a file that is still in the adapters folder does not bring it back by
/// itself.
#[utoipa::path(
    delete,
    path = "/cp/api/v1/admin/marketplace/categories/{category}",
    operation_id = "remove_category",
    tag = "administration",
    params(OfCategory),
    responses(
        (status = NO_CONTENT, description = "It is gone."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`category_in_use`: it has as many `items`."),
    ),
)]
pub(crate) async fn remove(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    market.categories.remove(&caller.actor(), &category, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
