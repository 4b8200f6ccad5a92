//! An item that is offered no more, for who has it still.

use marketplace_sandbox::Grant;
use marketplace_store::Installation;
use maud::{Markup, html};

use super::action::withdrawal;
use super::drawer::Drawer;
use crate::account::Scope;
use crate::http::pages::parts;
use crate::http::pages::{View, form};

/// What one has, why nobody else gets it, and the way to be rid of it.
pub(super) fn draw(view: &View, installed: &Installation) -> Markup {
    let address = super::address(&installed.category, &installed.slug);
    let grants: Vec<Grant> = serde_json::from_value(installed.grants.clone()).unwrap_or_default();
    Drawer::frame(
        &format!("/marketplace/{}", installed.category),
        html! {
            header.drawer-head {
                (parts::picture(None, installed.slug.as_str(), installed.slug.as_str()))
                div { h2 #item-title tabindex="-1" { (installed.slug) } p.by { (parts::category_icon(installed.category.as_str())) "version " (installed.version) } }
            }
            (parts::notice(if installed.enabled() { "warning" } else { "danger" }, html! {
                p { strong { @if installed.enabled() { "It is not offered any more. You keep what you have." } @else { "It is disabled: nothing of it runs." } } }
                @if let Some(withdrawn) = &installed.withdrawn { (withdrawal(withdrawn)) }
            }))
            @if view.may(Scope::Install) {
                form.row method="post" action={ (address) "/uninstall" } data-act {
                    (form::key(view))
                    button.button.danger type="submit" { "Uninstall" }
                }
            }
            section aria-labelledby="permissions" { h3 #permissions { "What it was allowed" } (parts::grants(&grants)) }
        },
    )
}
