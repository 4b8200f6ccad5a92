//! Everything that is known of an item, put together for one who looks at it.

use std::sync::Arc;

use marketplace_manifest::{CategoryId, Manifest, Slug, Version};
use marketplace_sandbox::Grant;
use marketplace_store::{
    AuthorKey, Installation, ItemDetail, OperationState, Release, Review, ReviewQuery, ReviewSort, Reviews,
    Withdrawn,
};
use maud::{Markup, html};

use super::{action, proof, reviews, versions};
use crate::account::license::Gates;
use crate::category::Category;
use crate::http::pages::gallery::Wish;
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, detail, markdown, operation, picture};
use crate::http::{Problem, api, view};
use crate::market::Market;

/// Reviews on a page.
const REVIEWS: u32 = 10;

/// An item as the drawer shows it.
pub(super) struct Drawer {
    pub(super) category: Arc<Category>,
    pub(super) detail: ItemDetail,
    /// The newest release's manifest; `None` if the stored one does not parse any more.
    pub(super) manifest: Option<Manifest>,
    pub(super) grants: Vec<Grant>,
    pub(super) key: Option<AuthorKey>,
    pub(super) installed: Option<Installation>,
    pub(super) gates: Gates,
    /// How many items of the category the tenant has.
    pub(super) count: i64,
    pub(super) reviews: Option<Reviews>,
    pub(super) own_review: Option<Review>,
    /// Whether the item is by an author of whoever looks at it.
    pub(super) is_own: bool,
    /// The changes that each release says it makes.
    pub(super) changelogs: Vec<(Version, String)>,
    pub(super) operation: Option<view::Operation>,
}

impl Drawer {
    pub(super) async fn find(
        market: &Market,
        view: &View,
        category: &CategoryId,
        slug: &Slug,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let categories = market.categories.all().await?;
        let category = api::known(&categories, category)?.clone();
        let id = &category.row.id;
        let store = &market.store;
        let Some(detail) = store.item(id, slug).await? else {
            let offered = store.offered(id, slug, None).await?;
            api::refuse_blocked(offered.as_ref().and_then(|offered| offered.withdrawn.as_ref()))?;
            let detail = match offered {
                Some(_) => format!("`{id}/{slug}` was taken back by its author"),
                None => format!("there is no published item `{id}/{slug}`"),
            };
            return Err(Problem::not_found(detail));
        };
        let query = ReviewQuery {
            category: id.clone(),
            slug: slug.clone(),
            sort: ReviewSort::Newest,
            limit: Some(REVIEWS),
            cursor: cursor.map(str::to_owned),
        };
        let reviews = store.reviews(&query).await?;
        let caller = view.caller();
        let (installed, own_review, counts, is_own) = match caller {
            Some(caller) => (
                store.installation(&caller.tenant, id, slug).await?,
                store.review_of(&caller.tenant, id, slug).await?,
                store.install_counts(&caller.tenant).await?,
                caller.tenant == detail.latest.tenant,
            ),
            None => (None, None, Default::default(), false),
        };
        let latest = &detail.latest;
        Ok(Self {
            key: store.key(&latest.key_id).await?,
            manifest: Manifest::parse(latest.manifest.as_bytes()).ok(),
            grants: granted(latest),
            gates: market.gates(caller).await?,
            count: counts.get(id).copied().unwrap_or(0),
            changelogs: versions::changelogs(market, &detail).await?,
            operation: None,
            category,
            detail,
            installed,
            reviews,
            own_review,
            is_own,
        })
    }

    pub(super) fn title(&self) -> &str {
        &self.detail.item.card.title
    }

    /// The address of the drawer.
    pub(super) fn address(&self) -> String {
        super::address(&self.detail.latest.category, &self.detail.latest.slug)
    }

    /// Whether somebody installs or removes it just now.
    fn is_under_way(&self) -> bool {
        self.operation.as_ref().is_some_and(|operation| operation.state == OperationState::Running.as_str())
    }

    /// Why the newest release is not to be had anew, if it is not.
    pub(super) fn withdrawn(&self) -> Option<&Withdrawn> {
        let latest = &self.detail.latest.version;
        self.detail.versions.iter().find(|row| row.version == *latest).and_then(|row| row.withdrawn.as_ref())
    }

