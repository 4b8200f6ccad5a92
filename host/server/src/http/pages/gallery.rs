//! The gallery: every item, or those of one category, searched, filtered and sorted. The address says all of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use marketplace_manifest::{AuthorId, CategoryId, Slug, Version};
use marketplace_sandbox::Grant;
use marketplace_store::{
    FacetValue, Facets, FieldValue, Installation, ItemCard, ItemPage, ItemQuery, MAX_FIELDS, MAX_TAGS,
    PageError, Sort,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::form::Asked;
use super::parts::{self, Icon};
use super::{View, detail, item, picture};
use crate::category::{Category, Snapshot};
use crate::http::extract::{OfCategory, Path, field_value};
use crate::http::view::{Detail, FieldFacet};
use crate::http::{Problem, api};
use crate::market::Market;

/// Cards on a page.
const PAGE: u32 = 24;
/// Values of a facet that are shown before `more`.
const FIRST_VALUES: usize = 8;
/// The sort orders, as people call them.
const SORTS: [(Sort, &str, &str); 6] = [
    (Sort::Relevance, "relevance", "Best match"),
    (Sort::Installs, "installs", "Most installed"),
    (Sort::Rating, "rating", "Best rated"),
    (Sort::Newest, "newest", "Newest"),
    (Sort::Updated, "updated", "Recently updated"),
    (Sort::Name, "name", "Name"),
];

/// What is asked for, as the address says it. A form sends fields that nobody filled in: they say nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    tag: Vec<String>,
    #[serde(default)]
    author: String,
    #[serde(default)]
    permission: String,
    /// Each as `KEY:VALUE`.
    #[serde(default)]
    field: Vec<String>,
    #[serde(default)]
    cursor: String,
    /// `all` where an item is looked at in front of all categories.
    #[serde(default)]
    from: String,
}

impl Wish {
    /// The query that follows from it.
    fn query(&self, category: Option<CategoryId>) -> Result<ItemQuery, Problem> {
        if self.tag.len() > MAX_TAGS {
            return Err(bad(&format!("there are {} tags, and at most {MAX_TAGS} count", self.tag.len())));
        }
        if self.field.len() > MAX_FIELDS {
            return Err(bad(&format!(
                "there are {} fields, and at most {MAX_FIELDS} count",
                self.field.len()
            )));
        }
        let fields = self.field.iter().filter_map(|text| filled(text));
        let fields = fields.map(|text| field_value(text).map_err(|error| bad(&error)));
        Ok(ItemQuery {
            category,
            fields: fields.collect::<Result<_, _>>()?,
            facets: Vec::new(),
            q: filled(&self.q).map(str::to_owned),
            sort: self.order()?,
            tags: self.tag.clone(),
            author: parsed::<AuthorId>(&self.author)?,
            permission: filled(&self.permission).map(str::to_owned),
            limit: Some(PAGE),
            cursor: filled(&self.cursor).map(str::to_owned),
        })
    }

    /// The best match for who searches; what most people have for who looks around.
    fn usual(&self) -> Sort {
        if filled(&self.q).is_some() { Sort::Relevance } else { Sort::Installs }
    }

    fn order(&self) -> Result<Sort, Problem> {
        match filled(&self.sort) {
            None => Ok(self.usual()),
            Some(word) => SORTS
                .iter()
                .find(|(_, name, _)| *name == word)
                .map(|(sort, ..)| *sort)
                .ok_or_else(|| bad(&format!("`{word}` is no order"))),
        }
    }

    fn is_filtered(&self) -> bool {
        !self.tag.is_empty()
            || !self.field.is_empty()
            || filled(&self.author).is_some()
            || filled(&self.permission).is_some()
    }

    /// The parameters, from the first page on.
    fn parameters(&self) -> String {
        let mut all = Vec::new();
        for (name, value) in
            [("q", &self.q), ("sort", &self.sort), ("author", &self.author), ("permission", &self.permission)]
        {
            if let Some(value) = filled(value) {
                all.push((name, value));
            }
        }
        all.extend(self.tag.iter().map(|tag| ("tag", tag.as_str())));
        all.extend(self.field.iter().map(|field| ("field", field.as_str())));
        serde_urlencoded::to_string(all).unwrap_or_default()
    }

