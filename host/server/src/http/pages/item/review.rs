//! Saying what one thinks of an item, and of what others say.

use axum::extract::State;
use axum::response::Response;
use marketplace_store::Rating;
use serde::Deserialize;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::api::review::{Prose, Title};
use crate::http::extract::{Note, OfItem, OfReview, Path};
use crate::http::pages::View;
use crate::http::pages::form::{Form, Nothing};
use crate::market::Market;
use crate::review::{self, Draft};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Words {
    rating: i64,
    title: String,
    body: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Complaint {
    reason: Note,
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Answer {
    body: Prose,
}

/// A field that nobody filled in says nothing; others keep the rules of the API.
fn perhaps<T: serde::de::DeserializeOwned>(text: String) -> Result<Option<T>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let value = serde_json::from_value(serde_json::Value::String(text));
    value.map(Some).map_err(|error| {
        Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "bad_form", error.to_string())
    })
}

/// Writes a review, or another in its place.
pub(in crate::http) async fn write(
    State(market): State<Market>,
    view: View,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    Form(Words { rating, title, body }): Form<Words>,
) -> Result<Response, Problem> {
    let rating = Rating::try_from(rating).map_err(|error| {
        Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "bad_form", error.to_string())
    })?;
    let (title, body) = (perhaps::<Title>(title)?, perhaps::<Prose>(body)?);
    let draft = Draft { rating, title: title.map(Title::into_string), body: body.map(Prose::into_string) };
    let written = review::write(&market, &caller, &category, &slug, draft).await?;
    let words =
        if written.created { "Your review is published. Thank you." } else { "Your review is changed." };
    Ok(view.done(&super::address(&category, &slug), words))
}

/// Removes one's own review.
pub(in crate::http) async fn remove(
    State(market): State<Market>,
    view: View,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    review::remove(&market, &caller, &category, &slug).await?;
    Ok(view.done(&super::address(&category, &slug), "Your review is removed."))
}

/// Tells the moderators of a review.
pub(in crate::http) async fn report(
    State(market): State<Market>,
    view: View,
    Path(OfReview { category, slug, id }): Path<OfReview>,
    caller: Caller,
    Form(Complaint { reason }): Form<Complaint>,
) -> Result<Response, Problem> {
    review::report(&market, &caller, &category, &slug, &id, reason.as_str()).await?;
    Ok(view.done(&super::address(&category, &slug), "A moderator will look at it. Thank you."))
}

/// Answers a review, as the item's author.
pub(in crate::http) async fn reply(
    State(market): State<Market>,
    view: View,
    Path(OfReview { category, slug, id }): Path<OfReview>,
    caller: Caller,
    Form(Answer { body }): Form<Answer>,
) -> Result<Response, Problem> {
    review::reply(&market, &caller, &category, &slug, &id, body.as_str()).await?;
    Ok(view.done(&super::address(&category, &slug), "Your reply is published."))
}
