use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Json, Path};
use crate::market::Market;
use crate::release::{self, Decision};

/// The longest note, in characters.
const MAX_NOTE: usize = 4_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    note: Option<String>,
}

/// `POST /cp/api/v1/admin/marketplace/queue/{id}/approve`
pub(crate) async fn approve(
    State(market): State<Market>,
    Path(id): Path<String>,
    caller: Caller,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, Decision::Approve, reason).await
}

/// `POST /cp/api/v1/admin/marketplace/queue/{id}/reject`: the author must be told why.
pub(crate) async fn reject(
    State(market): State<Market>,
    Path(id): Path<String>,
    caller: Caller,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, Problem> {
    if reason.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
        let detail = "a rejection needs a `note` that tells the author what to mend";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "note_required", detail));
    }
    decide(&market, &caller, &id, Decision::Reject, reason).await
}

/// `POST /cp/api/v1/admin/marketplace/queue/{id}/flag`
pub(crate) async fn flag(
    State(market): State<Market>,
    Path(id): Path<String>,
    caller: Caller,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, Problem> {
    decide(&market, &caller, &id, Decision::Flag, reason).await
}

async fn decide(
    market: &Market,
    caller: &Caller,
    id: &str,
    decision: Decision,
    Reason { note }: Reason,
) -> Result<StatusCode, Problem> {
    if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        let detail = format!("the `note` is longer than {MAX_NOTE} characters; make it shorter");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "note_too_long", detail));
    }
    release::decide(market, caller, id, decision, note).await?;
    Ok(StatusCode::NO_CONTENT)
}