    /// The same with one thing changed.
    fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut wish = Self { cursor: String::new(), ..self.clone() };
        change(&mut wish);
        wish
    }

    /// The values of fields that are asked for.
    fn fields(&self) -> impl Iterator<Item = FieldValue> {
        self.field.iter().filter_map(|text| field_value(text).ok())
    }

    /// Asks for a value of a field, and for no other of it; or, if that was asked for, no more.
    fn toggle_field(&mut self, key: &str, value: &str) {
        let was_asked = self.fields().any(|field| field.key == key && field.value == value);
        self.field.retain(|text| field_value(text).is_ok_and(|field| field.key != key));
        if !was_asked {
            self.field.push(format!("{key}:{value}"));
        }
    }

    /// The address of the items with a value of a field.
    pub(super) fn having(category: &CategoryId, key: &str, value: &str) -> String {
        Self { field: vec![format!("{key}:{value}")], ..Self::default() }.address(Some(category))
    }

    /// The address of the gallery in which this is asked.
    pub(super) fn address(&self, category: Option<&CategoryId>) -> String {
        let path = category.map_or_else(|| "/marketplace".to_owned(), |id| format!("/marketplace/{id}"));
        with_parameters(path, &self.parameters())
    }

    /// The category of the gallery behind an item's drawer: the item's, unless it was found among all.
    pub(super) fn behind(&self, category: &CategoryId) -> Option<CategoryId> {
        (self.from != "all").then(|| category.clone())
    }
}

fn with_parameters(path: String, parameters: &str) -> String {
    if parameters.is_empty() { path } else { format!("{path}?{parameters}") }
}

