use axum::extract::State;
use axum::response::Response;

use crate::http::Problem;
use crate::http::api::send_package;
use crate::http::extract::Path;
use crate::market::Market;

/// `GET /cp/api/v1/admin/marketplace/queue/{id}/package`: what a moderator decides on.
pub(crate) async fn package(
    State(market): State<Market>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let submission = market.store.submission(&id).await?;
    let submission =
        submission.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}`")))?;
    send_package(&market, &submission.release).await
}
