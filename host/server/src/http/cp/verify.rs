use axum::extract::State;
use axum::http::StatusCode;

use crate::account::author;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Because, Json, Note, OfAuthor, Path, PerhapsBecause};
use crate::market::Market;

/// Lets an author publish, as far as their tenant's license does.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/authors/{author}/verify",
    operation_id = "verify_author",
    tag = "administration",
    params(OfAuthor),
    request_body = Option<PerhapsBecause>,
    responses((status = NO_CONTENT, description = "The author is verified, now or since before.")),
)]
pub(crate) async fn verify(
    State(market): State<Market>,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Json(PerhapsBecause { reason }): Json<PerhapsBecause>,
) -> Result<StatusCode, Problem> {
    let reason = reason.as_ref().map(Note::as_str);
    author::verify(&market.store, &caller.actor(), &author, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops an author from publishing. What is published stays.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/authors/{author}/unverify",
    operation_id = "unverify_author",
    tag = "administration",
    params(OfAuthor),
    request_body = Because,
    responses((status = NO_CONTENT, description = "The author is not verified, now or since before.")),
)]
pub(crate) async fn unverify(
    State(market): State<Market>,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Json(Because { reason }): Json<Because>,
) -> Result<StatusCode, Problem> {
    author::unverify(&market.store, &caller.actor(), &author, reason.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}
