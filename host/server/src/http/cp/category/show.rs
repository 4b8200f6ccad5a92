use axum::Json;
use axum::extract::State;

use super::one;
use crate::http::extract::{OfCategory, Path};
use crate::http::{Problem, view};
use crate::market::Market;

/// One category, with its component and how that does.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/categories/{category}",
    operation_id = "get_operated_category",
    tag = "administration",
    params(OfCategory),
    responses((status = OK, body = view::Category, description = "As it is on this server.")),
)]
pub(crate) async fn show(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
) -> Result<Json<view::Category>, Problem> {
    Ok(Json(one(&market, &category).await?))
}
