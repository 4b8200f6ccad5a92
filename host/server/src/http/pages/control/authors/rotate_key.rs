use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::AuthorId;
use marketplace_store::AuthorKey;
use maud::{Markup, html};
use serde::Deserialize;

use super::{MINE, key_field, own_key};
use crate::account::token::Caller;
use crate::account::{author, key};
use crate::http::Problem;
use crate::http::extract::{OfAuthor, Path, RotationSignature};
use crate::http::pages::assets::asset;
use crate::http::pages::control::refused::{Refused, perhaps};
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
    signature: String,
}

/// Asks for the new key, and for the consent of the old one.
pub(in crate::http) async fn page(
    State(market): State<Market>,
    view: View,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
) -> Result<Response, Problem> {
    Ok(view.page("Another key", draw(&market, &view, &caller, &author, &Wish::default(), None).await?))
}

/// Puts another key in force, with the consent of the one that is.
pub(in crate::http) async fn rotate(
    State(market): State<Market>,
    view: View,
    Path(OfAuthor { author }): Path<OfAuthor>,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    match rotated(&market, &caller, &author, &wish).await {
        Ok(key) => {
            Ok(view.done(MINE, &format!("The key {} signs for {author} from now on.", key.fingerprint)))
        }
        Err(refused) => {
            let main = draw(&market, &view, &caller, &author, &wish, Some(&refused)).await?;
            Ok(refused.page(&view, "Another key", main))
        }
    }
}

async fn rotated(
    market: &Market,
    caller: &Caller,
    author: &AuthorId,
    wish: &Wish,
) -> Result<AuthorKey, Refused> {
    let own_key = own_key(&wish.public_key)?;
    let signature = perhaps::<RotationSignature>("the signature", wish.signature.trim())?;
    let signature = signature.as_ref().map(RotationSignature::as_str);
    Ok(key::rotate(market, caller, author, own_key, signature).await?)
}

async fn draw(
    market: &Market,
    view: &View,
    caller: &Caller,
    id: &AuthorId,
    wish: &Wish,
    refused: Option<&Refused>,
) -> Result<Markup, Problem> {
    author::of_tenant(&market.store, &caller.tenant, id).await?;
    let active = market.store.active_key(id).await?;
    // What was sent without a signature was a question, and the answer is what to sign.
    let asks = refused.is_some_and(|refused| refused.code() == "rotation_signature_required");
    let statement = refused.map(|refused| refused.text("statement")).filter(|text| !text.is_empty());
    Ok(control::page(
        view,
        html! {
            p { a.way-back href=(MINE) { (parts::icon(Icon::Back)) "Authors and keys" } }
            (parts::heading(&format!("Another key for {id}"), "The old key is retired: what it signed stays good, and it signs nothing new."))
            @if let Some(refused) = refused.filter(|_| !asks) { (refused.draw()) }
            @match active {
                None => (parts::notice("warning", html! {
                    p { strong { "No key is in force, so none can agree to another." } }
                    p { "A token alone does not move a name. Ask an operator to add a key of yours." }
                })),
                Some(key) if key.held_secret.is_some() => (held(view, id, &key)),
                Some(key) => (own(view, id, &key, wish, statement)),
            }
            script type="module" src=(asset("copy.js")) {}
        },
    ))
}

fn held(view: &View, id: &AuthorId, key: &AuthorKey) -> Markup {
    html! {
        form.panel.stack.form method="post" action={ (MINE) "/" (id) "/rotate-key" } {
            (form::key(view))
            p { "This server holds the key in force, " code.break { (key.fingerprint) } ". It makes another, signs for it with the old one, and holds it encrypted." }
            p.muted { "Only an operator moves the name to a key of your own: a token alone may be stolen." }
            p { button.button.primary type="submit" { (parts::icon(Icon::Key)) "Make a new key" } }
        }
    }
}

fn own(view: &View, id: &AuthorId, key: &AuthorKey, wish: &Wish, statement: Option<&str>) -> Markup {
    let command = format!(
        "marketplace author rotate-statement --public-key old.pub.pem --new-public-key new.pub.pem {id} > statement\n\
         openssl pkeyutl -sign -rawin -inkey old.pem -in statement | openssl base64 -A"
    );
    let whole = format!("marketplace author rotate --key old.pem --new-public-key new.pub.pem {id}");
    html! {
        p { "In force: " code.break { (key.fingerprint) } ", your own. It agrees to the new one by its signature, so nobody who stole a token can take your name." }
        form.panel.stack.form method="post" action={ (MINE) "/" (id) "/rotate-key" } {
            (form::key(view))
            h2 { "1. The new key" }
            (key_field("New public key", "Ed25519, SPKI in PEM, as marketplace keygen writes it. Never paste a private key.", &wish.public_key, true))
            h2 { "2. The old key agrees" }
            @match statement {
                Some(statement) => {
                    p { "Sign exactly this with the old key, without a line break at its end:" }
                    pre.wrap #statement { code { (statement) } }
                    p { button.button.small type="button" data-copy="statement" { "Copy" } }
                    p { "These commands write the same text, and sign it:" }
                    pre.wrap { code { (command) } }
                },
                None => p { "Send the form without a signature first: then it shows the statement to sign, and how." },
            }
            (parts::field("signature", "Signature by the old key", "88 characters of base64.", html! {
                input.mono #signature name="signature" value=(wish.signature) maxlength="100" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="signature-hint";
            }))
            p { button.button.primary type="submit" { @if statement.is_some() { "Put the new key in force" } @else { "Go on" } } }
        }
        details.shown {
            summary { "Or let the command do all of it" }
            div.stack {
                p { "Where the old key is a file on your machine, one command signs and sends:" }
                pre.wrap { code { (whole) } }
            }
        }
    }
}
