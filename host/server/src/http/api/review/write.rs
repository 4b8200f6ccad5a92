use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_store::Rating;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Prose, Title};
use crate::account::token::Caller;
use crate::http::api::known;
use crate::http::extract::{Json as Body, OfItem, Path, Text};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::review::{self, Draft};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewRequest)]
pub(crate) struct Words {
    rating: Rating,
    /// One line.
    title: Option<Title>,
    /// Plain text or Markdown. Kept as it is: what it looks like is the business of who shows it.
    body: Option<Prose>,
}

/// Reviews an item, or replaces the review that the caller's tenant wrote of it.
///
/// Each tenant has one, and only of what it has installed, or had: it names the version that the tenant had last. It is
/// public under the tenant's name.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items/{slug}/reviews",
    operation_id = "write_review",
    tag = "reviews",
    params(OfItem),
    request_body = Words,
    responses(
        (status = CREATED, body = view::Review, description = "It is written."),
        (status = OK, body = view::Review, description = "It stands in place of the one before."),
        (status = FORBIDDEN, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`review_not_installed`: the tenant never had it. `review_own_item`: it is by an author of the \
                tenant. Or the token does not have the scope."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`review_removed`: a moderator took the one before down, for the `reason` that is given."),
    ),
)]
pub(crate) async fn write(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    Body(Words { rating, title, body }): Body<Words>,
) -> Result<(StatusCode, Json<view::Review>), Problem> {
    known(&*market.categories.all().await?, &category)?;
    let draft = Draft { rating, title: title.map(Text::into_string), body: body.map(Text::into_string) };
    let written = review::write(&market, &caller, &category, &slug, draft).await?;
    let status = if written.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(written.review.into())))
}
