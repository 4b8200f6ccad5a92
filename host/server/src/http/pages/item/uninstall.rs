use axum::extract::State;
use axum::response::Response;

use crate::account::token::Caller;
use crate::http::extract::{OfItem, Path};
use crate::http::pages::View;
use crate::http::pages::form::{Form, Nothing};
use crate::http::{Problem, to_the_end};
use crate::installation;
use crate::market::Market;

/// Uninstalls an item.
pub(in crate::http) async fn uninstall(
    State(market): State<Market>,
    view: View,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let address = super::address(&category, &slug);
    let done = format!("{slug} is uninstalled.");
    to_the_end(async move { installation::uninstall(&market, &caller, &category, &slug).await }).await?;
    Ok(view.done(&address, &done))
}
