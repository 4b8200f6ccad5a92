//! Lists and search: keyset cursors, never an `OFFSET`; the card is stored as it is sent.
//!
//! Every page is read as of the revision of the catalogue that the first one was, see [`faces`](crate::faces). A search by
//! relevance stops where the page is full, see [`expression`](crate::expression); in another order, or with filters
//! alone, all that match are sorted.

use sqlx::any::AnyRow;

use crate::order::{Key, Listed, Order, Position};
use crate::row::Columns;
use crate::selection::Selection;
use crate::sql::{Sql, sql};
use crate::words::Words;
use crate::{DEFAULT_LIMIT, ItemCard, PageError, Sort, Store, StoreError, expression, items, labels, page};
use marketplace_manifest::{AuthorId, CategoryId};

/// Counting stops here: a search for a common word must not read all that match to show the first few.
pub const MAX_TOTAL: i64 = 1_000;

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemQuery {
    /// Of one category, or of all that are enabled.
    pub category: Option<CategoryId>,
    /// Search words, any text at all: every word must match the start of a word of the item. If nothing does, words
    /// that nothing begins with are taken for typing errors, and what they may have meant is searched.
    pub q: Option<String>,
    /// The order.
    pub sort: Sort,
    /// Only items with every one of these keywords.
    pub tags: Vec<String>,
    /// Only items of this author.
    pub author: Option<AuthorId>,
    /// Only items that declare exactly this permission.
    pub permission: Option<String>,
    /// Only items with every one of these values of fields.
    pub fields: Vec<FieldValue>,
    /// The keys of the fields whose [`Facets`](crate::Facets) are wanted; to a list they mean nothing.
    pub facets: Vec<String>,
    /// How many; `None` is [`DEFAULT_LIMIT`](crate::DEFAULT_LIMIT). Cut to 1..=[`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: Option<u32>,
    /// From the page before, with the same query.
    pub cursor: Option<String>,
}

/// A value that a field has, as filters name it: a text, or `true` or `false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// The field's key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemPage {
    /// The items, as they are now.
    pub items: Vec<ItemCard>,
    /// For the next page; `None` on the last. Opaque, and good for a day with the same query.
    pub next_cursor: Option<String>,
    /// How many items all pages have together, as of the first.
    pub total: i64,
    /// `false` if there are more: a search, and a list with filters, counts to [`MAX_TOTAL`].
    pub total_is_exact: bool,
    /// What was searched instead of what was asked, if that was a typing error.
    pub corrected: Option<String>,
}

impl Store {
    /// Items that have an approved release.
    pub async fn list_items(&self, query: &ItemQuery) -> Result<ItemPage, PageError> {
        let mut selection = Selection::of(query);
        let order = Order::new(query.sort, selection.words.is_some());
        let after = query.cursor.as_deref().map(|cursor| order.position(query, cursor)).transpose()?;
        let listed = match &after {
            Some(position) => {
                if let Some(each) = &position.list.corrected {
                    selection.words = Some(Words::from_each(each.clone()));
                }
                position.list.clone()
            }
            None => self.first(query, &mut selection).await?,
        };
        let limit = page::clamp(query.limit.unwrap_or(DEFAULT_LIMIT));
        let mut rows = match selection.is_hopeless() {
            true => Vec::new(),
            false if order.is_by_relevance() => {
                self.by_relevance(&selection, order, &listed, after.as_ref(), limit).await?
            }
            false => self.by_column(&selection, order, &listed, after.as_ref(), limit).await?,
        };
        // Asked last: whatever was swept before this answer is missed by it, and nothing that is swept after.
        if after.is_some() && self.revision("catalogue_floor").await? > listed.as_of {
            return Err(PageError::Expired);
        }

        let is_last = rows.len() <= usize::try_from(limit).unwrap_or(usize::MAX);
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next_cursor = match rows.last() {
            Some((tier, row)) if !is_last => Some(order.cursor(row, *tier, &listed)?),
            _ => None,
        };
        let cards = rows.iter().map(|(_, row)| items::read_card(row)).collect::<Result<_, StoreError>>()?;
        Ok(ItemPage {
            items: cards,
            next_cursor,
            total: listed.total,
            total_is_exact: listed.total_is_exact,
            corrected: listed.corrected.map(|each| each.join(" ")),
        })
    }

