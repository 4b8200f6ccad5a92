use axum::extract::State;
use axum::http::StatusCode;

use crate::account::key;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Because, Json, OfKey, Path};
use crate::market::Market;

/// Revokes a key of the caller's author: nothing that it signed is installed from now on.
///
/// It may be the key in force or a retired one. If it was the one in force, an operator adds the next.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/authors/{author}/keys/{id}/revoke",
    operation_id = "revoke_my_key",
    tag = "publishing",
    params(OfKey),
    request_body = Because,
    responses((status = NO_CONTENT, description = "It is revoked, now or since before.")),
)]
pub(crate) async fn revoke_key(
    State(market): State<Market>,
    Path(OfKey { author, id }): Path<OfKey>,
    caller: Caller,
    Json(Because { reason }): Json<Because>,
) -> Result<StatusCode, Problem> {
    key::revoke_own(&market, &caller, &author, &id, reason.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}
