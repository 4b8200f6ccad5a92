//! Signing with a key that never comes here.

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use marketplace_manifest::{AuthorId, Digest, Draft as ManifestDraft, Manifest, Signature, Unsigned};
use marketplace_store::{AuthorKey, StoreError};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::survey::{Page, Wrong};
use super::{address, gone, send};
use crate::account::author::public_key;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control, document};
use crate::market::Market;

/// Who signs for an author.
pub(super) enum Signer {
    /// The server, with a key that it holds.
    Server(AuthorKey),
    /// The author, elsewhere.
    Author(AuthorKey),
    /// No key is in force.
    Nobody,
}

impl Signer {
    pub(super) async fn of(market: &Market, author: &AuthorId) -> Result<Self, StoreError> {
        Ok(match market.store.active_key(author).await? {
            Some(key) if key.held_secret.is_some() => Self::Server(key),
            Some(key) => Self::Author(key),
            None => Self::Nobody,
        })
    }
}

/// How to sign at home, once there is something to sign.
pub(super) fn draw(page: &Page, view: &View, is_fit: bool, wrong: Option<&Wrong>) -> Markup {
    let key = match &page.signer {
        Signer::Server(_) => return html! {},
        Signer::Nobody => {
            return parts::notice(
                "danger",
                html! {
                    p { strong { (page.draft.author) " has no key in force." } }
                    p { "Nothing can be signed for it until an operator has registered a new key. " a href="/control-center/authors" { "Authors and keys" } }
                },
            );
        }
        Signer::Author(key) => key,
    };
    let manifest = page.draft.manifest(page.kind()).filter(|_| is_fit);
    let unsigned = manifest.and_then(|manifest| whole(page, manifest));
    html! {
        section.panel.stack #sign aria-labelledby="sign-heading" {
            h2 #sign-heading { "Sign and submit" }
            p { "You hold the key of " strong { (page.draft.author) } ", " code.break { (key.fingerprint) } ". Sign at home, and paste the signature here." }
            @match unsigned {
                None => p.muted { "The exact text to sign is shown here when nothing stands in the way any more. Check again after each change." },
                Some(unsigned) => (ask(page, view, &unsigned, wrong)),
            }
        }
    }
}

fn whole(page: &Page, manifest: ManifestDraft) -> Option<Unsigned> {
    manifest.fill(&page.draft.author, &page.draft.package.sealed().digest()).ok()
}

