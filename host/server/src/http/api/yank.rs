use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Json, Note, OfRelease, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;
use crate::withdrawal::{self, ReleaseName};

/// Why a release is yanked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Yanking {
    /// Whoever has it installed reads it, and it is in the revocation feed.
    reason: Note,
}

/// Yanks a release: it is not offered any more.
///
/// It is not the latest, not installed anew, and marked where it is installed; its package can still be had by its
/// exact version. Once more for the same reason changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items/{slug}/versions/{version}/yank",
    operation_id = "yank_release",
    tag = "publishing",
    params(OfRelease),
    request_body = Yanking,
    responses(
        (status = NO_CONTENT, description = "It is yanked."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_yanked`, for another reason, which stands."),
    ),
)]
pub(crate) async fn yank(
    State(market): State<Market>,
    Path(OfRelease { category, slug, version }): Path<OfRelease>,
    caller: Caller,
    Json(Yanking { reason }): Json<Yanking>,
) -> Result<StatusCode, Problem> {
    let name = ReleaseName { category, slug, version };
    withdrawal::yank(&market, &caller, &name, &reason.into_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
