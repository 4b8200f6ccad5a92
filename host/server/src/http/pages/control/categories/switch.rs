use axum::extract::State;
use axum::response::Response;

use super::{PLACE, list};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Note, OfCategory, Path};
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Reason, Tried};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::form::Form;
use crate::market::Market;

/// Serves a category again.
pub(in crate::http) async fn enable(
    State(market): State<Market>,
    view: View,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let switched = async {
        let why = reason.perhaps()?;
        let why = why.as_ref().map(Note::as_str);
        Ok::<_, Refused>(market.categories.enable(&caller.actor(), &category, why).await?)
    };
    match switched.await {
        Ok(row) => Ok(view.done(PLACE, &format!("{} is enabled, and serves.", row.name))),
        Err(refused) => list::again(&market, &view, &Tried::new(reason, refused)).await,
    }
}

/// Stops serving a category.
pub(in crate::http) async fn disable(
    State(market): State<Market>,
    view: View,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let switched = async {
        let why = reason.perhaps()?;
        let why = why.as_ref().map(Note::as_str);
        Ok::<_, Refused>(market.categories.disable(&caller.actor(), &category, why).await?)
    };
    match switched.await {
        Ok(row) => {
            Ok(view.done(PLACE, &format!("{} is disabled. What is installed stays installed.", row.name)))
        }
        Err(refused) => list::again(&market, &view, &Tried::new(reason, refused)).await,
    }
}
