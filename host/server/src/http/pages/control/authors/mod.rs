//! Authors and their keys, as their tenant sees them, and as an operator sees all. One verb, one file.

pub(in crate::http) mod all;
pub(in crate::http) mod apply;
mod card;
pub(in crate::http) mod create;
pub(in crate::http) mod decide;
pub(in crate::http) mod mine;
pub(in crate::http) mod replace_key;
pub(in crate::http) mod revoke_key;
pub(in crate::http) mod rotate_key;

use marketplace_manifest::PublicKey;
use marketplace_store::{Author, AuthorKey, AuthorQuery, PageError};
use maud::{Markup, html};

use super::refused::{Refused, perhaps};
use crate::http::Problem;
use crate::http::extract::KeyPem;
use crate::http::pages::parts;
use crate::market::Market;

/// The authors of whoever looks.
pub(super) const MINE: &str = "/control-center/authors";
/// Everybody's.
pub(super) const ALL: &str = "/control-center/marketplace/authors";

/// Authors on a page.
const PAGE: u32 = 24;

/// Some authors, each with their keys, and where the list goes on.
struct Found {
    authors: Vec<(Author, Vec<AuthorKey>)>,
    next_cursor: Option<String>,
}

/// A page of authors; the first, if the place in the list is not there any more.
async fn find(market: &Market, mut query: AuthorQuery) -> Result<Found, Problem> {
    query.limit = Some(PAGE);
    query.cursor = query.cursor.filter(|cursor| !cursor.is_empty());
    let page = match market.store.list_authors(&query).await {
        Err(PageError::BadCursor | PageError::Expired) if query.cursor.is_some() => {
            query.cursor = None;
            market.store.list_authors(&query).await?
        }
        other => other?,
    };
    let ids: Vec<_> = page.items.iter().map(|author| author.id.clone()).collect();
    let mut keys = market.store.keys_of_all(&ids).await?;
    let authors = page.items.into_iter().map(|author| {
        let keys = keys.remove(&author.id).unwrap_or_default();
        (author, keys)
    });
    Ok(Found { authors: authors.collect(), next_cursor: page.next_cursor })
}

/// A key that somebody pasted; none, where the server shall hold one.
fn own_key(text: &str) -> Result<Option<PublicKey>, Refused> {
    let pem = perhaps::<KeyPem>("the public key", text.replace("\r\n", "\n").trim())?;
    Ok(pem.map(|pem| pem.key()).transpose()?)
}

/// The field for such a key.
fn key_field(label: &str, hint: &str, value: &str, required: bool) -> Markup {
    parts::field(
        "public_key",
        label,
        hint,
        html! {
            textarea.mono #public_key name="public_key" rows="4" required[required] maxlength="1000" autocomplete="off" autocapitalize="none" spellcheck="false"
                placeholder="-----BEGIN PUBLIC KEY-----" aria-describedby="public_key-hint" { (value) }
        },
    )
}
