use axum::Json;
use axum::extract::State;
use marketplace_manifest::AuthorId;
use marketplace_store::{ItemQuery, Sort};
use serde::Deserialize;
use utoipa::IntoParams;

use super::known;
use crate::http::extract::{Limit, OfCategory, Path, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Search words, any text at all.
    #[param(nullable = false)]
    q: Option<String>,
    /// The order.
    #[serde(default)]
    #[param(inline, required = false)]
    sort: Sort,
    /// Only items with this keyword.
    #[param(nullable = false)]
    tag: Option<String>,
    /// Only items of this author.
    #[param(nullable = false)]
    author: Option<AuthorId>,
    /// Only items that declare exactly this permission.
    #[param(nullable = false)]
    permission: Option<String>,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// The items of a category: all of them, or those that a search finds.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/{category}/items",
    operation_id = "list_items",
    tag = "catalogue",
    params(OfCategory, Parameters),
    responses((status = OK, body = view::Items, description = "A page.")),
)]
pub(crate) async fn list(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<view::Items>, Problem> {
    known(&*market.categories.all().await?, &category)?;
    let query = ItemQuery {
        category: Some(category),
        q: parameters.q,
        sort: parameters.sort,
        tag: parameters.tag,
        author: parameters.author,
        permission: parameters.permission,
        limit: Some(parameters.limit.0),
        cursor: parameters.cursor,
    };
    let page = market.store.list_items(&query).await?;
    Ok(Json(view::Items {
        items: page.items.into_iter().map(Into::into).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}
