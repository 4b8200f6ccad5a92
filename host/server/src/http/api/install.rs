use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use marketplace_manifest::{CategoryId, Slug, Version};
use marketplace_sandbox::Change;
use marketplace_store::Release;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::extract::{Json as Body, OfItem, Path};
use crate::http::later::{self, Prefer, When};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::installation::{self, Answer, Order};
use crate::market::Market;
use crate::operation::{About, Operation, Wish as Wanted};
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

#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Installed(Box<Installed>),
    Planned(Box<Planned>),
}

/// Installs an item, updates it, or rolls it back; or says what that would do.
///
/// After it, that release is the one that is live for the caller's tenant: all of it, or, if it is refused, what was
/// live before. Asked again for what is live already, it answers the same. Equal requests at once are one operation, and
/// get one answer.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items/{slug}/install",
    operation_id = "install_item",
    tag = "installations",
    params(OfItem, Prefer),
    request_body = Option<Wish>,
    responses(
        (status = CREATED, body = Installed, description = "It is live."),
        (status = OK, body = Planned, description = "What an install would do: the answer to `dry_run`."),
        (status = ACCEPTED, body = view::Operation, description = "It is under way: the answer to `Prefer: respond-async`."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`permissions_changed`: the release asks for more than was granted, see `changes`. \
                `release_yanked` by its author, or `key_revoked`."),
    ),
)]
pub(crate) async fn install(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    when: When,
    Body(wish): Body<Wish>,
) -> Result<Response, Problem> {
    let Wish { version, accept_permissions, dry_run } = wish;
    let order = Order { category, slug, version, accept_permissions, dry_run };
    later::answer(&market, when, &start(&market, caller, order)?).await
}

/// Starts what is ordered, or joins what is under way of it.
pub(in crate::http) fn start(
    market: &Market,
    caller: Caller,
    order: Order,
) -> Result<Arc<Operation>, Problem> {
    let about = About {
        kind: About::INSTALL.into(),
        category: order.category.clone(),
        slug: Some(order.slug.clone()),
        version: order.version.clone(),
        dry_run: order.dry_run,
    };
    let wanted = Wanted { install: Some(order.clone()), ..Wanted::own(&caller) };
    let market_of_work = market.clone();
    let operation = market.operations.start(wanted, about, |work| async move {
        let answer = installation::install(&market_of_work, &caller, &order, &work).await;
        later::outcome(answer.map(shown).map_err(Problem::from))
    })?;
    Ok(operation)
}

/// As the caller sees it.
fn shown(answer: Answer) -> (StatusCode, Shown) {
    match answer {
        Answer::Installed { installation, plan } => {
            let installed = Installed { installation: (*installation).into(), registry: plan.registry };
            (StatusCode::CREATED, Shown::Installed(Box::new(installed)))
        }
        Answer::Planned { release, withdrawn, plan, changes } => {
            let Release { category, slug, version, .. } = *release;
            let withdrawn = withdrawn.map(Into::into);
            let planned = Planned { category, slug, version, dry_run: true, withdrawn, plan, changes };
            (StatusCode::OK, Shown::Planned(Box::new(planned)))
        }
    }
}