fn filled(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn parsed<T: FromStr<Err: Display>>(value: &str) -> Result<Option<T>, Problem> {
    filled(value).map(|value| value.parse().map_err(|error: T::Err| bad(&error))).transpose()
}

fn bad(error: &dyn Display) -> Problem {
    let detail = format!("this address asks for something that there cannot be: {error}");
    Problem::new(StatusCode::BAD_REQUEST, "bad_query", detail)
}

/// All categories at once.
pub(in crate::http) async fn all(
    State(market): State<Market>,
    view: View,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let gallery = Gallery::find(&market, &view, None, wish).await?;
    Ok(view.page("All items", gallery.draw(&view, None)))
}

/// One category.
pub(in crate::http) async fn of_category(
    State(market): State<Market>,
    view: View,
    Path(OfCategory { category }): Path<OfCategory>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let gallery = Gallery::find(&market, &view, Some(category), wish).await?;
    let title = gallery.category().map_or("Items", |category| category.row.name.as_str()).to_owned();
    Ok(view.page(&title, gallery.draw(&view, None)))
}

/// What the gallery shows.
pub(super) struct Gallery {
    pub(super) wish: Wish,
    categories: Arc<Snapshot>,
    category: Option<CategoryId>,
    found: ItemPage,
    facets: Facets,
    /// Of the fields that the category filters by.
    fields: Vec<FieldFacet>,
    installed: BTreeMap<(CategoryId, Slug), Version>,
    /// What the permissions of the cards mean, by category and permissions; nothing where nobody could tell.
    grants: HashMap<(CategoryId, Vec<String>), Vec<Grant>>,
}

impl Gallery {
    pub(super) async fn find(
        market: &Market,
        view: &View,
        category: Option<CategoryId>,
        wish: Wish,
    ) -> Result<Self, Problem> {
        let categories = market.categories.all().await?;
        let mut query = wish.query(category.clone())?;
        let mut presentation = None;
        if let Some(id) = &category {
            let category = api::known(&categories, id)?;
            query.facets = category.facets().map(str::to_owned).collect();
            presentation = Some(&category.presentation);
        }
        api::filters_by(&categories, category.as_ref(), &query.fields)?;
        let mut facets = market.store.facets(&query).await?;
        let counted = std::mem::take(&mut facets.fields);
        let fields =
            presentation.map(|presentation| FieldFacet::all(presentation, counted)).unwrap_or_default();
        let found = match market.store.list_items(&query).await {
            // A shared address outlives its place in the list: then it is the list from its beginning.
            Err(PageError::BadCursor | PageError::Expired) if query.cursor.is_some() => {
                query.cursor = None;
                market.store.list_items(&query).await?
            }
            other => other?,
        };
        let installations: Vec<Installation> = match view.caller() {
            Some(caller) => market.store.installations(&caller.tenant).await?,
            None => Vec::new(),
        };
        let installed =
            installations.into_iter().map(|one| ((one.category, one.slug), one.version)).collect();
        let grants = understand(&categories, &found.items).await;
        Ok(Self { wish, categories, category, found, facets, fields, installed, grants })
    }

    fn category(&self) -> Option<&Arc<Category>> {
        self.categories.find(self.category.as_ref()?.as_str())
    }

    /// The gallery, behind the drawer of an item if there is one.
    pub(super) fn draw(&self, view: &View, drawer: Option<Markup>) -> Markup {
        let is_behind = drawer.is_some();
        html! {
            section.gallery data-part="gallery" data-address=(self.wish.address(self.category.as_ref())) inert[is_behind] {
                div.gallery-head {
                    h1 { "Marketplace" }
                    (self.search())
                }
                (self.tabs())
                @if let Some(error) = self.category().and_then(|category| category.error()) {
                    (parts::notice("warning", html! {
                        p { strong { "This category is out of order. " } "You can look around; installing and publishing wait until an operator has mended it." }
                        p.small.muted { (error) }
                    }))
                }
                div.gallery-body {
                    (self.filters())
                    (self.results(view))
                }
            }
            div #drawer data-part="drawer" { @if let Some(drawer) = drawer { (drawer) } }
        }
    }

    fn search(&self) -> Markup {
        let action = self
            .category
            .as_ref()
            .map_or_else(|| "/marketplace".to_owned(), |id| format!("/marketplace/{id}"));
        let chosen = self.wish.order().unwrap_or_default();
        html! {
            search {
                form.search action=(action) method="get" data-live {
                    label.visually-hidden for="q" { "Search the marketplace" }
                    div.search-field {
                        (parts::icon(Icon::Search))
                        input #q type="search" name="q" value=(self.wish.q) placeholder="Search" autocomplete="off" spellcheck="false" maxlength="200";
                        kbd title="Press / to search" aria-hidden="true" { "/" }
                    }
                    @for tag in &self.wish.tag { input type="hidden" name="tag" value=(tag); }
                    @for field in &self.wish.field { input type="hidden" name="field" value=(field); }
                    @for (name, value) in [("author", &self.wish.author), ("permission", &self.wish.permission)] {
                        @if filled(value).is_some() { input type="hidden" name=(name) value=(value); }
                    }
                    label.visually-hidden for="sort" { "Order" }
                    select #sort name="sort" data-part="sort" {
                        @for (sort, word, name) in SORTS {
                            @if sort != Sort::Relevance || filled(&self.wish.q).is_some() {
                                // Who chose no order keeps none: it is another once they search.
                                option value=(if sort == self.wish.usual() { "" } else { word }) selected[sort == chosen] { (name) }
                            }
                        }
                    }
                    button.button type="submit" { "Search" }
                }
            }
        }
    }

    fn tabs(&self) -> Markup {
        // Filters are of the items that were looked at: another category has others.
        let wish = self.wish.but(|wish| {
            wish.tag.clear();
            wish.author.clear();
            wish.permission.clear();
            wish.field.clear();
        });
        let current = |is: bool| is.then_some("page");
        html! {
            nav.tabs aria-label="Categories" data-part="tabs" {
                ul {
                    li { a href=(wish.address(None)) aria-current=[current(self.category.is_none())] { "All" } }
                    @for category in self.categories.enabled() {
                        @let row = &category.row;
                        li { a href=(wish.address(Some(&row.id))) title=(row.description) aria-current=[current(self.category.as_ref() == Some(&row.id))] {
                            (parts::category_icon(row.id.as_str())) span { (row.name) }
                        } }
                    }
                }
                @if let Some(category) = self.category() { p.muted { (category.row.description) } }
            }
        }
    }

    fn filters(&self) -> Markup {
        let facets = &self.facets;
        let nothing =
            [&facets.tags, &facets.authors, &facets.permissions].iter().all(|values| values.is_empty())
                && self.fields.is_empty();
        let sentences = self.sentences();
        html! {
            div.filters data-part="filters" {
                @if !nothing {
                    details open[self.wish.is_filtered()] {
                        summary { (parts::icon(Icon::Filter)) "Filters" }
                        div.stack {
                            @for field in &self.fields {
                                @let is_chosen = |value: &str| self.wish.fields().any(|one| one.key == field.key && one.value == value);
                                (self.facet(&field.label, &field.values, words_of_value, is_chosen, |wish, value| wish.toggle_field(&field.key, value)))
                            }
                            (self.facet("Keywords", &facets.tags, as_it_is, |value| self.wish.tag.iter().any(|tag| tag == value), |wish, value| {
                                match wish.tag.iter().position(|tag| tag == value) {
                                    Some(at) => { wish.tag.remove(at); }
                                    None => wish.tag.push(value.to_owned()),
                                }
                            }))
                            (self.facet("Authors", &facets.authors, as_it_is, |value| self.wish.author == value, |wish, value| {
                                wish.author = if wish.author == value { String::new() } else { value.to_owned() };
                            }))
                            (self.facet("Permissions", &facets.permissions, |value| permission(value, &sentences), |value| self.wish.permission == value, |wish, value| {
                                wish.permission = if wish.permission == value { String::new() } else { value.to_owned() };
                            }))
                        }
                    }
                }
            }
        }
    }

    fn facet(
        &self,
        name: &str,
        values: &[FacetValue],
        draw: impl Fn(&str) -> Markup,
        is_chosen: impl Fn(&str) -> bool,
        toggle: impl Fn(&mut Wish, &str),
    ) -> Markup {
        let link = |value: &FacetValue| {
            let chosen = is_chosen(&value.value);
            let href = self.wish.but(|wish| toggle(wish, &value.value)).address(self.category.as_ref());
            html! {
                li { a.facet href=(href) aria-current=[chosen.then_some("true")] rel="nofollow" {
                    span { (draw(&value.value)) } span.count { (value.count) span.visually-hidden { " items" } }
                } }
            }
        };
        let (first, rest) = values.split_at(values.len().min(FIRST_VALUES));
        html! {
            @if !values.is_empty() {
                section { h2 { (name) }
                    ul { @for value in first { (link(value)) } }
                    @if !rest.is_empty() {
                        details { summary { (rest.len()) " more" } ul { @for value in rest { (link(value)) } } }
                    }
                }
            }
        }
    }

    fn results(&self, view: &View) -> Markup {
        let found = &self.found;
        let next = found.next_cursor.as_ref().map(|cursor| {
            let path = self.wish.address(self.category.as_ref());
            let joint = if path.contains('?') { '&' } else { '?' };
            format!("{path}{joint}cursor={cursor}")
        });
        html! {
            div.results data-part="results" {
                p.result-count role="status" {
                    @if found.total_is_exact { (parts::count(usize::try_from(found.total).unwrap_or(0), "item")) } @else { "More than " (found.total) " items" }
                    @if let Some(word) = filled(&self.wish.q) { " for “" (found.corrected.as_deref().unwrap_or(word)) "”" }
                    @if found.corrected.is_some() { span.muted { " — nothing is spelled “" (self.wish.q) "”" } }
                }
                @if self.wish.is_filtered() { (self.chosen()) }
                @if found.items.is_empty() { (self.nothing(view)) } @else {
                    ul.cards data-more-into { @for card in &found.items { li { (self.card(card)) } } }
                    (parts::more(next.as_deref(), "Show more"))
                }
            }
        }
    }

    /// The filters in force, each with a way out.
    fn chosen(&self) -> Markup {
        let sentences = self.sentences();
        let way_out = |name: &str, value: &str, href: String| {
            html! {
                a.chip.removable href=(href) rel="nofollow" { span.visually-hidden { "Without " } (name) ": " (value) (parts::icon(Icon::Close)) }
            }
        };
        let here = self.category.as_ref();
        html! {
            p.row.chosen {
                @for tag in &self.wish.tag {
                    (way_out("Keyword", tag, self.wish.but(|wish| wish.tag.retain(|other| other != tag)).address(here)))
                }
                @for field in self.wish.fields() {
                    (way_out(self.label_of(&field.key), detail::words(&field.value), self.wish.but(|wish| wish.toggle_field(&field.key, &field.value)).address(here)))
                }
                @if let Some(author) = filled(&self.wish.author) {
                    (way_out("Author", author, self.wish.but(|wish| wish.author.clear()).address(here)))
                }
                @if let Some(permission) = filled(&self.wish.permission) {
                    (way_out("Permission", sentences.get(permission).copied().unwrap_or(permission), self.wish.but(|wish| wish.permission.clear()).address(here)))
                }
            }
        }
    }

    fn nothing(&self, view: &View) -> Markup {
        let is_searched = filled(&self.wish.q).is_some();
        let everything = Wish::default().address(self.category.as_ref());
        match (is_searched || self.wish.is_filtered(), &self.category) {
            (true, Some(_)) => parts::empty(
                Icon::Search,
                "Nothing like that here",
                html! {
                    p { "Try fewer words or other filters, or look in all categories." }
                    p.row { a.button href=(self.wish.address(None)) { "Search all categories" } a.button href=(everything) { "Show everything here" } }
                },
            ),
            (true, None) => parts::empty(
                Icon::Search,
                "Nothing like that",
                html! {
                    p { "Try fewer words, another spelling, or other filters." }
                    p { a.button href=(everything) { "Show everything" } }
                },
            ),
            (false, _) => parts::empty(
                Icon::Shop,
                "Nothing is published here yet",
                html! {
                    @if view.may(crate::account::Scope::Publish) {
                        p { "Be the first: drop a package, and see at once whether it would do." }
                        p { a.button.primary href="/control-center/marketplace/submit" { "Submit a package" } }
                    } @else {
                        p { "What authors submit appears here as soon as a moderator has approved it." }
                    }
                },
            ),
        }
    }

    fn card(&self, card: &ItemCard) -> Markup {
        let source =
            card.icon.as_ref().map(|icon| picture::address(&card.category, &card.slug, &card.version, icon));
        let installed = self.installed.get(&(card.category.clone(), card.slug.clone()));
        let grants = self.grants.get(&(card.category.clone(), card.permissions.clone()));
        let presentation =
            self.categories.find(card.category.as_str()).map(|category| &category.presentation);
        let details =
            presentation.map(|it| Detail::all(it, &card.details, |field| field.card)).unwrap_or_default();
        html! {
            article.card {
                (parts::picture(source.as_deref(), &card.title, card.slug.as_str()))
                div.card-body {
                    h2 { a href=(self.address_of(card)) data-drawer { (card.title) } }
                    p.by { "by " (card.author)
                        @if self.category.is_none() { span.in-category { (parts::category_icon(card.category.as_str())) (self.name_of(&card.category)) } }
                    }
                    p.summary { (card.summary) }
                    (detail::on_card(&details))
                    div.card-foot {
                        (parts::stars(card.rating, card.rating_count))
                        span.muted title="Installations" { (parts::icon(Icon::Download)) (indicatif::HumanCount(u64::try_from(card.installs).unwrap_or(0)))
                            span.visually-hidden { " installations" } }
                        @match grants {
                            Some(grants) => (parts::glance(grants)),
                            None => span.glance { (parts::icon(Icon::Shield)) (parts::count(card.permissions.len(), "permission")) },
                        }
                    }
                }
                @if let Some(version) = installed {
                    span class={ "badge " (if *version < card.version { "info" } else { "success" }) } {
                        @if *version < card.version { "Update" } @else { (parts::icon(Icon::Check)) "Installed" }
                    }
                }
            }
        }
    }

    /// The address of an item's drawer in front of this gallery.
    fn address_of(&self, card: &ItemCard) -> String {
        let mut parameters = self.wish.parameters();
        if self.category.is_none() {
            let joint = if parameters.is_empty() { "" } else { "&" };
            parameters.push_str(joint);
            parameters.push_str("from=all");
        }
        with_parameters(item::address(&card.category, &card.slug), &parameters)
    }

    /// What permissions mean, as far as the categories say so of themselves, and of the cards that are here. One that means
    /// another thing in another category is left as it is.
    fn sentences(&self) -> HashMap<&str, &str> {
        let asked =
            self.categories.enabled().filter(|one| self.category.as_ref().is_none_or(|id| one.row.id == *id));
        let offers = asked.flat_map(|one| &one.presentation.permissions);
        let offers = offers.map(|offer| (offer.permission.as_str(), offer.summary.as_str()));
        let grants = self.grants.values().flatten();
        let grants = grants.map(|grant| (grant.permission.as_str(), grant.summary.as_str()));
        let mut sentences: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (permission, sentence) in offers.chain(grants) {
            sentences.entry(permission).or_default().insert(sentence);
        }
        let sole = sentences.into_iter().filter(|(_, all)| all.len() == 1);
        sole.filter_map(|(permission, all)| Some((permission, all.into_iter().next()?))).collect()
    }

    /// What a field is called, by the first category that filters by it.
    fn label_of<'a>(&'a self, key: &'a str) -> &'a str {
        let asked =
            self.categories.enabled().filter(|one| self.category.as_ref().is_none_or(|id| one.row.id == *id));
        let mut fields = asked.flat_map(|one| &one.presentation.fields);
        fields.find(|field| field.facet && field.key == key).map_or(key, |field| field.label.as_str())
    }

    fn name_of<'a>(&'a self, id: &'a CategoryId) -> &'a str {
        self.categories.find(id.as_str()).map_or(id.as_str(), |category| category.row.singular.as_str())
    }
}

