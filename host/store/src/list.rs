//! Lists and search: keyset cursors, never an `OFFSET`; the card is stored as it is sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::store::Backend;
use crate::transact::is_id;
use crate::words::{self, Words};
use crate::{DEFAULT_LIMIT, ItemCard, Page, PageError, Store, StoreError, items, page};
use marketplace_manifest::{AuthorId, CategoryId};

/// What a list is ordered by. Ties are broken by when the item was first submitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Sort {
    /// How well it matches the search words; without any, as `Newest`.
    #[default]
    Relevance,
    /// First approval, newest first.
    Newest,
    /// Last update, newest first.
    Updated,
    /// Title, folded, ascending.
    Name,
    /// Installations, most first.
    Installs,
    /// What its reviews say of it, best first: a mean of few counts for less than one of many.
    Rating,
}

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemQuery {
    /// Of one category, or of all.
    pub category: Option<CategoryId>,
    /// Search words, any text at all: every word must match the start of a word of the item.
    pub q: Option<String>,
    /// The order.
    pub sort: Sort,
    /// Only items with this keyword.
    pub tag: Option<String>,
    /// Only items of this author.
    pub author: Option<AuthorId>,
    /// Only items that declare exactly this permission.
    pub permission: Option<String>,
    /// How many; `None` is [`DEFAULT_LIMIT`](crate::DEFAULT_LIMIT). Cut to 1..=[`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: Option<u32>,
    /// From the page before, with the same query.
    pub cursor: Option<String>,
}

impl Store {
    /// Items that have an approved release.
    pub async fn list_items(&self, query: &ItemQuery) -> Result<Page<ItemCard>, PageError> {
        let search = match query.q.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => Some(words::query(text)),
        };
        // Words of punctuation only match nothing, and no keyword or permission holds a NUL (which PostgreSQL
        // would refuse). Either way a stranger's text is a query with an answer, not an error.
        let hopeless = search.as_ref().is_some_and(Vec::is_empty)
            || [&query.tag, &query.permission].into_iter().flatten().any(|text| text.contains('\0'));
        let order = Order::new(query.sort, search.is_some());
        let after = query.cursor.as_deref().map(|cursor| order.position(cursor)).transpose()?;
        if hopeless {
            return Ok(Page { items: Vec::new(), next_cursor: None, total: Some(0) });
        }

        let backend = self.backend();
        let limit = page::clamp(query.limit.unwrap_or(DEFAULT_LIMIT));
        let key = order.key(backend);

        let mut count = sql("SELECT COUNT(*) AS total");
        conditions(&mut count, backend, query, search.as_ref());
        let total = count.read(self.read()).await?.map_or(Ok(0), |row| row.get_as("total"))?;

        let mut list = sql("SELECT i.id, i.card, i.installs, i.rating_count, i.rating_sum, ");
        list.push(key).push(" AS sort_key");
        conditions(&mut list, backend, query, search.as_ref());
        if let Some(position) = after {
            list.push(" AND (").push(key).push(", i.id) ").push(order.beyond()).push(" (");
            match position.key {
                Key::Number(number) => list.value(number),
                Key::Text(text) => list.value(text),
                Key::Real(bits) => list.value(f64::from_bits(bits)),
            };
            list.push(", ").value(position.id).push(")");
        }
        list.push(" ORDER BY ").push(key).push(order.direction());
        list.push(", i.id").push(order.direction()).push(" LIMIT ").value(limit + 1);

