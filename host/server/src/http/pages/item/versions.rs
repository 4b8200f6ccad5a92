//! The releases of an item, and what each changed.

use marketplace_manifest::{Manifest, Version};
use marketplace_store::{ItemDetail, StoreError};
use maud::{Markup, html};

use super::action::withdrawal;
use super::drawer::Drawer;
use crate::account::Scope;
use crate::http::pages::{View, markdown, parts};
use crate::market::Market;

/// The newest releases whose changes are told.
const TOLD: usize = 5;

/// What the newest releases say that they changed.
pub(super) async fn changelogs(
    market: &Market,
    detail: &ItemDetail,
) -> Result<Vec<(Version, String)>, StoreError> {
    let mut all = Vec::new();
    for row in detail.versions.iter().take(TOLD) {
        let (category, slug) = (&detail.latest.category, &detail.latest.slug);
        let release = market.store.approved_release(category, slug, Some(&row.version)).await?;
        let manifest = release.and_then(|release| Manifest::parse(release.manifest.as_bytes()).ok());
        if let Some(text) = manifest.as_ref().and_then(|manifest| manifest.changelog()) {
            all.push((row.version.clone(), text.to_owned()));
        }
    }
    Ok(all)
}

pub(super) fn draw(drawer: &Drawer, view: &View) -> Markup {
    let has = drawer.installed.as_ref().map(|installed| &installed.version);
    let may = view.may(Scope::Install) && drawer.category.adapter().is_ok();
    html! {
        section aria-labelledby="versions" {
            h3 #versions { "Versions" }
            ol.versions {
                @for row in &drawer.detail.versions {
                    @let is_here = has == Some(&row.version);
                    li {
                        div.row {
                            strong { (row.version) }
                            span.muted { (parts::date(row.published_at)) " · " (parts::bytes(row.package_size)) }
                            @if is_here { span.badge.success { "Installed" } }
                            @if row.withdrawn.is_some() { span.badge.warning { "Taken back" } }
                            @if may && !is_here && row.withdrawn.is_none() && (has.is_some() || row.version != drawer.detail.latest.version) {
                                a.button.small href={ (drawer.address()) "/install?version=" (parts::in_url(&row.version.to_string())) } data-drawer {
                                    @match has {
                                        Some(has) if *has > row.version => "Go back to it…",
                                        Some(_) => "Update to it…",
                                        None => "Install it…",
                                    }
                                }
                            }
                        }
                        @if let Some(withdrawn) = &row.withdrawn { div.small.muted { (withdrawal(withdrawn)) } }
                        @if let Some((_, text)) = drawer.changelogs.iter().find(|(version, _)| *version == row.version) {
                            div.prose { (markdown::render(text)) }
                        }
                    }
                }
            }
        }
    }
}
