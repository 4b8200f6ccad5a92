use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::AuthorId;
use marketplace_store::Author;
use maud::{Markup, html};
use serde::Deserialize;

use super::{MINE, key_field, own_key};
use crate::account::author;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::control::refused::{Refused, read};
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// As it was written, right or wrong.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    id: String,
    #[serde(default)]
    public_key: String,
}

/// Asks for the name.
pub(in crate::http) async fn page(view: View) -> Response {
    view.page("Apply for a name", draw(&view, &Wish::default(), None))
}

/// Takes a name for the tenant; an operator verifies it.
pub(in crate::http) async fn apply(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    Ok(match applied(&market, &caller, &wish).await {
        Ok(author) => view
            .done(MINE, &format!("{} is yours. It publishes once an operator has verified it.", author.id)),
        Err(refused) => refused.page(&view, "Apply for a name", draw(&view, &wish, Some(&refused))),
    })
}

async fn applied(market: &Market, caller: &Caller, wish: &Wish) -> Result<Author, Refused> {
    let id: AuthorId = read("the name", wish.id.trim())?;
    let own_key = own_key(&wish.public_key)?;
    Ok(author::apply(&market.store, &market.secrets, caller, &id, own_key).await?)
}

fn draw(view: &View, wish: &Wish, refused: Option<&Refused>) -> Markup {
    control::page(
        view,
        html! {
            p { a.way-back href=(MINE) { (parts::icon(Icon::Back)) "Authors and keys" } }
            (parts::heading("Apply for a name", "People know you by it. It is yours for ever, and cannot be changed."))
            @if let Some(refused) = refused { (refused.draw()) }
            form.panel.stack.form method="post" action={ (MINE) "/apply" } {
                (form::key(view))
                (parts::field("id", "Name", "2 to 64 lower-case letters and digits, with single hyphens between them.", html! {
                    input #id name="id" value=(wish.id) required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="id-hint";
                }))
                details.shown open[!wish.public_key.is_empty()] {
                    summary { "I have a key of my own" }
                    div.stack {
                        p { "Without one, this server makes a key, holds it encrypted, and signs for you. With one, only you can sign: " code { "marketplace keygen" } " makes it." }
                        (key_field("Public key", "Ed25519, SPKI in PEM. Never paste a private key.", &wish.public_key, false))
                    }
                }
                p { button.button.primary type="submit" { "Apply" } }
            }
        },
    )
}
