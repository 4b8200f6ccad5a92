use axum::Json;
use axum::extract::State;
use marketplace_manifest::{CategoryId, Digest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::category::{self, Who};
use crate::http::Problem;
use crate::http::extract::{Json as Body, Note, OfCategory, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;

/// To what, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rollback {
    /// A component of the category's history; without, the one before the present one.
    to: Option<Digest>,
    /// For the audit log, and the history.
    reason: Option<Note>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RolledBack {
    category: CategoryId,
    /// The component that it has now.
    component_sha256: Digest,
    /// The one that it had until now: what another rollback goes to.
    instead_of: Digest,
}

/// Goes back to a component that a category had, at once.
///
/// Without `to` that is the one before the present one, which is the one before from then on: going back twice is going
/// forth again. What is installed stays as it is. A component that does not load is refused.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/categories/{category}/rollback",
    operation_id = "rollback_category",
    tag = "administration",
    params(OfCategory),
    request_body = Option<Rollback>,
    responses(
        (status = OK, body = RolledBack, description = "It serves from the next request on."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`nothing_to_go_back_to`, `component_not_in_history`, `component_present` or \
                `component_gone`; or `category_changed` meanwhile."),
    ),
)]
pub(crate) async fn rollback(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    Body(Rollback { to, reason }): Body<Rollback>,
) -> Result<Json<RolledBack>, Problem> {
    let actor = caller.actor();
    let who = Who { actor: &actor, reason: reason.as_ref().map(Note::as_str) };
    let category::RolledBack { row, instead_of } = category::rollback(&market, &category, to, who).await?;
    Ok(Json(RolledBack { category: row.id, component_sha256: row.component_sha256, instead_of }))
}
