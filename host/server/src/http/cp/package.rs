use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::http::api::package::send;
use crate::http::extract::{OfId, Path};
use crate::http::{Problem, view};
use crate::market::Market;

/// The package that a moderator decides on.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/queue/{id}/package",
    operation_id = "get_submitted_package",
    tag = "moderation",
    params(OfId),
    responses((
        status = OK,
        description = "The bytes, as they were submitted.",
        content((view::Archive = "application/gzip"), (view::Archive = "application/zip")),
    )),
)]
pub(crate) async fn package(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let submission = market.store.submission(&id).await?;
    let submission =
        submission.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}`")))?;
    send(&market, &submission.release, &request).await
}
