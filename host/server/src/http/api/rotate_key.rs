use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::key;
use crate::account::token::Caller;
use crate::http::extract::{Json as Body, KeyPem, OfAuthor, Path, RotationSignature};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRotation {
    /// The key that comes into force. Without one, where this server holds the key in force, it makes and holds
    /// another.
    public_key: Option<KeyPem>,
    /// The consent of the key in force.
    rotation_signature: Option<RotationSignature>,
}

/// Puts another key of an author in force, with the consent of the one that is.
///
/// The key in force signs a statement, which names the author and both keys by their fingerprints: see
/// `rotation_signature`. A refusal carries the very text as `statement`. Where this server holds the key in force, it
/// signs for another that it holds; only an operator moves such a name to a key of the author's own. The old key is
/// retired: what it signed stays good, and it signs nothing new.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/authors/{author}/keys",
    operation_id = "rotate_key",
    tag = "publishing",
    params(OfAuthor),
    request_body = Option<KeyRotation>,
    responses(
        (status = CREATED, body = view::AuthorKey, description = "It is in force."),
        (status = FORBIDDEN, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`rotation_signature_required` or `rotation_signature_invalid`, with the `statement` to sign; \
                `key_needs_operator`; `public_key_refused`; or the author is not the caller's."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`key_taken`; `key_changed` meanwhile; or `public_key_required`, the key in force being the \
                author's own."),
    ),
)]
pub(crate) async fn rotate_key(
    State(market): State<Market>,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Body(KeyRotation { public_key, rotation_signature }): Body<KeyRotation>,
) -> Result<(StatusCode, Json<view::AuthorKey>), Problem> {
    let own_key = public_key.map(|pem| pem.key()).transpose()?;
    let signature = rotation_signature.as_ref().map(RotationSignature::as_str);
    let key = key::rotate(&market, &caller, &author, own_key, signature).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}
