use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::api::known;
use crate::http::extract::{Json, Note, OfReview, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;
use crate::review;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportRequest)]
pub(crate) struct Complaint {
    /// What is wrong with it, for the moderators.
    reason: Note,
}

/// Reports a review to the moderators. It is shown until one of them decides.
///
/// Each tenant reports a review once; again only when its writer has edited it after a moderator decided.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items/{slug}/reviews/{id}/report",
    operation_id = "report_review",
    tag = "reviews",
    params(OfReview),
    request_body = Complaint,
    responses(
        (status = NO_CONTENT, description = "A moderator will look at it."),
        (status = FORBIDDEN, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`review_own`: the caller's tenant wrote it. Or the token does not have the scope."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`review_reported`, by this tenant, before."),
    ),
)]
pub(crate) async fn report(
    State(market): State<Market>,
    Path(OfReview { category, slug, id }): Path<OfReview>,
    caller: Caller,
    Json(Complaint { reason }): Json<Complaint>,
) -> Result<StatusCode, Problem> {
    known(&*market.categories.all().await?, &category)?;
    review::report(&market, &caller, &category, &slug, &id, &reason.into_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
