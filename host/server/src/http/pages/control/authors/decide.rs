use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::AuthorId;

use super::{ALL, all};
use crate::account::author;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Note, OfAuthor, Path};
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Reason, Tried};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::form::Form;
use crate::market::Market;

/// Lets an author publish.
pub(in crate::http) async fn verify(
    State(market): State<Market>,
    view: View,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let decided = async {
        let why = reason.perhaps()?;
        let why = why.as_ref().map(Note::as_str);
        author::verify(&market.store, &caller.actor(), &author, why).await?;
        Ok(())
    };
    match decided.await {
        Ok(()) => Ok(back(&view, &author, "may publish")),
        Err(refused) => again(&market, &view, reason, refused).await,
    }
}

/// Stops an author from publishing.
pub(in crate::http) async fn unverify(
    State(market): State<Market>,
    view: View,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let decided = async {
        let why = reason.must()?;
        author::unverify(&market.store, &caller.actor(), &author, why.as_str()).await?;
        Ok(())
    };
    match decided.await {
        Ok(()) => Ok(back(&view, &author, "does not publish any more. What is published stays")),
        Err(refused) => again(&market, &view, reason, refused).await,
    }
}

fn back(view: &View, author: &AuthorId, what: &str) -> Response {
    view.done(ALL, &format!("{author} {what}."))
}

async fn again(market: &Market, view: &View, reason: Reason, refused: Refused) -> Result<Response, Problem> {
    all::again(market, view, &Tried::new(reason, refused)).await
}
