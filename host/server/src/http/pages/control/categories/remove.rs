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

/// Removes a category that has no items.
pub(in crate::http) async fn remove(
    State(market): State<Market>,
    view: View,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let removed = async {
        let why = reason.perhaps()?;
        let why = why.as_ref().map(Note::as_str);
        Ok::<_, Refused>(market.categories.remove(&caller.actor(), &category, why).await?)
    };
    match removed.await {
        Ok(()) => Ok(view.done(PLACE, &format!("The category {category} is removed."))),
        Err(refused) => list::again(&market, &view, &Tried::new(reason, refused)).await,
    }
}
