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

/// Why a release is offered again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unyanking {
    /// For the audit log.
    reason: Option<Note>,
}

/// Offers a yanked release again. One that is not yanked stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items/{slug}/versions/{version}/unyank",
    operation_id = "unyank_release",
    tag = "publishing",
    params(OfRelease),
    request_body = Option<Unyanking>,
    responses(
        (status = NO_CONTENT, description = "It is offered."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`release_not_approved`: it was rejected meanwhile."),
    ),
)]
pub(crate) async fn unyank(
    State(market): State<Market>,
    Path(OfRelease { category, slug, version }): Path<OfRelease>,
    caller: Caller,
    Json(Unyanking { reason }): Json<Unyanking>,
) -> Result<StatusCode, Problem> {
    let name = ReleaseName { category, slug, version };
    withdrawal::unyank(&market, &caller, &name, reason.map(Note::into_string).as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
