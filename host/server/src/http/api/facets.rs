use axum::Json;
use axum::extract::State;
use marketplace_manifest::{AuthorId, CategoryId};
use marketplace_store::ItemQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::known;
use crate::http::extract::{OfCategory, Path, Query, Tags};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Search words, as a list takes them.
    #[param(nullable = false)]
    q: Option<String>,
    /// Only items with this keyword; given more than once, only items with all of them.
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, max_items = 16)]
    tag: Tags,
    /// Only items of this author.
    #[param(nullable = false)]
    author: Option<AuthorId>,
    /// Only items that declare exactly this permission.
    #[param(nullable = false)]
    permission: Option<String>,
}

/// What the items of a category have in common, with counts: the choices beside a list.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/{category}/facets",
    operation_id = "list_facets",
    tag = "catalogue",
    params(OfCategory, Parameters),
    responses((status = OK, body = view::Facets, description = "The facets.")),
)]
pub(crate) async fn facets(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<view::Facets>, Problem> {
    known(&*market.categories.all().await?, &category)?;
    answer(&market, parameters, Some(category)).await
}

/// What the items of all categories have in common, with counts: the choices beside a list.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/facets",
    operation_id = "list_all_facets",
    tag = "catalogue",
    params(Parameters),
    responses((status = OK, body = view::Facets, description = "The facets.")),
)]
pub(crate) async fn facets_of_all(
    State(market): State<Market>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<view::Facets>, Problem> {
    answer(&market, parameters, None).await
}

async fn answer(
    market: &Market,
    parameters: Parameters,
    category: Option<CategoryId>,
) -> Result<Json<view::Facets>, Problem> {
    let is_of_all = category.is_none();
    let query = ItemQuery {
        category,
        q: parameters.q,
        tags: parameters.tag.0,
        author: parameters.author,
        permission: parameters.permission,
        ..ItemQuery::default()
    };
    let facets = market.store.facets(&query).await?;
    Ok(Json(view::Facets {
        tags: facets.tags,
        authors: facets.authors,
        permissions: facets.permissions,
        categories: is_of_all.then_some(facets.categories),
        counts_are_exact: facets.is_exact,
        corrected: facets.corrected,
    }))
}
