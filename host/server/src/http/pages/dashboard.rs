//! What this tenant has: installed items, what is new for them, and how much room is left.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::CategoryId;
use marketplace_store::{Installation, ItemCard, StoreError};
use maud::{Markup, html};

use super::parts::{self, Icon};
use super::{View, item, picture};
use crate::account::license::Gates;
use crate::account::token::Caller;
use crate::category::{Category, Snapshot};
use crate::http::Problem;
use crate::http::access::Visitor;
use crate::market::Market;

/// An installed item, and what is published of it now.
struct Tile {
    installed: Installation,
    /// `None` if it is offered no more.
    offered: Option<ItemCard>,
}

/// The dashboard; for who is not signed in, what would be on it.
pub(in crate::http) async fn dashboard(
    State(market): State<Market>,
    view: View,
    Visitor(caller): Visitor,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(view.page("Dashboard", html! { (parts::heading("Dashboard", "")) (parts::empty(Icon::Dashboard, "This is where what you install appears", html! {
            p { "Sign in to see what is installed on this system, what is new for it, and how much room your license leaves." }
            p.row { a.button.primary href="/sign-in?next=%2Fdashboard" { "Sign in" } a.button href="/marketplace" { "Look around the marketplace" } }
        })) }));
    };
    let categories = market.categories.all().await?;
    let gates = market.gates(Some(&caller)).await?;
    let tiles = tiles(&market, &caller).await?;
    Ok(view.page("Dashboard", draw(&categories, &gates, &tiles)))
}

async fn tiles(market: &Market, caller: &Caller) -> Result<Vec<Tile>, StoreError> {
    let mut tiles = Vec::new();
    for installed in market.store.installations(&caller.tenant).await? {
        let detail = market.store.item(&installed.category, &installed.slug).await?;
        tiles.push(Tile { offered: detail.map(|detail| detail.item.card), installed });
    }
    Ok(tiles)
}

fn draw(categories: &Snapshot, gates: &Gates, tiles: &[Tile]) -> Markup {
    let news: Vec<&Tile> = tiles.iter().filter(|tile| tile.is_behind()).collect();
    let taken: Vec<&Tile> = tiles.iter().filter(|tile| tile.installed.withdrawn.is_some()).collect();
    let mut by_category: BTreeMap<&CategoryId, Vec<&Tile>> = BTreeMap::new();
    for tile in tiles {
        by_category.entry(&tile.installed.category).or_default().push(tile);
    }
    html! {
        (parts::heading("Dashboard", "What is installed on this system."))
        @if !taken.is_empty() {
            (parts::notice("warning", html! { p { strong { (parts::count(taken.len(), "item")) " you have " @if taken.len() == 1 { "was" } @else { "were" } " taken back. " } "Look at "
                @for (number, tile) in taken.iter().enumerate() { @if number > 0 { ", " } a href=(tile.address()) { (tile.title()) } } "." } }))
        }
        @if !news.is_empty() {
            section.stack aria-labelledby="updates" {
                h2 #updates { "Updates" }
                ul.cards { @for tile in &news { li { (tile.draw()) } } }
            }
        }
        section.stack aria-labelledby="room" {
            h2 #room { "Room in your license" }
            ul.meters {
                @for category in categories.enabled() {
                    @let count = by_category.get(&category.row.id).map_or(0, Vec::len);
                    li { (meter(category, gates, count)) }
                }
            }
        }
        @if tiles.is_empty() {
            (parts::empty(Icon::Shop, "Nothing is installed yet", html! {
                p { "Apps, skills, widgets, themes and plugins that you install appear here." }
                p { a.button.primary href="/marketplace" { "Look around the marketplace" } }
            }))
        }
        @for (id, tiles) in &by_category {
            section.stack aria-labelledby={ "of-" (id) } {
                h2 id={ "of-" (id) } { (parts::category_icon(id.as_str())) (categories.iter().find(|category| category.row.id == **id).map_or(id.as_str(), |category| category.row.name.as_str())) }
                ul.cards { @for tile in tiles { li { (tile.draw()) } } }
            }
        }
    }
}

/// How many of a category there are, of how many there may be.
fn meter(category: &Arc<Category>, gates: &Gates, count: usize) -> Markup {
    let row = &category.row;
    let cap = gates.install_cap(&row.id, row.free_install_cap);
    let is_full = cap.is_some_and(|cap| count >= usize::try_from(cap).unwrap_or(usize::MAX));
    html! {
        a.meter href={ "/marketplace/" (row.id) } {
            span.row { (parts::category_icon(row.id.as_str())) strong { (row.name) } }
            @match cap {
                Some(cap) => {
                    svg.bar.large viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                        rect.bar-back width="100" height="8" rx="1" {}
                        rect class=(if is_full { "bar-end" } else { "bar-full" }) width=((count * 100).checked_div(usize::try_from(cap).unwrap_or(1)).unwrap_or(100).min(100)) height="8" rx="1" {}
                    }
                    span.muted { (count) " of " (cap) @if is_full { " · full" } }
                }
                None => span.muted { (count) " · no limit" },
            }
        }
    }
}

impl Tile {
    fn is_behind(&self) -> bool {
        self.offered.as_ref().is_some_and(|card| card.version > self.installed.version)
    }

    fn title(&self) -> &str {
        self.offered.as_ref().map_or(self.installed.slug.as_str(), |card| card.title.as_str())
    }

    fn address(&self) -> String {
        item::address(&self.installed.category, &self.installed.slug)
    }

    fn draw(&self) -> Markup {
        let Installation { category, slug, version, .. } = &self.installed;
        let icon = self
            .offered
            .as_ref()
            .and_then(|card| Some(picture::address(category, slug, &card.version, card.icon.as_ref()?)));
        html! {
            article.card {
                (parts::picture(icon.as_deref(), self.title(), slug.as_str()))
                div.card-body {
                    h3 { a href=(self.address()) { (self.title()) } }
                    p.by { "Version " (version) " · " (parts::date(self.installed.updated_at)) }
                    @if let Some(card) = &self.offered { p.summary { (card.summary) } } @else { p.summary.muted { "It is not offered any more." } }
                }
                @if !self.installed.enabled() { span.badge.danger { "Disabled" } }
                @else if self.is_behind() { span.badge.info { "Update" } }
            }
        }
    }
}
