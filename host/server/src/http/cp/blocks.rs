use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::account::token::Caller;
use crate::http::extract::{Json as Body, Limit, Note, OfId, Path, Query};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::withdrawal;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Only those in force, or only those that were lifted; all unless said.
    #[param(nullable = false)]
    active: Option<bool>,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Blocks {
    blocks: Vec<view::Block>,
    next_cursor: Option<String>,
}

/// What is blocked, and was.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/blocks",
    operation_id = "list_blocks",
    tag = "administration",
    params(Parameters),
    responses((status = OK, body = Blocks, description = "Newest first.")),
)]
pub(crate) async fn blocks(
    State(market): State<Market>,
    Query(Parameters { active, limit, cursor }): Query<Parameters>,
) -> Result<Json<Blocks>, Problem> {
    let page = market.store.blocks(active, limit.0, cursor.as_deref()).await?;
    Ok(Json(Blocks {
        blocks: page.items.into_iter().map(Into::into).collect(),
        next_cursor: page.next_cursor,
    }))
}

/// What to block, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBlock {
    target: view::Target,
    /// Everybody reads it: it is in the revocation feed.
    reason: Note,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Blocked {
    #[serde(flatten)]
    block: view::Block,
    /// How many releases it takes back. None, for what is not here yet, or was mistyped.
    #[schema(minimum = 0)]
    releases: i64,
    /// How many installations it disables, of all tenants.
    #[schema(minimum = 0)]
    installations: i64,
}

/// Blocks a package, an item or a key.
///
/// From the answer on nothing of it is listed, served or installed, and it is disabled wherever it is installed: its
/// registry entries are not there, until the block is lifted. Packages and keys may be blocked before they come.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/blocks",
    operation_id = "add_block",
    tag = "administration",
    request_body = NewBlock,
    responses(
        (status = CREATED, body = Blocked, description = "It is blocked."),
        (status = NOT_FOUND, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "There is no item of that name."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_blocked`, by the block that `block` names."),
    ),
)]
pub(crate) async fn block(
    State(market): State<Market>,
    caller: Caller,
    Body(NewBlock { target, reason }): Body<NewBlock>,
) -> Result<(StatusCode, Json<Blocked>), Problem> {
    let made = withdrawal::block(&market.store, &caller.actor(), &target.0, &reason.into_string()).await?;
    let blocked =
        Blocked { block: made.block.into(), releases: made.releases, installations: made.installations };
    Ok((StatusCode::CREATED, Json(blocked)))
}

/// Why a block is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lifting {
    /// For the audit log.
    reason: Note,
}

/// Lifts a block: what it took back is offered again, and runs again, unless something else stands against it.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/blocks/{id}/lift",
    operation_id = "lift_block",
    tag = "administration",
    params(OfId),
    request_body = Lifting,
    responses(
        (status = OK, body = view::Block, description = "As it is now."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_lifted`, by somebody else."),
    ),
)]
pub(crate) async fn lift(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Body(Lifting { reason }): Body<Lifting>,
) -> Result<Json<view::Block>, Problem> {
    let block = withdrawal::lift(&market.store, &caller.actor(), &id, &reason.into_string()).await?;
    Ok(Json(block.into()))
}
