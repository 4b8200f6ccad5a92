//! What is published, as anybody sees it.

use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Version};
use marketplace_sandbox::{Grant, Presentation};
use marketplace_store as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Detail, FieldFacet, Manifest, Withdrawn};
use crate::category::Snapshot;
use crate::clock::rfc3339;

/// A list, and where it goes on.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Items {
    pub items: Vec<Card>,
    /// For the next page; `null` on the last.
    pub next_cursor: Option<String>,
    /// How many all pages have together, as of the first.
    #[schema(minimum = 0)]
    pub total: i64,
    /// `false` if there are more: where there are search words or filters, counting stops at 1,000.
    pub total_is_exact: bool,
    /// What was searched instead of `q`, if nothing is spelled like that; else `null`.
    pub corrected: Option<String>,
}

impl Items {
    pub(in crate::http) fn new(page: store::ItemPage, categories: &Snapshot) -> Self {
        let presentation =
            |card: &store::ItemCard| Some(categories.find(card.category.as_str())?.presentation.as_ref());
        let card = |card: store::ItemCard| {
            let presentation = presentation(&card);
            Card::new(card, presentation)
        };
        Self {
            items: page.items.into_iter().map(card).collect(),
            next_cursor: page.next_cursor,
            total: page.total,
            total_is_exact: page.total_is_exact,
            corrected: page.corrected,
        }
    }
}

/// What the items of a list have, and how many have it: at most 20 of each, most frequent first, then by name. Each is
/// counted as if the list were not filtered by it, so it says what another choice would find.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Facets {
    pub tags: Vec<store::FacetValue>,
    pub authors: Vec<store::FacetValue>,
    pub permissions: Vec<store::FacetValue>,
    /// The fields that the category filters by, in its order; none of the list of all categories.
    pub fields: Vec<FieldFacet>,
    /// Only of the list of all categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub categories: Option<Vec<store::FacetValue>>,
    /// `false` if so many items match that only the best 10,000 were counted.
    pub counts_are_exact: bool,
    /// What was searched instead of `q`, if nothing is spelled like that; else `null`.
    pub corrected: Option<String>,
}

/// An item as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Card {
    pub category: CategoryId,
    pub slug: Slug,
    pub title: String,
    pub summary: String,
    pub author_id: AuthorId,
    pub version: Version,
    pub keywords: Vec<String>,
    pub permissions: Vec<String>,
    /// What its category shows of it, in the category's order: on a card in a list, only what belongs there, and at most
    /// 8 values of each; of an item, all.
    pub details: Vec<Detail>,
    /// How many tenants have it.
    #[schema(minimum = 0)]
    pub installs: i64,
    /// The mean of its reviews, 1 to 5, to two decimals; `null` without any. `sort=rating` compares another number, in
    /// which a mean of few counts for less than one of many.
    pub rating: Option<f64>,
    /// How many reviews it has.
    #[schema(minimum = 0)]
    pub rating_count: i64,
    #[schema(format = DateTime)]
    pub published_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl Card {
    /// A card, with what its category shows on it.
    pub(in crate::http) fn new(card: store::ItemCard, presentation: Option<&Presentation>) -> Self {
        let details =
            presentation.map(|presentation| Detail::all(presentation, &card.details, |field| field.card));
        Self {
            details: details.unwrap_or_default(),
            category: card.category,
            slug: card.slug,
            title: card.title,
            summary: card.summary,
            author_id: card.author,
            version: card.version,
            keywords: card.keywords,
            permissions: card.permissions,
            installs: card.installs,
            rating: card.rating,
            rating_count: card.rating_count,
            published_at: rfc3339(card.published_at),
            updated_at: rfc3339(card.updated_at),
        }
    }
}

/// An item with everything that its page shows.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Item {
    #[serde(flatten)]
    pub card: Card,
    /// Markdown, as the author wrote it: sanitise before you show it.
    pub description: String,
    #[schema(value_type = Manifest)]
    pub manifest: Value,
    pub manifest_sha256: Digest,
    /// The permissions of the newest release, understood.
    #[schema(value_type = Vec<Grant>)]
    pub grants: Value,
    pub package_sha256: Digest,
    pub package_size: u64,
    pub versions: Vec<Release>,
    /// The key that signed the newest release: with it, anybody can check the manifest.
    pub author_key: Option<Key>,
    /// The version that the caller's tenant has.
    pub installed_version: Option<Version>,
}

/// A public key.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Key {
    pub fingerprint: String,
    /// PEM (SPKI).
    pub public_key: String,
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

/// One approved release.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReleaseSummary)]
pub(in crate::http) struct Release {
    pub version: Version,
    pub package_sha256: Digest,
    pub package_size: u64,
    #[schema(format = DateTime)]
    pub published_at: String,
    /// Whether it was taken back, and so is not installed anew.
    pub withdrawn: Option<Withdrawn>,
}

impl From<store::VersionRow> for Release {
    fn from(row: store::VersionRow) -> Self {
        Self {
            version: row.version,
            package_sha256: row.package_sha256,
            package_size: row.package_size,
            published_at: rfc3339(row.published_at),
            withdrawn: row.withdrawn.map(Into::into),
        }
    }
}
