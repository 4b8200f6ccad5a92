use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::drawer::Drawer;
use super::leftover;
use crate::http::Problem;
use crate::http::api::operation::find_for;
use crate::http::extract::{OfItem, Path};
use crate::http::pages::View;
use crate::http::pages::form::Asked;
use crate::http::pages::gallery::{Gallery, Wish};
use crate::market::Market;

/// What the drawer is asked to show besides.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Besides {
    /// Work on the item that is under way, or has just ended.
    operation: Option<String>,
    /// Where the list of reviews goes on.
    reviews: Option<String>,
}

/// An item, in front of the gallery that it was found in.
pub(in crate::http) async fn show(
    State(market): State<Market>,
    view: View,
    Path(OfItem { category, slug }): Path<OfItem>,
    Asked(wish): Asked<Wish>,
    Asked(besides): Asked<Besides>,
) -> Result<Response, Problem> {
    // The work first, then what came of it: one that ends in between is looked at again, and never said to be done beside
    // an item that is not there yet.
    let operation = match (&besides.operation, view.caller()) {
        // One that is forgotten by now has nothing to tell.
        (Some(id), Some(caller)) => find_for(&market, caller, id).await.ok().map(|found| found.view(&market)),
        _ => None,
    };
    let gallery = Gallery::find(&market, &view, wish.behind(&category), wish).await?;
    let found = Drawer::find(&market, &view, &category, &slug, besides.reviews.as_deref()).await;
    let mut drawer = match (found, view.caller()) {
        (Ok(drawer), _) => drawer,
        // Who has what is offered no more should know, and can be rid of it.
        (Err(problem), Some(caller)) => {
            let left = market.store.installation(&caller.tenant, &category, &slug).await?.ok_or(problem)?;
            return Ok(view.page(slug.as_str(), gallery.draw(&view, Some(leftover::draw(&view, &left)))));
        }
        (Err(problem), None) => return Err(problem),
    };
    drawer.operation = operation;
    Ok(view.page(drawer.title(), gallery.draw(&view, Some(drawer.draw(&view, &gallery.wish)))))
}
