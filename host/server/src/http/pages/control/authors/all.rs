use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Tenant;
use marketplace_store::AuthorQuery;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALL, card, find};
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control::confirm::Tried;
use crate::http::pages::control::refused::{Refused, perhaps};
use crate::http::pages::control::tokens::known_tenants;
use crate::http::pages::form::Asked;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// Whom to show, as a form says it.
const STATES: [(&str, &str, Option<bool>); 3] = [
    ("", "Everybody", None),
    ("no", "Who is not verified", Some(false)),
    ("yes", "Who is verified", Some(true)),
];

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    verified: String,
    #[serde(default)]
    cursor: String,
}

impl Wish {
    fn query(&self) -> Result<AuthorQuery, Refused> {
        Ok(AuthorQuery {
            tenant: perhaps::<Tenant>("the tenant", self.tenant.trim())?,
            verified: STATES.iter().find(|(word, ..)| *word == self.verified).and_then(|(.., state)| *state),
            limit: None,
            cursor: Some(self.cursor.clone()),
        })
    }

    fn is_filtered(&self) -> bool {
        !self.tenant.trim().is_empty() || !self.verified.is_empty()
    }

    fn next(&self, cursor: &str) -> String {
        let all = [("tenant", self.tenant.trim()), ("verified", &self.verified), ("cursor", cursor)];
        let all: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("{ALL}?{}", serde_urlencoded::to_string(all).unwrap_or_default())
    }
}

/// The authors of all tenants.
pub(in crate::http) async fn list(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    match wish.query() {
        Ok(query) => Ok(view.page("All authors", draw(&market, &view, &wish, query, None).await?)),
        Err(refused) => {
            let main = html! { (head()) (filter(&market, &wish).await?) (refused.draw()) };
            Ok(refused.page(&view, "All authors", control::page(&view, main)))
        }
    }
}

/// The list again, with the form in it that was not done.
pub(super) async fn again(market: &Market, view: &View, tried: &Tried) -> Result<Response, Problem> {
    let main = draw(market, view, &Wish::default(), AuthorQuery::default(), Some(tried)).await?;
    Ok(tried.refused.page(view, "All authors", main))
}

async fn draw(
    market: &Market,
    view: &View,
    wish: &Wish,
    query: AuthorQuery,
    tried: Option<&Tried>,
) -> Result<Markup, Problem> {
    let found = find(market, query).await?;
    let next = found.next_cursor.as_deref().map(|cursor| wish.next(cursor));
    Ok(control::page(
        view,
        html! {
            (head())
                @if let Some(tried) = tried { (tried.draw(view)) }
            (filter(market, wish).await?)
            @if found.authors.is_empty() {
                (parts::empty(Icon::Person, if wish.is_filtered() { "Nobody like that" } else { "There are no authors yet" }, html! {
                    @if wish.is_filtered() { p { a.button href=(ALL) { "Show everybody" } } }
                    @else { p { "Tenants apply for names, or you make an author for one." } p { a.button.primary href={ (ALL) "/new" } { "New author" } } }
                }))
            } @else {
                ul.rows data-more-into { @for (author, keys) in &found.authors { li.panel { (card::draw(view, card::For::Operator, author, keys, tried)) } } }
                (parts::more(next.as_deref(), "Show more"))
            }
            script type="module" src=(asset("copy.js")) {}
        },
    ))
}

fn head() -> Markup {
    html! {
        div.head {
            (parts::heading("All authors", "Who may publish, of all tenants. A name belongs to its first tenant for ever."))
            a.button.primary href={ (ALL) "/new" } { (parts::icon(Icon::Person)) "New author" }
        }
    }
}

async fn filter(market: &Market, wish: &Wish) -> Result<Markup, Problem> {
    Ok(html! {
        form.filter-bar method="get" action=(ALL) {
            (parts::field("tenant", "Tenant", "", html! {
                input #tenant name="tenant" value=(wish.tenant) list="tenants" maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="All tenants";
            }))
            (parts::field("verified", "Show", "", html! {
                select #verified name="verified" { @for (word, name, _) in STATES { option value=(word) selected[word == wish.verified] { (name) } } }
            }))
            div.row {
                button.button type="submit" { (parts::icon(Icon::Filter)) "Show" }
                @if wish.is_filtered() { a.button.quiet href=(ALL) { "Show everybody" } }
            }
            (known_tenants(market).await?)
        }
    })
}
