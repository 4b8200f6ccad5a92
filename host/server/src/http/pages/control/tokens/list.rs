use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Tenant;
use marketplace_store::{Page, PageError, Token};
use maud::{Markup, html};
use serde::Deserialize;

use super::{PLACE, known_tenants};
use crate::account::token::is_in_force;
use crate::clock;
use crate::http::Problem;
use crate::http::pages::control::confirm::{Confirm, Tried, Why};
use crate::http::pages::control::refused::perhaps;
use crate::http::pages::form::Asked;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// Tokens on a page.
const PAGE: u32 = 50;

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    cursor: String,
}

/// Every token, without its secret.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let tenant = match perhaps::<Tenant>("the tenant", wish.tenant.trim()) {
        Ok(tenant) => tenant,
        Err(refused) => {
            let main =
                control::page(&view, html! { (head()) (filter(&market, &wish).await?) (refused.draw()) });
            return Ok(refused.page(&view, "Tokens", main));
        }
    };
    let main = draw(&market, &view, &wish, tenant.as_ref(), None).await?;
    Ok(view.page("Tokens", main))
}

/// The list again, with the form in it that was not done.
pub(super) async fn again(market: &Market, view: &View, tried: &Tried) -> Result<Response, Problem> {
    let main = draw(market, view, &Wish::default(), None, Some(tried)).await?;
    Ok(tried.refused.page(view, "Tokens", main))
}

async fn draw(
    market: &Market,
    view: &View,
    wish: &Wish,
    tenant: Option<&Tenant>,
    tried: Option<&Tried>,
) -> Result<Markup, Problem> {
    let page = find(market, tenant, &wish.cursor).await?;
    let next = page.next_cursor.as_ref().map(|cursor| {
        let tenant = tenant.map(|tenant| ("tenant", tenant.as_str()));
        let all: Vec<_> = tenant.into_iter().chain([("cursor", cursor.as_str())]).collect();
        format!("{PLACE}?{}", serde_urlencoded::to_string(all).unwrap_or_default())
    });
    Ok(control::page(
        view,
        html! {
            (head())
                @if let Some(tried) = tried { (tried.draw(view)) }
            (filter(market, wish).await?)
            @if page.items.is_empty() {
                (parts::empty(Icon::Shield, "There is no such token", html! {
                    p { "No token of this tenant was ever made here." }
                    p.row { a.button href=(PLACE) { "All tokens" } a.button.primary href={ (PLACE) "/new" } { "New token" } }
                }))
            } @else {
                ul.rows data-more-into { @for token in &page.items { li.panel { (row(view, token, tried)) } } }
                (parts::more(next.as_deref(), "Show more"))
            }
        },
    ))
}

/// From its beginning, if the place in the list is not there any more.
async fn find(market: &Market, tenant: Option<&Tenant>, cursor: &str) -> Result<Page<Token>, Problem> {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
    match market.store.list_tokens(tenant, PAGE, cursor).await {
        Err(PageError::BadCursor | PageError::Expired) if cursor.is_some() => {
            Ok(market.store.list_tokens(tenant, PAGE, None).await?)
        }
        other => Ok(other?),
    }
}

fn head() -> Markup {
    html! {
        div.head {
            (parts::heading("Tokens", "Who may call, and what they may. Sessions of these pages end with their token."))
            a.button.primary href={ (PLACE) "/new" } { (parts::icon(Icon::Key)) "New token" }
        }
    }
}

async fn filter(market: &Market, wish: &Wish) -> Result<Markup, Problem> {
    Ok(html! {
        form.filter-bar method="get" action=(PLACE) {
            (parts::field("tenant", "Tenant", "", html! {
                input #tenant name="tenant" value=(wish.tenant) list="tenants" maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="All tenants";
            }))
            div.row {
                button.button type="submit" { (parts::icon(Icon::Filter)) "Show" }
                @if !wish.tenant.trim().is_empty() { a.button.quiet href=(PLACE) { "All tenants" } }
            }
            (known_tenants(market).await?)
        }
    })
}

fn row(view: &View, token: &Token, tried: Option<&Tried>) -> Markup {
    let is_mine = view.caller().is_some_and(|caller| caller.token_id == token.id);
    html! {
        div.row-head {
            h2 { @if token.label.is_empty() { span.muted { "No label" } } @else { (token.label) } }
            (state(token))
            @if is_mine { span.badge.info { "You are signed in with it" } }
        }
        dl.facts {
            dt { "Tenant" } dd { (token.tenant) }
            dt { "Begins with" } dd { code { (token.hint) "…" } }
            dt { "Allows" } dd.row { @for scope in &token.scopes { span.chip { (scope) } } }
            dt { "Made" } dd { (parts::moment(token.created_at)) }
            @match (token.revoked_at, token.expires_at) {
                (Some(at), _) => { dt { "Revoked" } dd { (parts::moment(at)) } },
                (None, Some(at)) if at <= clock::now() => { dt { "Ended" } dd { (parts::moment(at)) } },
                (None, Some(at)) => { dt { "Ends" } dd { (parts::moment(at)) } },
                (None, None) => { dt { "Ends" } dd { "Never, unless it is revoked" } },
            }
            dt { "Id" } dd { code.small { (token.id) } }
        }
        @if token.revoked_at.is_none() {
            div.verbs { (revoke(token, is_mine).draw(view, tried)) }
        }
    }
}

fn revoke(token: &Token, is_mine: bool) -> Confirm<'_> {
    Confirm {
        action: format!("{PLACE}/{}/revoke", token.id),
        summary: "Revoke",
        explain: html! {
            p { "From the next call on the token is refused, and every session that was begun with it is over. It cannot be undone: whoever needs one gets a new one." }
            @if is_mine { p { strong { "You are signed in with this token, and will be signed out." } } }
        },
        why: Why::Perhaps("For the audit log."),
        button: "Revoke it",
        danger: true,
    }
}

fn state(token: &Token) -> Markup {
    let (class, word) = match token.revoked_at {
        Some(_) => ("danger", "Revoked"),
        None if is_in_force(token) => ("success", "In force"),
        None => ("warning", "Expired"),
    };
    html! { span class={ "badge " (class) } { (word) } }
}
