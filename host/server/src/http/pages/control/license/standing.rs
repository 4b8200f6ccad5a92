//! How a tenant stands, as its own page and an operator's draw it.

use std::collections::BTreeMap;
use std::sync::Arc;

use marketplace_manifest::{CategoryId, Tenant};
use maud::{Markup, html};

use crate::account::license::{self, Gates, Standing, Status};
use crate::category::{Category, Snapshot};
use crate::clock;
use crate::http::Problem;
use crate::http::pages::parts;
use crate::market::Market;

/// A tenant's license, and how much of it is used.
pub(in crate::http::pages::control) struct License {
    standing: Standing,
    installed: BTreeMap<CategoryId, i64>,
    categories: Arc<Snapshot>,
}

impl License {
    pub(in crate::http::pages::control) async fn of(
        market: &Market,
        tenant: &Tenant,
    ) -> Result<Self, Problem> {
        Ok(Self {
            standing: market.standing(Some(tenant)).await?,
            installed: market.store.install_counts(tenant).await?,
            categories: market.categories.all().await?,
        })
    }

    pub(in crate::http::pages::control) fn draw(&self) -> Markup {
        let standing = &self.standing;
        html! {
            @for deprecation in standing.gates.deprecations() {
                (parts::notice("warning", html! { p { "The license uses " code { (deprecation.gate) } ", which the next release no longer reads." } p { "Ask your vendor for one that says " code { (deprecation.r#use) } "." } }))
            }
            @if let Some(reason) = &standing.reason {
                (parts::notice("warning", html! { p { strong { "There is a license, and it does not count, so this is Free." } } p { (crate::http::pages::document::sentence(reason)) } p { "What is installed stays installed." } }))
            }
            section.panel.stack aria-labelledby="standing" {
                div.row-head { h2 #standing { (standing.gates.tier) } (state(standing.status)) }
                dl.facts {
                    dt { "Good until" } dd { (until(standing)) }
                }
            }
            section.stack aria-labelledby="opens" {
                h2 #opens { "What it opens" }
                div.table-wrap tabindex="0" role="group" aria-labelledby="opens" {
                    table {
                        thead { tr { th scope="col" { "What" } th scope="col" { "Allowed" } th scope="col" { "Used" } th scope="col" { "Gate" } } }
                        tbody {
                            (self.switch("Browse the marketplace", license::BROWSE))
                            (self.switch("Publish, as a verified author", license::PUBLISH))
                            @for category in self.categories.enabled() { (self.cap(category)) }
                        }
                    }
                }
            }
        }
    }

    fn switch(&self, what: &str, gate: &str) -> Markup {
        html! {
            tr {
                th scope="row" { (what) }
                td { @if self.standing.gates.open(gate) { span.badge.success { "Yes" } } @else { span.badge { "No" } } }
                td { span.muted { "—" } }
                td { code { (gate) } }
            }
        }
    }

    fn cap(&self, category: &Category) -> Markup {
        let row = &category.row;
        let used = self.installed.get(&row.id).copied().unwrap_or(0);
        let cap = self.standing.gates.install_cap(&row.id, row.free_install_cap).map(i64::from);
        let is_full = cap.is_some_and(|cap| used >= cap);
        html! {
            tr {
                th scope="row" { (parts::category_icon(row.id.as_str())) " Install " (row.name) }
                td { @match cap { Some(cap) => (cap), None => span.badge.success { "No limit" } } }
                td.use {
                    @match cap {
                        Some(cap) => {
                            span { (used) " of " (cap) @if is_full { " · full" } }
                            svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                                rect.bar-back width="100" height="8" rx="1" {}
                                rect class=(if is_full { "bar-end" } else { "bar-full" }) width=((used * 100).checked_div(cap).unwrap_or(100).clamp(0, 100)) height="8" rx="1" {}
                            }
                        },
                        None => span { (used) },
                    }
                }
                td { code { (Gates::cap_gate(&row.id)) } }
            }
        }
    }
}

fn until(standing: &Standing) -> Markup {
    let moment = standing.expires_at.as_deref().and_then(clock::parse_rfc3339);
    html! {
        @match (standing.status, moment) {
            (Status::None, _) => "There is no license: Free needs none, and does not end",
            (_, Some(at)) => (parts::moment(at)),
            (Status::InForce, None) => "For ever",
            (_, None) => span.muted { "It does not say" },
        }
    }
}

/// Whether it counts, in a word.
pub(in crate::http::pages::control) fn state(status: Status) -> Markup {
    let (class, word) = match status {
        Status::None => ("", "No license"),
        Status::InForce => ("success", "In force"),
        Status::Expired => ("warning", "Expired"),
        Status::Invalid => ("danger", "Does not count"),
    };
    html! { span class={ "badge " (class) } { (word) } }
}
