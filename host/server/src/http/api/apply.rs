use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_manifest::AuthorId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::author;
use crate::account::token::Caller;
use crate::http::extract::{Json as Body, KeyPem};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    /// The name, for ever.
    id: AuthorId,
    /// The author's own. Without one, this server makes a key, holds it encrypted, and signs for the author.
    public_key: Option<KeyPem>,
}

/// Applies for an author's name.
///
/// The name is the tenant's from now on, and publishes once an operator has verified it. So that nobody takes a stock
/// of names, only so many may wait at a time.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/authors",
    operation_id = "apply_author",
    tag = "publishing",
    request_body = Application,
    responses(
        (status = CREATED, body = view::Author, description = "It waits to be verified."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`name_taken`, `key_taken`, or `too_many_applications` of this tenant wait."),
    ),
)]
pub(crate) async fn apply(
    State(market): State<Market>,
    caller: Caller,
    Body(Application { id, public_key }): Body<Application>,
) -> Result<(StatusCode, Json<view::Author>), Problem> {
    let own_key = public_key.map(|pem| pem.key()).transpose()?;
    let author = author::apply(&market.store, &market.secrets, &caller, &id, own_key).await?;
    let keys = market.store.keys_of(&author.id).await?;
    Ok((StatusCode::CREATED, Json(view::Author::new(author, keys))))
}
