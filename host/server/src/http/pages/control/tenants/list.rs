use axum::extract::State;
use axum::response::Response;
use marketplace_store::PageError;
use maud::html;
use serde::Deserialize;

use super::PLACE;
use crate::account::tenant;
use crate::clock;
use crate::http::Problem;
use crate::http::pages::control::license::standing::state;
use crate::http::pages::form::Asked;
use crate::http::pages::{View, control, parts};
use crate::market::Market;

/// Tenants on a page.
const PAGE: u32 = 50;

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    cursor: String,
}

/// Every tenant, with its tier and what it has.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let cursor = Some(wish.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let page = match tenant::list(&market, PAGE, cursor).await {
        Err(PageError::BadCursor | PageError::Expired) if cursor.is_some() => {
            tenant::list(&market, PAGE, None).await?
        }
        other => other?,
    };
    let next = page.next_cursor.as_ref().map(|cursor| format!("{PLACE}?cursor={cursor}"));
    let number = |count: i64| usize::try_from(count).unwrap_or(0);
    let main = control::page(
        &view,
        html! {
            (parts::heading("Tenants and licenses", "Each system that installs from here, and what its license opens. A tenant is made with its first token, author or license."))
            ul.rows data-more-into {
                @for one in &page.items {
                    @let until = one.standing.expires_at.as_deref().and_then(clock::parse_rfc3339);
                    li.panel {
                        div.row-head {
                            h2 { a href={ (PLACE) "/" (one.id) } { (one.id) } }
                            span.badge.info { (one.standing.gates.tier) }
                            (state(one.standing.status))
                        }
                        p.muted.small {
                            (parts::count(number(one.installations), "installation")) " · " (parts::count(number(one.authors), "author"))
                            " · since " (parts::date(one.created_at))
                            @if let Some(until) = until { " · license until " (parts::date(until)) }
                        }
                        p.row.small {
                            a href={ "/control-center/tokens?tenant=" (one.id) } { "Its tokens" }
                            a href={ "/control-center/marketplace/authors?tenant=" (one.id) } { "Its authors" }
                            a href={ "/control-center/audit?actor=" (one.id) } { "What it did" }
                        }
                    }
                }
            }
            (parts::more(next.as_deref(), "Show more"))
        },
    );
    Ok(view.page("Tenants and licenses", main))
}
