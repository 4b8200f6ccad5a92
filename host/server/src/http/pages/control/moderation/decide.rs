use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use marketplace_manifest::Digest;
use marketplace_store::{DecideError, Status};
use serde::Deserialize;

use super::show::{Case, Wrong};
use super::{address, queue_of};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Note, OfId, Path};
use crate::http::pages::View;
use crate::http::pages::control::{needs_reason, noted};
use crate::http::pages::form::Form;
use crate::market::Market;
use crate::release::{self, Decision, Seen};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    r#do: Do,
    #[serde(default)]
    note: String,
    /// What was shown.
    manifest_sha256: Digest,
    /// How it stood.
    status: Status,
}

/// Which button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Do {
    Approve,
    Reject,
    Flag,
}

/// Decides on a release as it was shown, and goes on to the next.
pub(in crate::http) async fn decide(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    let note = match noted(&wish.note) {
        Ok(None) if wish.r#do == Do::Reject => {
            Err(needs_reason("a rejection needs a note that tells the author what to mend; write one"))
        }
        other => other,
    };
    let decision = match wish.r#do {
        Do::Approve => Decision::Approve,
        Do::Reject => Decision::Reject,
        Do::Flag => Decision::Flag,
    };
    let seen = Seen { manifest: Some(wish.manifest_sha256), status: Some(wish.status) };
    let decided = match note {
        Ok(note) => {
            let note = note.map(Note::into_string);
            release::decide(&market, &caller, &id, decision, note, seen).await.map_err(|error| {
                let is_about_note = matches!(error, DecideError::NoteRequired { .. });
                (Problem::from(error), is_about_note)
            })
        }
        Err(problem) => Err((problem, true)),
    };
    let release = match decided {
        Ok(release) => release,
        Err((problem, is_about_note)) => {
            let (status, _, message) = problem.told();
            if status.is_server_error() || status == StatusCode::NOT_FOUND {
                return Err(problem);
            }
            let wrong = Wrong { status, note: wish.note, message: message.to_owned(), is_about_note };
            // As it stands now: somebody else may have been here.
            return Ok(Case::find(&market, &id).await?.again(&view, &wrong));
        }
    };
    let what = match decision {
        Decision::Approve => "approved",
        Decision::Reject => "rejected",
        Decision::Flag => "flagged",
    };
    let (before, after) = market.store.beside(&id, wish.status).await?;
    let done = format!("{} {} is {what}.", release.card.title, release.version);
    Ok(match after.or(before) {
        Some(next) => view.done(&address(&next), &format!("{done} This is the next one.")),
        None => view.done(&queue_of(wish.status), &format!("{done} Nothing else waits here.")),
    })
}
