use axum::extract::State;
use axum::response::Response;

use super::{PLACE, list};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Reason, Tried};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::form::Form;
use crate::market::Market;
use crate::withdrawal;

/// Lifts a block.
pub(in crate::http) async fn lift(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let lifted = async {
        let why = reason.must()?;
        Ok::<_, Refused>(withdrawal::lift(&market.store, &caller.actor(), &id, why.as_str()).await?)
    };
    match lifted.await {
        Ok(block) => Ok(view.done(PLACE, &format!("The block of {} is lifted.", block.target))),
        Err(refused) => list::again(&market, &view, &Tried::new(reason, refused)).await,
    }
}
