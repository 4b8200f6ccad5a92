use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::AuthorId;
use marketplace_store::AuthorKey;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALL, key_field, own_key};
use crate::account::key;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{Note, OfAuthor, Path};
use crate::http::pages::control::refused::{Refused, read};
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// As it was written, right or wrong.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    public_key: String,
    #[serde(default)]
    reason: String,
}

/// Asks for the key, and how it is known whose it is.
pub(in crate::http) async fn page(
    State(market): State<Market>,
    view: View,
    Path(OfAuthor { author }): Path<OfAuthor>,
) -> Result<Response, Problem> {
    Ok(view.page("Replace the key", draw(&market, &view, &author, &Wish::default(), None).await?))
}

/// Puts a key in force on an operator's word.
pub(in crate::http) async fn replace(
    State(market): State<Market>,
    view: View,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    match replaced(&market, &caller, &author, &wish).await {
        Ok(key) => Ok(view.done(ALL, &format!("The key {} of {author} is in force.", key.fingerprint))),
        Err(refused) => {
            let main = draw(&market, &view, &author, &wish, Some(&refused)).await?;
            Ok(refused.page(&view, "Replace the key", main))
        }
    }
}

async fn replaced(
    market: &Market,
    caller: &Caller,
    author: &AuthorId,
    wish: &Wish,
) -> Result<AuthorKey, Refused> {
    let own_key = own_key(&wish.public_key)?;
    let reason: Note = read("why", wish.reason.trim())?;
    Ok(key::replace(market, &caller.actor(), author, own_key, reason.as_str()).await?)
}

async fn draw(
    market: &Market,
    view: &View,
    author: &AuthorId,
    wish: &Wish,
    refused: Option<&Refused>,
) -> Result<Markup, Problem> {
    let known = market.store.author(author).await?;
    let known = known.ok_or_else(|| Problem::not_found(format!("there is no author `{author}`")))?;
    let active = market.store.active_key(author).await?;
    Ok(control::page(
        view,
        html! {
            p { a.way-back href=(ALL) { (parts::icon(Icon::Back)) "All authors" } }
            (parts::heading(&format!("A key for {author}"), "The way back for an author who lost the old key, or whose keys are all revoked."))
            @if let Some(refused) = refused { (refused.draw()) }
            dl.facts {
                dt { "Tenant" } dd { (known.tenant) }
                dt { "In force" } dd { @match &active {
                    Some(key) => { code.break { (key.fingerprint) } " · " @if key.held_secret.is_some() { "held by this server" } @else { "the author's own" } },
                    None => span.muted { "No key" },
                } }
            }
            form.panel.stack.form method="post" action={ (ALL) "/" (author) "/replace-key" } {
                (form::key(view))
                @if active.is_some() { p { "The key that is in force is retired: what it signed stays good. To distrust it, revoke it." } }
                (key_field("New public key (may be left out)", "The author's own: Ed25519, SPKI in PEM. Without one, this server makes a key, holds it encrypted, and signs for the author.", &wish.public_key, false))
                (parts::field("reason", "Why", "For the audit log: how do you know that it is the author who asks?", html! {
                    textarea #reason name="reason" rows="2" maxlength="4000" required aria-describedby="reason-hint" { (wish.reason) }
                }))
                p { button.button.danger type="submit" { "Put it in force" } }
            }
        },
    ))
}
