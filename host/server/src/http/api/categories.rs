use axum::Json;
use axum::extract::State;
use marketplace_manifest::CategoryId;
use marketplace_store::Installer;
use serde::Serialize;

use crate::http::Problem;
use crate::http::auth::Visitor;
use crate::market::Market;

#[derive(Debug, Serialize)]
pub(crate) struct Categories {
    categories: Vec<Category>,
}

#[derive(Debug, Serialize)]
struct Category {
    id: CategoryId,
    /// Another `kind` that means the same.
    singular: String,
    name: String,
    description: String,
    icon: String,
    installer: Installer,
    /// How many the caller may install; `null` is no limit.
    install_cap: Option<u32>,
    /// How many the caller has.
    installed: i64,
    /// Why it does not serve, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// `GET /api/v1/marketplace/categories`
pub(crate) async fn categories(
    State(market): State<Market>,
    Visitor(caller): Visitor,
) -> Result<Json<Categories>, Problem> {
    let gates = market.gates(caller.as_ref()).await?;
    let counts = match &caller {
        Some(caller) => market.store.install_counts(&caller.tenant).await?,
        None => Default::default(),
    };
    let snapshot = market.categories.all().await?;
    let categories = snapshot.enabled().map(|category| {
        let row = &category.row;
        Category {
            id: row.id.clone(),
            singular: row.singular.clone(),
            name: row.name.clone(),
            description: row.description.clone(),
            icon: row.icon.clone(),
            installer: row.installer,
            install_cap: gates.install_cap(&row.id, row.free_install_cap),
            installed: counts.get(&row.id).copied().unwrap_or(0),
            error: category.error(),
        }
    });
    Ok(Json(Categories { categories: categories.collect() }))
}
