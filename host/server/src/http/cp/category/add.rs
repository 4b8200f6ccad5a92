use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Component, one};
use crate::account::token::Caller;
use crate::http::extract::Query;
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, upload, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Only look: say what the component is, and what adding it would do.
    #[serde(default)]
    #[param(required = false, default = false)]
    dry_run: bool,
}

/// Adds a category that is not there yet: its component, as the body.
///
/// It serves from the next request on, on every replica. The component is compiled with bounds and asked who it is first:
/// one that does not load, or does not say, changes nothing. Adding never replaces: a category that is there with another
/// component is `category_exists`.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/categories",
    operation_id = "add_category",
    tag = "administration",
    params(Parameters),
    request_body(content(
        (Component = "application/wasm"),
        (Component = "application/octet-stream"),
    )),
    responses(
        (status = CREATED, body = view::Category, description = "It is added, and serves."),
        (status = OK, body = AddedOrNot,
            description = "It is there already with this very component, and nothing was changed; or, with `dry_run`, \
                what it is and whether it would be new."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`category_exists`, with another component, or `category_name_taken`."),
        (status = UNSUPPORTED_MEDIA_TYPE, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`bad_media_type`: the body is the component itself."),
    ),
)]
pub(crate) async fn add(
    State(market): State<Market>,
    Query(Parameters { dry_run }): Query<Parameters>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let bytes = upload::component(request, market.categories.sandbox().limits().component_bytes).await?;
    if dry_run {
        let candidate = market.categories.examine(&bytes).await?;
        let is_new = market.categories.would_add(&candidate).await?;
        return Ok(Json(view::Candidacy::new(candidate, is_new)).into_response());
    }
    let added = market.categories.add(&bytes, &caller.actor()).await?;
    let status = if added.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(one(&market, &added.row.id).await?)).into_response())
}

/// The one or the other.
#[derive(ToSchema)]
#[schema(as = CategoryThereOrCandidate)]
#[serde(untagged)]
#[allow(dead_code, reason = "a schema, never made")]
pub(crate) enum AddedOrNot {
    There(Box<view::Category>),
    Candidate(Box<view::Candidacy>),
}
