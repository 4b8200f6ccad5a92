use axum::Json;
use axum::extract::State;
use marketplace_manifest::Digest;
use marketplace_store as store;
use serde::Serialize;
use utoipa::ToSchema;

use super::must_be_there;
use crate::clock::rfc3339;
use crate::http::Problem;
use crate::http::extract::{OfCategory, Path};
use crate::market::Market;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryComponents {
    components: Vec<CategoryComponent>,
}

/// A component that a category has, or had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryComponent {
    component_sha256: Digest,
    component_size: u64,
    /// The version of the contract that it is of.
    contract: String,
    name: String,
    singular: String,
    description: String,
    installer: store::Installer,
    free_install_cap: u32,
    /// When it became the category's, the last time.
    #[schema(format = DateTime)]
    activated_at: String,
    activated_by: String,
    /// As in the audit log, which knows the times before.
    action: String,
    reason: Option<String>,
}

/// The components that a category has had, the present one first.
///
/// The second is the one that a rollback goes to. The last ten are kept, and can be gone back to.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/categories/{category}/components",
    operation_id = "list_category_components",
    tag = "administration",
    params(OfCategory),
    responses((status = OK, body = CategoryComponents, description = "By when each was put in place last.")),
)]
pub(crate) async fn components(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
) -> Result<Json<CategoryComponents>, Problem> {
    must_be_there(&market, &category).await?;
    let components = market.store.components(&category).await?;
    Ok(Json(CategoryComponents { components: components.into_iter().map(Into::into).collect() }))
}

impl From<store::Component> for CategoryComponent {
    fn from(component: store::Component) -> Self {
        Self {
            component_sha256: component.component_sha256,
            component_size: component.component_size,
            contract: component.contract,
            name: component.name,
            singular: component.singular,
            description: component.description,
            installer: component.installer,
            free_install_cap: component.free_install_cap,
            activated_at: rfc3339(component.activated_at),
            activated_by: component.activated_by,
            action: component.action,
            reason: component.reason,
        }
    }
}
