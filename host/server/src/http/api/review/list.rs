use axum::Json;
use axum::extract::State;
use marketplace_store::{ReviewQuery, ReviewSort};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::access::Visitor;
use crate::http::api::known;
use crate::http::extract::{Limit, OfItem, Path, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// The order.
    #[serde(default)]
    #[param(inline, required = false)]
    sort: ReviewSort,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// What tenants say of an item, and what that comes to.
///
/// With a token, also what the caller's own tenant wrote: `mine` has it even if a moderator took it down, and then why.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/{category}/items/{slug}/reviews",
    operation_id = "list_reviews",
    tag = "reviews",
    params(OfItem, Parameters),
    responses((status = OK, body = view::Reviews, description = "A page.")),
)]
pub(crate) async fn list(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    Visitor(caller): Visitor,
    Query(Parameters { sort, limit, cursor }): Query<Parameters>,
) -> Result<Json<view::Reviews>, Problem> {
    known(&*market.categories.all().await?, &category)?;
    let query = ReviewQuery { category, slug, sort, limit: Some(limit.0), cursor };
    let found = market.store.reviews(&query).await?;
    let ReviewQuery { category, slug, .. } = query;
    let reviews =
        found.ok_or_else(|| Problem::not_found(format!("there is no published item `{category}/{slug}`")))?;
    let mine = match caller {
        Some(caller) => market.store.review_of(&caller.tenant, &category, &slug).await?,
        None => None,
    };
    Ok(Json(view::Reviews {
        summary: reviews.summary.into(),
        mine: mine.map(Into::into),
        reviews: reviews.page.items.into_iter().map(Into::into).collect(),
        next_cursor: reviews.page.next_cursor,
    }))
}
