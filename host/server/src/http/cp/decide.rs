use axum::extract::State;
use axum::http::StatusCode;
use marketplace_manifest::Digest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Json, Note, OfId, Path, Text};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;
use crate::release::{self, Decision, Seen};

/// What a moderator says about a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remark {
    /// For the author, and for the audit log. An approval needs one if the name looks like another author's.
    note: Option<Text<0, 4000>>,
    /// What was looked at: if it is not the submission's, nothing is decided.
    manifest_sha256: Option<Digest>,
}

/// Why a release is rejected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rejection {
    /// Tells the author what to mend.
    #[schema(value_type = Note, required = true)]
    note: Option<Text<0, 4000>>,
    /// What was looked at: if it is not the submission's, nothing is decided.
    manifest_sha256: Option<Digest>,
}

/// Approves a release: people may install it.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/queue/{id}/approve",
    operation_id = "approve_submission",
    tag = "moderation",
    params(OfId),
    request_body = Option<Remark>,
    responses(
        (status = NO_CONTENT, description = "It is published."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_decided`, by somebody else; `submission_changed`: it is not what was looked at."),
    ),
)]
pub(crate) async fn approve(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Json(Remark { note, manifest_sha256 }): Json<Remark>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, Decision::Approve, note, manifest_sha256).await
}

/// Rejects a release: the author is told why, mends it and submits it again.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/queue/{id}/reject",
    operation_id = "reject_submission",
    tag = "moderation",
    params(OfId),
    request_body = Rejection,
    responses(
        (status = NO_CONTENT, description = "It is back with its author."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_decided`, by somebody else; `submission_changed`: it is not what was looked at."),
    ),
)]
pub(crate) async fn reject(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Json(Rejection { note, manifest_sha256 }): Json<Rejection>,
) -> Result<StatusCode, Problem> {
    if note.as_ref().is_none_or(Text::is_blank) {
        let detail = "a rejection needs a `note` that tells the author what to mend";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "note_required", detail));
    }
    decide(&market, &caller, &id, Decision::Reject, note, manifest_sha256).await
}

/// Flags a release: somebody else should look.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/queue/{id}/flag",
    operation_id = "flag_submission",
    tag = "moderation",
    params(OfId),
    request_body = Option<Remark>,
    responses(
        (status = NO_CONTENT, description = "It waits for a closer look."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`already_decided`, by somebody else; `submission_changed`: it is not what was looked at."),
    ),
)]
pub(crate) async fn flag(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Json(Remark { note, manifest_sha256 }): Json<Remark>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, Decision::Flag, note, manifest_sha256).await
}

async fn decide(
    market: &Market,
    caller: &Caller,
    id: &str,
    decision: Decision,
    note: Option<Text<0, 4000>>,
    manifest: Option<Digest>,
) -> Result<StatusCode, Problem> {
    let seen = Seen { manifest, status: None };
    release::decide(market, caller, id, decision, note.map(Text::into_string), seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
