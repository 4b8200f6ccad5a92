use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::is_bundled;
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatedCategories)]
pub(crate) struct Categories {
    categories: Vec<view::Category>,
    /// The folder in which this server looks for components; `null` if it looks in none.
    adapters: Option<view::AdaptersFolder>,
}

/// Every category, also disabled, broken and paused ones, and what of the adapters folder is none.
///
/// Pauses, health and the folder are those of this server: replicas have their own.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/categories",
    operation_id = "list_operated_categories",
    tag = "administration",
    responses((status = OK, body = Categories, description = "In the order of lists.")),
)]
pub(crate) async fn list(State(market): State<Market>) -> Result<Json<Categories>, Problem> {
    let snapshot = market.categories.all().await?;
    let used = market.store.category_use().await?;
    let seen = market.categories.folder().seen(snapshot.iter().map(|category| &category.row));
    let mut categories = Vec::new();
    for category in snapshot.iter() {
        let used = used.get(&category.row.id).copied().unwrap_or_default();
        let is_bundled = is_bundled(&market, category).await?;
        categories.push(view::Category::new(&market.categories, category, used, &seen, is_bundled));
    }
    Ok(Json(Categories { categories, adapters: view::AdaptersFolder::new(seen) }))
}
