use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use marketplace_manifest::{CategoryId, Slug, Version};
use marketplace_sandbox::Change;
use marketplace_store::Release;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::extract::{Json as Body, OfItem, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, to_the_end, view};
use crate::installation::{self, Answer, Order};
use crate::market::Market;
use crate::pipeline::Plan;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InstallRequest)]
pub(crate) struct Wish {
    /// The newest approved one if not said.
    version: Option<Version>,
    /// Agrees to what an update asks for beyond what is granted.
    #[serde(default)]
    accept_permissions: bool,
    /// Says what would be done, and does nothing.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct Installed {
    #[serde(flatten)]
    installation: view::Installation,
    /// The entries that it added to the registry, by key.
    registry: std::collections::BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Planned {
    category: CategoryId,
    slug: Slug,
    version: Version,
    dry_run: bool,
    /// Whether the release, which the user has, was taken back since.
    withdrawn: Option<view::Withdrawn>,
    #[serde(flatten)]
    plan: Plan,
    /// What the user would be asked to agree to, compared with what is installed.
    changes: Vec<Change>,
}

/// Installs an item, updates it, or rolls it back; or says what that would do.
///
/// After it, that release is the one that is live for the caller's tenant: all of it, or, if it is refused, what was
/// live before. Asked again for what is live already, it answers the same.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items/{slug}/install",
    operation_id = "install_item",
    tag = "installations",
    params(OfItem),
    request_body = Option<Wish>,
    responses(
        (status = CREATED, body = Installed, description = "It is live."),
        (status = OK, body = Planned, description = "What an install would do: the answer to `dry_run`."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`permissions_changed`: the release asks for more than was granted, see `changes`. \
                `release_yanked` by its author, or `key_revoked`."),
    ),
)]
pub(crate) async fn install(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    Body(wish): Body<Wish>,
) -> Result<Response, Problem> {
    let Wish { version, accept_permissions, dry_run } = wish;
    let order = Order { category, slug, version, accept_permissions, dry_run };
    let answer = to_the_end(async move { installation::install(&market, &caller, &order).await }).await?;
    Ok(match answer {
        Answer::Installed { installation, plan } => {
            let installed = Installed { installation: (*installation).into(), registry: plan.registry };
            (StatusCode::CREATED, Json(installed)).into_response()
        }
        Answer::Planned { release, withdrawn, plan, changes } => {
            let Release { category, slug, version, .. } = *release;
            let withdrawn = withdrawn.map(Into::into);
            Json(Planned { category, slug, version, dry_run: true, withdrawn, plan, changes }).into_response()
        }
    })
}
