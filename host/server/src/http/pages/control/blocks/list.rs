use axum::extract::State;
use axum::response::Response;
use marketplace_store::{Block, BlockTarget, Page, PageError};
use maud::{Markup, html};
use serde::Deserialize;

use super::PLACE;
use crate::http::Problem;
use crate::http::pages::control::confirm::{Confirm, Tried, Why};
use crate::http::pages::form::Asked;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// Blocks on a page.
const PAGE: u32 = 50;

/// Which of them, by the word in the address.
const SHOWN: [(&str, &str, Option<bool>); 3] =
    [("", "In force", Some(true)), ("lifted", "Lifted", Some(false)), ("all", "All", None)];

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    show: String,
    #[serde(default)]
    cursor: String,
}

/// What is blocked, and was.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    Ok(view.page("Blocks", draw(&market, &view, &wish, None).await?))
}

/// The list again, with the form in it that was not done.
pub(super) async fn again(market: &Market, view: &View, tried: &Tried) -> Result<Response, Problem> {
    let main = draw(market, view, &Wish::default(), Some(tried)).await?;
    Ok(tried.refused.page(view, "Blocks", main))
}

async fn draw(market: &Market, view: &View, wish: &Wish, tried: Option<&Tried>) -> Result<Markup, Problem> {
    let (shown, _, active) =
        SHOWN.into_iter().find(|(word, ..)| *word == wish.show).unwrap_or(("", "", Some(true)));
    let page = find(market, active, &wish.cursor).await?;
    let next = page.next_cursor.as_ref().map(|cursor| format!("{PLACE}?show={shown}&cursor={cursor}"));
    Ok(control::page(
        view,
        html! {
            div.head {
                (parts::heading("Blocks", "What nobody may have any more: it is not listed, served or installed, and disabled where it is installed."))
                a.button.primary href={ (PLACE) "/new" } { (parts::icon(Icon::Ban)) "Block something" }
            }
                @if let Some(tried) = tried { (tried.draw(view)) }
            nav.tabs aria-label="Which blocks" {
                ul { @for (word, name, _) in SHOWN {
                    @let href = if word.is_empty() { PLACE.to_owned() } else { format!("{PLACE}?show={word}") };
                    li { a href=(href) aria-current=[(word == shown).then_some("page")] { (name) } }
                } }
            }
            @if page.items.is_empty() {
                (parts::empty(Icon::Ban, "Nothing is blocked", html! {
                    p { @if shown == "lifted" { "No block was ever lifted." } @else { "Block a package, an item or a key when it must not be had by anybody any more." } }
                }))
            } @else {
                ul.rows data-more-into { @for block in &page.items { li.panel { (one(view, block, tried)) } } }
                (parts::more(next.as_deref(), "Show more"))
            }
        },
    ))
}

/// From its beginning, if the place in the list is not there any more.
async fn find(market: &Market, active: Option<bool>, cursor: &str) -> Result<Page<Block>, Problem> {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
    match market.store.blocks(active, PAGE, cursor).await {
        Err(PageError::BadCursor | PageError::Expired) if cursor.is_some() => {
            Ok(market.store.blocks(active, PAGE, None).await?)
        }
        other => Ok(other?),
    }
}

fn one(view: &View, block: &Block, tried: Option<&Tried>) -> Markup {
    html! {
        div.row-head {
            h2.break { (target(&block.target)) }
            @if block.lifted.is_some() { span.badge { "Lifted" } } @else { span.badge.danger { (parts::icon(Icon::Ban)) "In force" } }
        }
        p.as-written { "“" (block.reason) "”" }
        p.small.muted { "Since " (parts::moment(block.created_at)) ", by " span.break { (block.created_by) } }
        @match &block.lifted {
            Some(lifted) => {
                p.small.muted { "Lifted " (parts::moment(lifted.at)) ", by " span.break { (lifted.by) } ":" }
                p.as-written { "“" (lifted.reason) "”" }
            },
            None => div.verbs { (lift(block).draw(view, tried)) },
        }
    }
}

/// What a block holds for, by its kind and name.
fn target(target: &BlockTarget) -> Markup {
    html! {
        @match target {
            BlockTarget::Item { category, slug } => { "Item " code { (category) "/" (slug) } },
            BlockTarget::Package { sha256 } => { "Package " code { (sha256) } },
            BlockTarget::Key { fingerprint } => { "Key " code { (fingerprint) } },
        }
    }
}

fn lift(block: &Block) -> Confirm<'_> {
    Confirm {
        action: format!("{PLACE}/{}/lift", block.id),
        summary: "Lift",
        explain: html! { p { "It is offered again, and runs again where it is installed, unless something else stands against it." } },
        why: Why::Must("For the audit log."),
        button: "Lift the block",
        danger: false,
    }
}