        let rows = list.read_all(self.read()).await?;
        let cards = rows
            .iter()
            .map(|row| Ok((row, items::read_card(row)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let mut failed = None;
        let page = Page::cut(cards, limit, |(row, _)| {
            order.cursor(row).unwrap_or_else(|error| {
                failed = Some(error);
                String::new()
            })
        });
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(Page {
                items: page.items.into_iter().map(|(_, card)| card).collect(),
                next_cursor: page.next_cursor,
                total: Some(total),
            }),
        }
    }
}

/// From where, and which items. The search comes first: its words are `$1`.
fn conditions(statement: &mut Sql, backend: Backend, query: &ItemQuery, search: Option<&Words>) {
    statement.push(" FROM items i");
    if let Some(words) = search {
        statement.argument(backend.search_query(words));
        statement.push(backend.search_join());
    }
    statement.push(" WHERE i.latest_release_id IS NOT NULL");
    if search.is_some() {
        backend.search_condition(statement);
    }
    if let Some(category) = &query.category {
        statement.push(" AND i.category = ").value(category.to_string());
    }
    if let Some(author) = &query.author {
        statement.push(" AND i.author = ").value(author.to_string());
    }
    if let Some(tag) = &query.tag {
        statement
            .push(" AND i.id IN (SELECT item_id FROM item_keywords WHERE keyword = ")
            .value(tag.as_str())
            .push(")");
    }
    if let Some(permission) = &query.permission {
        statement
            .push(" AND i.id IN (SELECT item_id FROM item_permissions WHERE permission = ")
            .value(permission.as_str())
            .push(")");
    }
}

/// The order that a query comes to.
#[derive(Clone, Copy)]
struct Order(Sort);

/// Where a page ended: the next begins beyond it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    sort: Sort,
    key: Key,
    id: String,
}

/// A value of the sorted column.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Key {
    Number(i64),
    Text(String),
    /// The bits of an `f64`: JSON's decimal digits need not come back as the same number.
    Real(u64),
}

impl Order {
    fn new(sort: Sort, searched: bool) -> Self {
        match sort {
            Sort::Relevance if !searched => Self(Sort::Newest),
            sort => Self(sort),
        }
    }

    fn key(self, backend: Backend) -> &'static str {
        match self.0 {
            Sort::Relevance => backend.search_rank(),
            Sort::Newest => "i.published_at",
            Sort::Updated => "i.updated_at",
            Sort::Name => "i.sort_name",
            Sort::Installs => "i.installs",
            Sort::Rating => "i.rating",
        }
    }

    fn direction(self) -> &'static str {
        if self.0 == Sort::Name { " ASC" } else { " DESC" }
    }

    fn beyond(self) -> &'static str {
        if self.0 == Sort::Name { ">" } else { "<" }
    }

    fn cursor(self, row: &AnyRow) -> Result<String, StoreError> {
        let key = match self.0 {
            Sort::Newest | Sort::Updated | Sort::Installs => Key::Number(row.get_as("sort_key")?),
            Sort::Name => Key::Text(row.get_as("sort_key")?),
            Sort::Relevance | Sort::Rating => Key::Real(row.get_as::<f64>("sort_key")?.to_bits()),
        };
        Ok(page::encode(&Position { sort: self.0, key, id: row.get_as("id")? }))
    }

    /// The position in a cursor of this very order: one of another order would compare numbers with names.
    fn position(self, cursor: &str) -> Result<Position, PageError> {
        let position: Position = page::decode(cursor)?;
        let fits = match (&position.key, self.0) {
            (Key::Number(_), Sort::Newest | Sort::Updated | Sort::Installs) => true,
            (Key::Text(text), Sort::Name) => !text.contains('\0'),
            (Key::Real(bits), Sort::Relevance | Sort::Rating) => f64::from_bits(*bits).is_finite(),
            _ => false,
        };
        if fits && position.sort == self.0 && is_id(&position.id) {
            Ok(position)
        } else {
            Err(PageError::BadCursor)
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Updated => "updated",
            Self::Name => "name",
            Self::Installs => "installs",
            Self::Rating => "rating",
        })
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "relevance" => Ok(Self::Relevance),
            "newest" => Ok(Self::Newest),
            "updated" => Ok(Self::Updated),
            "name" => Ok(Self::Name),
            "installs" => Ok(Self::Installs),
            "rating" => Ok(Self::Rating),
            other => Err(format!(
                "`{other}` is no order: expected relevance, newest, updated, name, installs or rating"
            )),
        }
    }
}
