use axum::Json;
use axum::extract::State;

use super::one;
use crate::account::token::Caller;
use crate::http::extract::{Json as Body, Note, OfCategory, Path, PerhapsBecause};
use crate::http::{Problem, view};
use crate::market::Market;

/// Serves a category again, from the next request on. Again changes nothing.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/categories/{category}/enable",
    operation_id = "enable_category",
    tag = "administration",
    params(OfCategory),
    request_body = Option<PerhapsBecause>,
    responses((status = OK, body = view::Category, description = "As it is now.")),
)]
pub(crate) async fn enable(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    Body(PerhapsBecause { reason }): Body<PerhapsBecause>,
) -> Result<Json<view::Category>, Problem> {
    market.categories.enable(&caller.actor(), &category, reason.as_ref().map(Note::as_str)).await?;
    Ok(Json(one(&market, &category).await?))
}

/// Stops serving a category, from the next request on: nothing of it is listed, submitted or installed.
///
/// What is installed stays installed. Again changes nothing.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/categories/{category}/disable",
    operation_id = "disable_category",
    tag = "administration",
    params(OfCategory),
    request_body = Option<PerhapsBecause>,
    responses((status = OK, body = view::Category, description = "As it is now.")),
)]
pub(crate) async fn disable(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    Body(PerhapsBecause { reason }): Body<PerhapsBecause>,
) -> Result<Json<view::Category>, Problem> {
    market.categories.disable(&caller.actor(), &category, reason.as_ref().map(Note::as_str)).await?;
    Ok(Json(one(&market, &category).await?))
}
