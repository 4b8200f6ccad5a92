use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use marketplace_manifest::AuthorId;
use marketplace_store::ItemQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{filters_by, known};
use crate::category::{Category, Snapshot};
use crate::http::extract::{Fields, OfCategory, Path, Query, Tags};
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
    let categories = market.categories.all().await?;
    answer(&market, parameters, &categories, Some(known(&categories, &category)?)).await
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
    let categories = market.categories.all().await?;
    answer(&market, parameters, &categories, None).await
}

async fn answer(
    market: &Market,
    parameters: Parameters,
    categories: &Snapshot,
    category: Option<&Arc<Category>>,
) -> Result<Json<view::Facets>, Problem> {
    let facets = category.into_iter().flat_map(|category| category.facets());
    let query = ItemQuery {
        category: category.map(|category| category.row.id.clone()),
        q: parameters.q,
        tags: parameters.tag.0,
        author: parameters.author,
        permission: parameters.permission,
        fields: parameters.field.0,
        facets: facets.map(str::to_owned).collect(),
        ..ItemQuery::default()
    };
    filters_by(categories, query.category.as_ref(), &query.fields)?;
    let facets = market.store.facets(&query).await?;
    let fields = category.map(|category| view::FieldFacet::all(&category.presentation, facets.fields));
    Ok(Json(view::Facets {
        tags: facets.tags,
        authors: facets.authors,
        permissions: facets.permissions,
        fields: fields.unwrap_or_default(),
        categories: category.is_none().then_some(facets.categories),
        counts_are_exact: facets.is_exact,
        corrected: facets.corrected,
    }))
}