    pub(super) fn draw(&self, view: &View, wish: &Wish) -> Markup {
        let card = &self.detail.item.card;
        Self::frame(
            &wish.address(wish.behind(&card.category).as_ref()),
            html! {
                (self.head())
                @if let Some(running) = &self.operation { (operation::panel(view, running, &self.address())) }
                @if !self.is_under_way() { (action::draw(self, view)) }
                (self.screenshots())
                section.prose aria-labelledby="about" {
                    h3.visually-hidden #about { "Description" }
                    @if card.summary.is_empty() && self.detail.latest.card.description.is_empty() { p.muted { "Its author says nothing about it." } }
                    @if !card.summary.is_empty() { p.lead { (card.summary) } }
                    (markdown::render(&self.detail.latest.card.description))
                }
                section aria-labelledby="permissions" {
                    h3 #permissions { "What it may do" }
                    (parts::grants(&self.grants))
                }
                (self.facts())
                (versions::draw(self, view))
                (reviews::draw(self, view))
                (proof::draw(self))
            },
        )
    }

    /// The drawer itself, with the way back to `behind`.
    pub(super) fn frame(behind: &str, body: Markup) -> Markup {
        html! {
            div.drawer role="dialog" aria-labelledby="item-title" {
                a.drawer-close href=(behind) data-close aria-label="Close" title="Close (Esc)" { (parts::icon(Icon::Close)) }
                div.drawer-body { (body) }
            }
            a.scrim href=(behind) data-close tabindex="-1" aria-hidden="true" {}
        }
    }

    pub(super) fn head(&self) -> Markup {
        let card = &self.detail.item.card;
        let source =
            card.icon.as_ref().map(|icon| picture::address(&card.category, &card.slug, &card.version, icon));
        html! {
            header.drawer-head {
                (parts::picture(source.as_deref(), &card.title, card.slug.as_str()))
                div {
                    h2 #item-title tabindex="-1" { (card.title) }
                    p.by { "by " a href={ "/marketplace?author=" (card.author) } { (card.author) }
                        " · " (parts::category_icon(card.category.as_str())) (self.category.row.singular) " · " (card.version) }
                    p.row { (parts::stars(card.rating, card.rating_count))
                        span.muted { (parts::icon(Icon::Download)) (parts::count(usize::try_from(card.installs).unwrap_or(0), "installation")) } }
                }
            }
        }
    }

    fn screenshots(&self) -> Markup {
        let latest = &self.detail.latest;
        let paths = self.manifest.as_ref().map(|manifest| manifest.screenshots()).unwrap_or_default();
        html! {
            @if !paths.is_empty() {
                ul.screenshots tabindex="0" aria-label="Screenshots" {
                    @for (number, path) in paths.iter().enumerate() {
                        @let source = picture::address(&latest.category, &latest.slug, &latest.version, path);
                        li { a href=(source) target="_blank" rel="noopener" {
                            img src=(source) alt={ "Screenshot " (number + 1) " of " (self.title()) } loading="lazy" decoding="async";
                        } }
                    }
                }
            }
        }
    }

    fn facts(&self) -> Markup {
        let card = &self.detail.item.card;
        let manifest = self.manifest.as_ref();
        let presentation = &self.category.presentation;
        let details = view::Detail::all(presentation, &self.detail.latest.card.details, |field| field.drawer);
        let filters: Vec<&str> = self.category.facets().collect();
        let filter = |detail: &view::Detail, value: &str| {
            filters.contains(&detail.key.as_str()).then(|| Wish::having(&card.category, &detail.key, value))
        };
        html! {
            section aria-labelledby="facts" {
                h3 #facts { "Details" }
                dl.facts {
                    (detail::rows(&details, filter))
                    dt { "Published" } dd { (parts::date(card.published_at)) }
                    dt { "Updated" } dd { (parts::date(card.updated_at)) }
                    dt { "Size" } dd { (parts::bytes(self.detail.latest.package_size)) }
                    @if let Some(license) = manifest.and_then(|manifest| manifest.license()) { dt { "License" } dd { (license) } }
                    (parts::address("Homepage", manifest.and_then(|manifest| manifest.homepage())))
                    (parts::address("Source", manifest.and_then(|manifest| manifest.source())))
                    @if !card.keywords.is_empty() {
                        dt { "Keywords" }
                        dd.row { @for word in &card.keywords {
                            a.chip href={ "/marketplace/" (card.category) "?" (serde_urlencoded::to_string([("tag", word)]).unwrap_or_default()) } { (word) }
                        } }
                    }
                }
            }
        }
    }
}

/// What a release was granted when its category looked at it.
pub(super) fn granted(release: &Release) -> Vec<Grant> {
    let grants = release.verdict.get("grants").cloned().unwrap_or_default();
    serde_json::from_value(grants).unwrap_or_default()
}
