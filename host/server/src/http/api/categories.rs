use axum::Json;
use axum::extract::State;
use marketplace_manifest::{CategoryId, Digest};
use marketplace_sandbox::Presentation;
use marketplace_store::Installer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Problem;
use crate::http::access::Visitor;
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Categories {
    categories: Vec<Category>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Category {
    id: CategoryId,
    /// Another `kind` that means the same.
    singular: String,
    name: String,
    description: String,
    /// An inline SVG without script; may be empty.
    icon: String,
    installer: Installer,
    /// The SHA-256 of its component.
    component_sha256: Digest,
    /// The version of the contract that the component is of, `1.1.0`; `null` if it does not load.
    contract: Option<&'static str>,
    /// What its items have, what they may ask for, and what an author fills in. Empty if its component says nothing, or
    /// does not load.
    presentation: Presentation,
    /// How many the caller may install; `null` is no limit.
    install_cap: Option<u32>,
    /// How many the caller has.
    #[schema(minimum = 0)]
    installed: i64,
    /// Why it does not serve, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
}

/// The categories.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/categories",
    operation_id = "list_categories",
    tag = "catalogue",
    responses((status = OK, body = Categories, description = "In the order of the operator.")),
)]
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
            component_sha256: row.component_sha256,
            contract: category.adapter().ok().map(|adapter| adapter.contract().version()),
            presentation: (*category.presentation).clone(),
            install_cap: gates.install_cap(&row.id, row.free_install_cap),
            installed: counts.get(&row.id).copied().unwrap_or(0),
            error: category.error(),
        }
    });
    Ok(Json(Categories { categories: categories.collect() }))
}
