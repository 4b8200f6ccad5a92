//! An author and the keys, as a list shows them.

use marketplace_store::{Author, AuthorKey};
use maud::{Markup, html};

use super::{ALL, MINE};
use crate::account::author;
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Confirm, Tried, Why};
use crate::http::pages::parts::{self, Icon};

/// For whom it is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// The author's tenant.
    Owner,
    /// Who runs the server.
    Operator,
}

pub(super) fn draw(
    view: &View,
    whom: For,
    author: &Author,
    keys: &[AuthorKey],
    tried: Option<&Tried>,
) -> Markup {
    let active = keys.iter().find(|key| key.is_active());
    html! {
        div.row-head {
            h2 { (author.id) }
            (standing(author))
        }
        @if let (None, Some(reason)) = (author.verified_at, &author.unverified_reason) {
            (parts::notice("warning", html! { p { "An operator stopped this author from publishing: “" (reason) "”" } p.small { "What is published stays. Ask an operator what would change their mind." } }))
        }
        dl.facts {
            @if whom == For::Operator { dt { "Tenant" } dd { a href={ "/control-center/tenants/" (author.tenant) } { (author.tenant) } } }
            dt { "Since" } dd { (parts::date(author.created_at)) }
            @if let Some(at) = author.verified_at { dt { "Verified" } dd { (parts::date(at)) } }
        }
        @if active.is_none() {
            (parts::notice("warning", html! {
                p { strong { "No key is in force, so nothing can be published under this name." } }
                @if whom == For::Owner { p { "A token alone does not bring one: ask an operator to add a key of yours." } }
            }))
        }
        div.verbs { (verbs(view, whom, author, active, tried)) }
        h3 { "Keys" }
        @if keys.is_empty() { p.muted { "There is none." } }
        ul.author-keys { @for key in keys.iter().rev() { li { (one(view, whom, author, key, tried)) } } }
    }
}

fn standing(author: &Author) -> Markup {
    let (class, word) = match (author.verified_at, &author.unverified_reason) {
        (Some(_), _) => ("success", "Verified"),
        (None, Some(_)) => ("danger", "Stopped"),
        (None, None) => ("info", "Waits to be verified"),
    };
    html! { span class={ "badge " (class) } { (word) } }
}

fn verbs(
    view: &View,
    whom: For,
    author: &Author,
    active: Option<&AuthorKey>,
    tried: Option<&Tried>,
) -> Markup {
    let id = &author.id;
    html! {
        @match (whom, active) {
            (For::Owner, Some(key)) if key.held_secret.is_some() => {
                (Confirm {
                    action: format!("{MINE}/{id}/rotate-key"),
                    summary: "New key",
                    explain: html! { p { "This server makes another key, holds it encrypted, and signs with it from now on. The old one is retired: what it signed stays good." } },
                    why: Why::Unasked,
                    button: "Make a new key",
                    danger: false,
                }.draw(view, tried))
            }
            (For::Owner, Some(_)) => a.button.small href={ (MINE) "/" (id) "/rotate-key" } { (parts::icon(Icon::Key)) "Put another key in force" },
            (For::Owner, None) => {}
            (For::Operator, _) => {
                @if author.verified_at.is_some() {
                    (Confirm {
                        action: format!("{ALL}/{id}/unverify"),
                        summary: "Stop publishing",
                        explain: html! { p { "Nothing more is submitted under " strong { (id) } ". What is published stays: to take that away, revoke the key, or block it." } },
                        why: Why::Must("The author reads it."),
                        button: "Stop publishing",
                        danger: true,
                    }.draw(view, tried))
                } @else {
                    (Confirm {
                        action: format!("{ALL}/{id}/verify"),
                        summary: "Verify",
                        explain: html! { p { strong { (id) } " may publish for the tenant " strong { (author.tenant) } ", as far as its license goes. The name is theirs for ever." } },
                        why: Why::Perhaps("For the audit log: how do you know who it is?"),
                        button: "Let them publish",
                        danger: false,
                    }.draw(view, tried))
                }
                a.button.small href={ (ALL) "/" (id) "/replace-key" } { (parts::icon(Icon::Key)) @if active.is_some() { "Replace the key" } @else { "Add a key" } }
            }
        }
    }
}

fn one(view: &View, whom: For, author: &Author, key: &AuthorKey, tried: Option<&Tried>) -> Markup {
    let base = if whom == For::Owner { MINE } else { ALL };
    let public = author::public_key(key).map(|key| key.to_pem());
    let pem = format!("key-{}", key.id);
    html! {
        p.row {
            code.break { (key.fingerprint) }
            @if key.is_active() {
                span.badge.success { (parts::icon(Icon::Check)) "In force" }
                span.badge { @if key.held_secret.is_some() { "Held by this server" } @else { "The author's own" } }
            } @else if key.revoked_at.is_some() { span.badge.danger { "Revoked" } } @else { span.badge { "Retired" } }
        }
        p.small.muted {
            "Since " (parts::date(key.created_at))
            @if let Some(at) = key.retired_at { " · retired " (parts::date(at)) ": what it signed stays good" }
            @if let Some(at) = key.revoked_at { " · revoked " (parts::date(at)) ": what it signed is not installed any more" }
        }
        @if let Some(reason) = &key.revoked_reason { p.small { "“" (reason) "”" } }
        div.verbs {
            @if let Some(public) = &public {
                details.shown {
                    summary.button.small { "Public key" }
                    pre.wrap id=(pem) { (public) }
                    button.button.small type="button" data-copy=(pem) { "Copy" }
                }
            }
            @if key.revoked_at.is_none() {
                (Confirm {
                    action: format!("{base}/{}/keys/{}/revoke", author.id, key.id),
                    summary: "Revoke",
                    explain: html! {
                        p { "Nothing that this key signed is installed from now on, and whoever has some of it is told. It cannot be undone." }
                        @if key.is_active() { p { strong { "It is the key in force: " } "nothing can be published under " strong { (author.id) } " until an operator has added another." } }
                    },
                    why: Why::Must("Everybody reads it who has something that the key signed."),
                    button: "Revoke it",
                    danger: true,
                }.draw(view, tried))
            }
        }
    }
}
