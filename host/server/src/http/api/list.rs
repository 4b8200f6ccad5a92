use axum::Json;
use axum::extract::State;
use marketplace_manifest::{AuthorId, CategoryId};
use marketplace_store::{ItemQuery, Sort};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{filters_by, known};
use crate::category::Snapshot;
use crate::http::extract::{Fields, Limit, OfCategory, Path, Query, Tags};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Search words, any text at all. Each is the start of a word of the item, in any spelling: in its title, name,
    /// keywords, author, summary or description. If nothing is spelled like that, a typing error is forgiven.
    #[param(nullable = false)]
    q: Option<String>,
    /// The order. `relevance`, without `q`, is `newest`. Whatever is published while you page through a list, you see
    /// each item that was there at the start once; in the orders `installs` and `rating`, which change by use, an item
    /// whose number changes meanwhile may be missed or seen twice.
    #[serde(default)]
    #[param(inline, required = false)]
    sort: Sort,
    /// Only items with this keyword; given more than once, only items with all of them.
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, max_items = 16)]
    tag: Tags,
    /// Only items with this value of a field that the category filters by, as `KEY:VALUE`: a text as it is, a flag as
    /// `true` or `false`. Given more than once, only items with all of them. A field that there is not is a 404
    /// `field_unknown`.
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, max_items = 16, pattern = "^[^:]+:")]
    field: Fields,
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
    /// `next_cursor` of the page before; good for a day, with the same query.
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
    let categories = market.categories.all().await?;
    known(&categories, &category)?;
    answer(&market, &categories, parameters.query(Some(category))).await
}

/// The items of all categories: all of them, or those that a search finds.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/items",
    operation_id = "list_all_items",
    tag = "catalogue",
    params(Parameters),
    responses((status = OK, body = view::Items, description = "A page.")),
)]
pub(crate) async fn list_all(
    State(market): State<Market>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<view::Items>, Problem> {
    let categories = market.categories.all().await?;
    answer(&market, &categories, parameters.query(None)).await
}

async fn answer(
    market: &Market,
    categories: &Snapshot,
    query: ItemQuery,
) -> Result<Json<view::Items>, Problem> {
    filters_by(categories, query.category.as_ref(), &query.fields)?;
    let page = market.store.list_items(&query).await?;
    Ok(Json(view::Items::new(page, categories)))
}

impl Parameters {
    fn query(self, category: Option<CategoryId>) -> ItemQuery {
        ItemQuery {
            category,
            q: self.q,
            sort: self.sort,
            tags: self.tag.0,
            author: self.author,
            permission: self.permission,
            fields: self.field.0,
            facets: Vec::new(),
            limit: Some(self.limit.0),
            cursor: self.cursor,
        }
    }
}