    /// What holds for all pages: as of when, how many, and what the words meant.
    async fn first(&self, query: &ItemQuery, selection: &mut Selection<'_>) -> Result<Listed, StoreError> {
        let mut listed = Listed::new(query, self.revision("catalogue").await?);
        if selection.is_hopeless() {
            return Ok(listed);
        }
        let mut total = self.total(selection, listed.as_of).await?;
        if let (0, Some(words)) = (total, &selection.words)
            && let Some(meant) = self.correct(words).await?
        {
            listed.corrected = Some(meant.each.clone());
            selection.words = Some(meant);
            total = self.total(selection, listed.as_of).await?;
        }
        listed.total_is_exact = total <= MAX_TOTAL || selection.is_everything();
        listed.total = if listed.total_is_exact { total } else { MAX_TOTAL };
        Ok(listed)
    }

    /// How many there are; at most one more than [`MAX_TOTAL`] unless the number is kept.
    async fn total(&self, selection: &Selection<'_>, as_of: i64) -> Result<i64, StoreError> {
        if selection.is_everything() {
            return self.label_total(selection.category).await;
        }
        let mut statement = sql("SELECT COUNT(*) AS total FROM (SELECT 1");
        selection.push_faces(&mut statement, self.backend(), as_of);
        statement.push(" LIMIT ").value(MAX_TOTAL + 1).push(") AS counted");
        statement.read(self.read()).await?.map_or(Ok(0), |row| row.get_as("total"))
    }

    /// The kept number of items of a category, or of all that are enabled.
    async fn label_total(&self, category: Option<&CategoryId>) -> Result<i64, StoreError> {
        let row = sql("SELECT CAST(COALESCE(SUM(items), 0) AS BIGINT) AS total FROM label_counts \
             WHERE category = $1 AND kind = $2")
        .bind(category.map_or(labels::ALL, CategoryId::as_str).to_owned())
        .bind(labels::CATEGORY);
        row.read(self.read()).await?.map_or(Ok(0), |row| row.get_as("total"))
    }

    /// The best matches, tier by tier, until there are enough: each row with its tier.
    async fn by_relevance(
        &self,
        selection: &Selection<'_>,
        order: Order,
        listed: &Listed,
        after: Option<&Position>,
        limit: i64,
    ) -> Result<Vec<(i64, AnyRow)>, StoreError> {
        let backend = self.backend();
        let Some(words) = &selection.words else { return Ok(Vec::new()) };
        let (first, mut beyond) = match after.map(|position| &position.key) {
            Some(Key::Match(tier, number)) => (*tier, Some(*number)),
            _ => (0, None),
        };
        let mut found = Vec::new();
        for tier in first..expression::TIERS {
            let missing = limit + 1 - i64::try_from(found.len()).unwrap_or(limit);
            if missing <= 0 {
                break;
            }
            let mut statement = select(order);
            let expression = backend.of_tier(words, tier, &selection.filters);
            selection.push_items(&mut statement, backend, expression, listed.as_of);
            if let Some(number) = beyond.take() {
                statement.push(" AND ").push(backend.match_number()).push(" < ").value(number);
            }
            statement.push(" ORDER BY ").push(backend.match_number()).push(" DESC LIMIT ").value(missing);
            found.extend(statement.read_all(self.read()).await?.into_iter().map(|row| (tier, row)));
        }
        Ok(found)
    }

    /// The items in any other order.
    async fn by_column(
        &self,
        selection: &Selection<'_>,
        order: Order,
        listed: &Listed,
        after: Option<&Position>,
        limit: i64,
    ) -> Result<Vec<(i64, AnyRow)>, StoreError> {
        let mut statement = select(order);
        match selection.expression(self.backend()) {
            Some(expression) => {
                selection.push_items(&mut statement, self.backend(), expression, listed.as_of);
            }
            // CROSS JOIN keeps SQLite to this order: the index of the order comes first.
            None if order.is_by_use() => {
                statement.push(" FROM items i CROSS JOIN item_faces f WHERE f.item_id = i.id");
                statement.push(" AND i.latest_release_id IS NOT NULL");
                selection.push_scope(&mut statement, "i.category", listed.as_of);
            }
            None => {
                statement.push(" FROM item_faces f CROSS JOIN items i WHERE i.id = f.item_id");
                statement.push(" AND i.latest_release_id IS NOT NULL");
                selection.push_scope(&mut statement, "f.category", listed.as_of);
            }
        }
        order.push(&mut statement, after);
        statement.push(" LIMIT ").value(limit + 1);
        Ok(statement.read_all(self.read()).await?.into_iter().map(|row| (0, row)).collect())
    }
}

fn select(order: Order) -> Sql {
    let mut statement = sql("SELECT i.id, i.card, i.installs, i.rating_count, i.rating_sum, ");
    statement.push(order.column()).push(" AS sort_key");
    statement
}
