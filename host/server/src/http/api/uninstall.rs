use axum::extract::State;
use axum::http::StatusCode;
use marketplace_manifest::{CategoryId, Slug};

use crate::account::token::Caller;
use crate::http::extract::Path;
use crate::http::{Problem, to_the_end};
use crate::installation;
use crate::market::Market;

/// `DELETE /api/v1/marketplace/{category}/items/{slug}/install`
pub(crate) async fn uninstall(
    State(market): State<Market>,
    Path((category, slug)): Path<(CategoryId, Slug)>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    to_the_end(async move { installation::uninstall(&market, &caller, &category, &slug).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
