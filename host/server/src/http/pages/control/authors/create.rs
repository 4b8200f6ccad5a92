use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::{AuthorId, Tenant};
use marketplace_store::Author;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALL, key_field, own_key};
use crate::account::author;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::control::refused::{Refused, read};
use crate::http::pages::control::tokens::known_tenants;
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// As it was written, right or wrong.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    public_key: String,
}

/// Asks for whom, and by which name.
pub(in crate::http) async fn page(State(market): State<Market>, view: View) -> Result<Response, Problem> {
    Ok(view.page("New author", draw(&market, &view, &Wish::default(), None).await?))
}

/// Makes a verified author of a tenant.
pub(in crate::http) async fn create(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    match created(&market, &caller, &wish).await {
        Ok(author) => {
            let text = format!("{} may publish for the tenant {}.", author.id, author.tenant);
            Ok(view.done(&format!("{ALL}?tenant={}", author.tenant), &text))
        }
        Err(refused) => {
            let main = draw(&market, &view, &wish, Some(&refused)).await?;
            Ok(refused.page(&view, "New author", main))
        }
    }
}

async fn created(market: &Market, caller: &Caller, wish: &Wish) -> Result<Author, Refused> {
    let tenant: Tenant = read("the tenant", wish.tenant.trim())?;
    let id: AuthorId = read("the name", wish.id.trim())?;
    let own_key = own_key(&wish.public_key)?;
    Ok(author::create(&market.store, &market.secrets, &caller.actor(), &tenant, &id, own_key).await?)
}

async fn draw(
    market: &Market,
    view: &View,
    wish: &Wish,
    refused: Option<&Refused>,
) -> Result<Markup, Problem> {
    Ok(control::page(
        view,
        html! {
            p { a.way-back href=(ALL) { (parts::icon(Icon::Back)) "All authors" } }
            (parts::heading("New author", "Verified at once: you vouch for them."))
            @if let Some(refused) = refused { (refused.draw()) }
            form.panel.stack.form method="post" action={ (ALL) "/new" } {
                (form::key(view))
                (parts::field("tenant", "Tenant", "Whose author it is, for ever. A name that is not there yet makes a new tenant.", html! {
                    input #tenant name="tenant" value=(wish.tenant) list="tenants" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="tenant-hint";
                }))
                (known_tenants(market).await?)
                (parts::field("id", "Name", "2 to 64 lower-case letters and digits, with single hyphens between them.", html! {
                    input #id name="id" value=(wish.id) required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="id-hint";
                }))
                (key_field("Public key (may be left out)", "The author's own: Ed25519, SPKI in PEM. Without one, this server makes a key, holds it encrypted, and signs for the author.", &wish.public_key, false))
                p { button.button.primary type="submit" { "Make the author" } }
            }
        },
    ))
}