fn ask(page: &Page, view: &View, unsigned: &Unsigned, wrong: Option<&Wrong>) -> Markup {
    let here = address(&page.draft);
    let stem = stem(unsigned);
    html! {
        div.stack {
            h3 { "With the command" }
            ol.stack {
                li { a href={ (here) "/manifest.yaml" } download { "Download the manifest" } ", " code { (stem) ".yaml" } "." }
                li { "Sign it: "
                    pre tabindex="0" { code { "marketplace sign " (stem) ".yaml --key author.pem" } } }
                li { "Paste what then stands behind " code { "manifest_signature" } " in it." }
            }
            details {
                summary { "With another tool" }
                div.stack {
                    p { "The signature is Ed25519 over these bytes, which are the manifest in canonical form (RFC 8785), without a line break at the end; in base64." }
                    pre.wrap tabindex="0" aria-label="The exact text to sign" { code { (unsigned.canonical()) } }
                    p { a href={ (here) "/canonical.json" } download { "Download exactly these bytes" } ", then:" }
                    pre tabindex="0" { code { "openssl pkeyutl -sign -rawin -inkey author.pem -in " (stem) ".canonical.json | base64 -w 0" } }
                    p.muted.small { "Their SHA-256 is " code.break { (unsigned.digest()) } "." }
                }
            }
            form.stack method="post" action={ (here) "/sign" } {
                (form::key(view))
                // What was shown is what is signed: another page may have changed it since.
                input type="hidden" name="manifest_sha256" value=(unsigned.digest());
                (parts::field("signature", "Signature", "88 characters of base64.", html! {
                    textarea #signature name="signature" rows="3" required maxlength="400" spellcheck="false" autocomplete="off"
                        aria-describedby="signature-hint" aria-invalid=[wrong.map(|_| "true")] aria-errormessage=[wrong.map(|_| "signature-error")] {
                        (wrong.map(|wrong| wrong.signature.as_str()).unwrap_or_default())
                    }
                }))
                @if let Some(wrong) = wrong { div.field-error #signature-error role="alert" { p { (document::sentence(&wrong.reason)) } } }
                button.button.primary type="submit" { (parts::icon(Icon::Key)) "Submit" }
            }
        }
    }
}

fn stem(unsigned: &Unsigned) -> String {
    format!("{}-{}", unsigned.name(), unsigned.version())
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Signed {
    manifest_sha256: Digest,
    signature: String,
}

/// Submits a draft with a signature that was made elsewhere.
pub(in crate::http) async fn sign(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(Signed { manifest_sha256, signature }): Form<Signed>,
) -> Result<Response, Problem> {
    let Some(draft) = market.drafts.find(&caller, &id) else { return Ok(gone(&view)) };
    let page = Page::find(&market, draft).await?;
    let checked = judge(&page, &manifest_sha256, &signature);
    match checked {
        Ok(signature) => send::send(&market, &view, caller, &page.draft, Some(&signature)).await,
        Err(reason) => {
            let wrong = Wrong { signature, reason };
            let body = control::page(&view, page.draw(&view, None, Some(&wrong)));
            let title = format!("Submit {}", page.title());
            Ok((StatusCode::UNPROCESSABLE_ENTITY, document::page(&view, &title, body)).into_response())
        }
    }
}

/// The signature, if it is one of what was shown; or why not.
fn judge(page: &Page, shown: &Digest, text: &str) -> Result<Signature, String> {
    let manifest = page.draft.manifest(page.kind());
    let unsigned = manifest.clone().and_then(|manifest| whole(page, manifest));
    let (Some(manifest), Some(unsigned)) = (manifest, unsigned) else {
        return Err("what you say of it breaks a rule by now; check it again, and sign after that".into());
    };
    if unsigned.digest() != *shown {
        return Err("what you say of it was changed since this was shown; sign what is shown now".into());
    }
    // The whole line may have been copied.
    let word = text.split_whitespace().last().unwrap_or_default().trim_matches(['"', '\'', ',']);
    let signature: Signature = word.parse().map_err(|error| format!("this is no signature: {error}"))?;
    let mut document = manifest.to_json();
    document["manifest_signature"] = json!(signature.to_string());
    let signed = Manifest::parse(document.to_string().as_bytes()).map_err(|error| error.to_string())?;
    let Signer::Author(key) = &page.signer else {
        return Err("another key came into force meanwhile; load the page again".into());
    };
    let key = public_key(key).ok_or("the registered key cannot be read; tell an operator")?;
    signed.verify(&key).map_err(|error| error.to_string())?;
    Ok(signature)
}

/// The manifest, to be signed by the command.
pub(in crate::http) async fn manifest(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Response, Problem> {
    let Some((_, manifest)) = to_sign(&market, &caller, &id).await? else { return Ok(gone(&view)) };
    let name = format!("{}-{}.yaml", manifest.name(), manifest.version());
    Ok(attached("application/yaml", &name, manifest.to_yaml()))
}

/// The exact bytes to sign, for every other tool.
pub(in crate::http) async fn canonical(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Response, Problem> {
    let Some((page, manifest)) = to_sign(&market, &caller, &id).await? else { return Ok(gone(&view)) };
    let unsigned = whole(&page, manifest).ok_or_else(not_fit)?;
    let name = format!("{}.canonical.json", stem(&unsigned));
    Ok(attached("application/json", &name, unsigned.canonical()))
}

async fn to_sign(
    market: &Market,
    caller: &Caller,
    id: &str,
) -> Result<Option<(Page, ManifestDraft)>, Problem> {
    let Some(draft) = market.drafts.find(caller, id) else { return Ok(None) };
    let page = Page::find(market, draft).await?;
    let manifest = page.draft.manifest(page.kind()).ok_or_else(not_fit)?;
    Ok(Some((page, manifest)))
}

fn not_fit() -> Problem {
    let detail =
        "the manifest breaks a rule, so there is nothing to sign yet; go back, and mend what is said";
    Problem::new(StatusCode::CONFLICT, "draft_not_fit", detail)
}

fn attached(media_type: &'static str, name: &str, text: String) -> Response {
    let headers: [(HeaderName, String); 3] = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        // Names and versions are letters, digits, dots and hyphens.
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}
