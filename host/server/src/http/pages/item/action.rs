//! What one can do with an item, and why not.

use marketplace_store::{Installer, Withdrawn};
use maud::{Markup, html};

use super::drawer::Drawer;
use crate::account::Scope;
use crate::account::license::Gates;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, form, theme};

/// The buttons of the drawer.
pub(super) fn draw(drawer: &Drawer, view: &View) -> Markup {
    html! {
        section.actions data-part="actions" aria-label="Actions" {
            @if let Some(installed) = &drawer.installed {
                (installed_notice(drawer, installed.withdrawn.as_ref()))
            } @else if let Some(withdrawn) = drawer.withdrawn() {
                (parts::notice("warning", withdrawal(withdrawn)))
            }
            @match obstacle(drawer, view) {
                Some(obstacle) => div.obstacle { (obstacle) },
                None => div.row { (buttons(drawer, view)) },
            }
        }
    }
}

/// What stands in the way of installing, with what would help.
fn obstacle(drawer: &Drawer, view: &View) -> Option<Markup> {
    let row = &drawer.category.row;
    if view.caller().is_none() {
        return Some(
            html! { a.button.primary href={ "/sign-in?next=" (parts::in_url(view.here())) } { "Sign in to install" } },
        );
    }
    if drawer.installed.is_some() {
        return (!view.may(Scope::Install)).then(no_scope);
    }
    let why_not = |heading: &str, body: Markup| {
        Some(html! {
            button.button disabled aria-describedby="why-not" { "Install" }
            div #why-not.why-not { p { strong { (heading) } } (body) }
        })
    };
    if !view.may(Scope::Install) {
        return Some(no_scope());
    }
    if row.installer == Installer::Stub {
        return why_not(
            "It cannot be installed yet.",
            html! { p { "The category " (row.name) " checks packages, and does not install them in this release." } },
        );
    }
    if drawer.category.adapter().is_err() {
        return why_not(
            "The category is out of order.",
            html! { p { "Nothing of it can be installed until an operator has mended its component." } },
        );
    }
    if let Some(withdrawn) = drawer.withdrawn() {
        return why_not("It is not to be had any more.", withdrawal(withdrawn));
    }
    match drawer.gates.install_cap(&row.id, row.free_install_cap) {
        Some(cap) if drawer.count >= i64::from(cap) => why_not(
            &format!(
                "Your license ends at {}.",
                parts::count(usize::try_from(cap).unwrap_or(usize::MAX), &row.singular)
            ),
            html! {
                p { "The " (drawer.gates.tier) " license has room for " (cap) ", and " (drawer.count) " are installed. Uninstall one, or get a license with more room." }
                p.row { a.button href="/dashboard" { "See what is installed" } a.button href="/control-center/license" { "License" } }
                p.small.muted { "Gate: " code { (Gates::cap_gate(&row.id)) } }
            },
        ),
        _ => None,
    }
}

fn no_scope() -> Markup {
    html! {
        button.button disabled aria-describedby="why-not" { "Install" }
        div #why-not.why-not { p { strong { "You are signed in to look, not to install." } }
            p { "Sign in with a token that has the scope " code { "install" } "." } }
    }
}

fn buttons(drawer: &Drawer, view: &View) -> Markup {
    let address = drawer.address();
    let latest = &drawer.detail.latest.version;
    let consent = format!("{address}/install?version={}", parts::in_url(&latest.to_string()));
    html! {
        @match &drawer.installed {
            None if drawer.grants.is_empty() => {
                form method="post" action={ (address) "/install" } data-act {
                    (form::key(view))
                    input type="hidden" name="version" value=(latest);
                    button.button.primary type="submit" { (parts::icon(Icon::Download)) "Install" }
                }
            }
            None => a.button.primary href=(consent) data-drawer { (parts::icon(Icon::Download)) "Install…" },
            Some(installed) => {
                @if installed.version < *latest && drawer.withdrawn().is_none() {
                    a.button.primary href=(consent) data-drawer { "Update to " (latest) "…" }
                } @else { span.badge.success { (parts::icon(Icon::Check)) "Installed" } }
                @if theme::are(&installed.category) && installed.enabled() { a.button href="/appearance" { (parts::icon(Icon::Palette)) "Try it" } }
                details.confirm {
                    summary.button { "Uninstall" }
                    form.panel.stack method="post" action={ (address) "/uninstall" } data-act {
                        (form::key(view))
                        p { "Uninstall " strong { (drawer.title()) } "? Its files and what it registered are removed." }
                        button.button.danger type="submit" { "Uninstall" }
                    }
                }
            }
        }
    }
}

fn installed_notice(drawer: &Drawer, withdrawn: Option<&Withdrawn>) -> Markup {
    let Some(installed) = &drawer.installed else { return html! {} };
    html! {
        @if let Some(withdrawn) = withdrawn {
            (parts::notice(if withdrawn.disables() { "danger" } else { "warning" }, html! {
                p { strong { @if withdrawn.disables() { "What you have is disabled." } @else { "What you have was taken back." } } }
                (withdrawal(withdrawn))
            }))
        } @else {
            p.muted.small { "You have version " (installed.version) " since " (parts::date(installed.updated_at)) "." }
        }
    }
}

/// How and why something was taken back.
pub(in crate::http::pages) fn withdrawal(withdrawn: &Withdrawn) -> Markup {
    use marketplace_store::Taken;
    let what = match withdrawn.kind {
        Taken::Yanked => "Its author took this release back",
        Taken::KeyRevoked => "The key that signed it is not trusted any more",
        Taken::Blocked => "An operator blocked it",
    };
    html! {
        p { (what) ", on " (parts::date(withdrawn.since))
            @if let Some(reason) = &withdrawn.reason { ": “" (reason) "”" } @else { "." } }
    }
}