fn as_it_is(value: &str) -> Markup {
    html! { (value) }
}

fn words_of_value(value: &str) -> Markup {
    html! { (detail::words(value)) }
}

/// A permission, as a sentence where one is known.
fn permission(permission: &str, sentences: &HashMap<&str, &str>) -> Markup {
    html! {
        @match sentences.get(permission) {
            Some(sentence) => { (sentence) " " code.small.muted { (permission) } },
            None => code { (permission) },
        }
    }
}

/// What the permissions of cards mean, by their categories' own word. A category that gives no answer is no reason not to
/// show its items.
async fn understand(
    categories: &Snapshot,
    cards: &[ItemCard],
) -> HashMap<(CategoryId, Vec<String>), Vec<Grant>> {
    let mut grants = HashMap::new();
    for card in cards {
        let key = (card.category.clone(), card.permissions.clone());
        if grants.contains_key(&key) {
            continue;
        }
        // A list can do without: nobody waits for a component that is paused, and no list is what it is tried with.
        let category = categories.find(card.category.as_str()).filter(|category| category.paused().is_none());
        let adapter = category.and_then(|category| category.adapter().ok());
        let answer = match adapter {
            Some(adapter) if !card.permissions.is_empty() => {
                adapter.validate(&card.permissions).await.answer()
            }
            Some(_) => Some(Vec::new()),
            None => None,
        };
        if let Some(answer) = answer {
            grants.insert(key, answer);
        }
    }
    grants
}
