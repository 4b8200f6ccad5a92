use axum::Json;
use axum::extract::State;

use crate::account::token::Caller;
use crate::http::extract::{OfId, Path};
use crate::http::{Problem, view};
use crate::market::Market;

/// One submission of the caller's tenant, with everything that was said of it.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/submissions/{id}",
    operation_id = "get_submission",
    tag = "publishing",
    params(OfId),
    responses((status = OK, body = view::OwnSubmission, description = "With its verdict and its history.")),
)]
pub(crate) async fn submission(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Json<view::OwnSubmission>, Problem> {
    let submission = market.store.submission(&id).await?;
    // Another tenant's is not there.
    let own = submission.filter(|submission| submission.release.tenant == caller.tenant);
    let own = own.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}` of yours")))?;
    Ok(Json(own.into()))
}
