use axum::extract::State;
use axum::response::Response;
use marketplace_store::ReviewDecision;
use serde::Deserialize;

use super::list::{Tab, Wrong, again};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::View;
use crate::http::pages::control::{needs_reason, noted};
use crate::http::pages::form::Form;
use crate::market::Market;
use crate::review;

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    r#do: Do,
    #[serde(default)]
    reason: String,
    /// What was shown.
    revision: i64,
    /// Which list it was shown in.
    #[serde(default)]
    show: Tab,
}

/// Which button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Do {
    Remove,
    Dismiss,
    Restore,
}

/// Decides on a review as it was shown.
pub(in crate::http) async fn decide(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    let (decision, done) = match wish.r#do {
        Do::Remove => (ReviewDecision::Remove, "The review is removed, and its writer is told why."),
        Do::Dismiss => (ReviewDecision::Dismiss, "The reports are dismissed, and the review stays."),
        Do::Restore => (ReviewDecision::Restore, "The review is public again."),
    };
    let decided = match noted(&wish.reason) {
        Ok(Some(reason)) => {
            let seen = Some(wish.revision);
            let decided = review::moderate(&market, &caller, &id, decision, seen, reason.as_str()).await;
            decided.map(drop).map_err(Problem::from)
        }
        Ok(None) => Err(needs_reason("a decision on a review needs a reason; write one")),
        Err(problem) => Err(problem),
    };
    let Err(problem) = decided else { return Ok(view.done(&wish.show.address(), done)) };
    let (status, _, message) = problem.told();
    if status.is_server_error() {
        return Err(problem);
    }
    let wrong = Wrong { status, id, reason: wish.reason, message: message.to_owned() };
    again(&market, &view, wish.show, &wrong).await
}
