//! The manifest, and the proof that its author signed it: checked here when the page is made, and again in the browser
//! of whoever does not want to take our word for it.

use maud::{Markup, html};

use super::drawer::Drawer;
use crate::account::author;
use crate::http::pages::parts::{self, Icon};

/// What a check came to.
enum Check {
    Passed,
    Failed,
}

pub(super) fn draw(drawer: &Drawer) -> Markup {
    let latest = &drawer.detail.latest;
    let public = drawer.key.as_ref().and_then(author::public_key);
    let Some(manifest) = drawer.manifest.clone() else {
        return html! { section { h3 { "Manifest" } (parts::notice("danger", html! { p { "The stored manifest cannot be read. Nothing can be installed from it." } })) } };
    };
    let canonical = manifest.canonical();
    let signature = manifest.signature().to_string();
    let shown = serde_json::to_string_pretty(&manifest.to_json()).unwrap_or_default();
    let claims = *manifest.package_sha256();
    let is_signed = public.as_ref().is_some_and(|key| manifest.verify(key).is_ok());
    let is_trusted = drawer.key.as_ref().is_some_and(|key| key.revoked_at.is_none());
    let check = |passed: bool| if passed { Check::Passed } else { Check::Failed };
    let package = format!(
        "/api/v1/marketplace/{}/items/{}/versions/{}/package",
        latest.category, latest.slug, latest.version
    );
    html! {
        section.proof aria-labelledby="proof" {
            h3 #proof { "Manifest and signature" }
            ul.checks {
                (line(&check(is_signed), "The manifest is signed by its author", html! {
                    "Ed25519, by " strong { (latest.author) }
                    @if let Some(key) = &drawer.key { " with the key " code.break { (key.fingerprint) } }
                }))
                (line(&check(is_trusted), "The key is trusted", html! {
                    @match drawer.key.as_ref() {
                        Some(key) if key.revoked_at.is_none() => { "Registered for the author since " (parts::date(key.created_at)) ", and not revoked" }
                        Some(_) => "It was revoked: nothing that it signed is installed any more",
                        None => "It is not known here",
                    }
                }))
                (line(&check(claims == latest.package_sha256), "The package is the one that was signed", html! {
                    "SHA-256 " code.break { (latest.package_sha256) } "; hashed again before each install"
                }))
                (line(&Check::Passed, "Its category looked at what is in it", html! {
                    "Component " code.break { (latest.adapter_sha256) }
                    @if latest.adapter_sha256 != drawer.category.row.component_sha256 { ", since replaced; an install asks the new one" }
                }))
            }
            // For who does not want to take our word for it; without scripts it is not there.
            div.browser-check data-proof hidden
                data-canonical=(canonical) data-signature=(signature) data-package=(package) data-package-sha256=(claims)
                data-key=[public.as_ref().map(|key| key.to_pem())] {
                button.button type="button" data-verify { (parts::icon(Icon::Shield)) "Check it in this browser" }
                p.small.muted { "Fetches the package (" (parts::bytes(latest.package_size)) "), hashes it, and verifies the signature with what your browser brings along." }
                ul.checks aria-live="polite" {}
            }
            details { summary { "The manifest" } pre tabindex="0" { code { (shown) } } }
            details { summary { "The exact text that is signed (RFC 8785)" } pre.wrap tabindex="0" { code { (canonical) } } }
        }
    }
}

fn line(check: &Check, what: &str, how: Markup) -> Markup {
    let (class, picture, word) = match check {
        Check::Passed => ("passed", Icon::Check, "Passed"),
        Check::Failed => ("failed", Icon::Close, "Failed"),
    };
    html! {
        li class=(class) { (parts::icon(picture)) div { p { span.visually-hidden { (word) ": " } strong { (what) } } p.small.muted { (how) } } }
    }
}
