use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::key;
use crate::account::token::Caller;
use crate::http::extract::{Because, Json as Body, KeyPem, Note, OfAuthor, OfKey, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyReplacement {
    /// The key that comes into force. Without one, this server makes a key, and holds it encrypted.
    public_key: Option<KeyPem>,
    /// For the audit log: how it is known that the author asks.
    reason: Note,
}

/// Puts a key of an author in force, on an operator's word.
///
/// The way back for an author who lost the old key, or whose keys are all revoked. The key that was in force is
/// retired; to distrust it, revoke it.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/authors/{author}/keys",
    operation_id = "replace_key",
    tag = "administration",
    params(OfAuthor),
    request_body = KeyReplacement,
    responses(
        (status = CREATED, body = view::AuthorKey, description = "It is in force."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`key_taken`, or `key_changed` meanwhile."),
    ),
)]
pub(crate) async fn replace_key(
    State(market): State<Market>,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Body(KeyReplacement { public_key, reason }): Body<KeyReplacement>,
) -> Result<(StatusCode, Json<view::AuthorKey>), Problem> {
    let own_key = public_key.map(|pem| pem.key()).transpose()?;
    let key = key::replace(&market, &caller.actor(), &author, own_key, reason.as_str()).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}

/// Revokes a key of any author: nothing that it signed is installed from now on.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/authors/{author}/keys/{id}/revoke",
    operation_id = "revoke_key",
    tag = "administration",
    params(OfKey),
    request_body = Because,
    responses((status = NO_CONTENT, description = "It is revoked, now or since before.")),
)]
pub(crate) async fn revoke_key(
    State(market): State<Market>,
    Path(OfKey { author, id }): Path<OfKey>,
    caller: Caller,
    Body(Because { reason }): Body<Because>,
) -> Result<StatusCode, Problem> {
    key::revoke(&market, &caller.actor(), &author, &id, reason.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}
