//! Orders, and the positions in them that cursors hold.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::Sql;
use crate::transact::is_id;
use crate::words::Words;
use crate::{ItemQuery, PageError, StoreError, expression, page};
use marketplace_manifest::Digest;

/// What a list is ordered by. Ties are broken by when the item was first submitted.
///
/// While somebody pages through a list, what is published does not appear in it, and what is updated stays where it
/// was: each item of the first page's moment is seen once. `Installs` and `Rating` change by use. There an item whose
/// number changes meanwhile may be seen again, or not at all; the others are seen once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Sort {
    /// Where the search words are: the title or slug itself; the start of it; the title; keywords or author; the
    /// summary; the description. Then the more popular, by order of magnitude; then what changed last. Without search
    /// words, as `Newest`.
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

/// The order that a query comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order(Sort);

/// Where a page ended: the next begins beyond it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    sort: Sort,
    pub(crate) key: Key,
    id: String,
    /// What every page of this list has in common.
    pub(crate) list: Listed,
}

/// What was found out for the first page, and holds for all.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// Of which query: another one's cursor is a mistake that must not look like an answer.
    query: String,
    /// The revision of the catalogue.
    pub(crate) as_of: i64,
    /// How many items there are, as far as they were counted.
    pub(crate) total: i64,
    pub(crate) total_is_exact: bool,
    /// The words that were searched instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) corrected: Option<Vec<String>>,
}

/// A value of what is sorted by.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Key {
    Number(i64),
    Text(String),
    /// The bits of an `f64`: JSON's decimal digits need not come back as the same number.
    Real(u64),
    /// A tier, and the number of a face in it.
    Match(i64, i64),
}

impl Order {
    pub(crate) fn new(sort: Sort, is_search: bool) -> Self {
        match sort {
            Sort::Relevance if !is_search => Self(Sort::Newest),
            sort => Self(sort),
        }
    }

    pub(crate) fn is_by_relevance(self) -> bool {
        self.0 == Sort::Relevance
    }

    /// Whether the items themselves hold the number, which changes by use.
    pub(crate) fn is_by_use(self) -> bool {
        matches!(self.0, Sort::Installs | Sort::Rating)
    }

    /// The column sorted by; relevance has none.
    pub(crate) fn column(self) -> &'static str {
        match self.0 {
            Sort::Relevance => "f.number",
            Sort::Newest => "f.published_at",
            Sort::Updated => "f.updated_at",
            Sort::Name => "f.sort_name",
            Sort::Installs => "i.installs",
            Sort::Rating => "i.rating",
        }
    }

    /// What breaks ties, in the table of the column, whose index has both.
    fn id(self) -> &'static str {
        if self.is_by_use() { "i.id" } else { "f.item_id" }
    }

    /// The items beyond a position, if there is one, in order.
    pub(crate) fn push(self, statement: &mut Sql, after: Option<&Position>) {
        let (direction, beyond) = if self.0 == Sort::Name { (" ASC", ">") } else { (" DESC", "<") };
        if let Some(position) = after {
            statement
                .push(" AND (")
                .push(self.column())
                .push(", ")
                .push(self.id())
                .push(") ")
                .push(beyond)
                .push(" (");
            match position.key.clone() {
                Key::Number(number) | Key::Match(_, number) => statement.value(number),
                Key::Text(text) => statement.value(text),
                Key::Real(bits) => statement.value(f64::from_bits(bits)),
            };
            statement.push(", ").value(position.id.clone()).push(")");
        }
        statement.push(" ORDER BY ").push(self.column()).push(direction);
        statement.push(", ").push(self.id()).push(direction);
    }

    /// The cursor of a row of this order, which has its value as `sort_key`; `tier` is where a search found it.
    pub(crate) fn cursor(self, row: &AnyRow, tier: i64, list: &Listed) -> Result<String, StoreError> {
        let key = match self.0 {
            Sort::Relevance => Key::Match(tier, row.get_as("sort_key")?),
            Sort::Newest | Sort::Updated | Sort::Installs => Key::Number(row.get_as("sort_key")?),
            Sort::Name => Key::Text(row.get_as("sort_key")?),
            Sort::Rating => Key::Real(row.get_as::<f64>("sort_key")?.to_bits()),
        };
        Ok(page::encode(&Position { sort: self.0, key, id: row.get_as("id")?, list: list.clone() }))
    }

    /// The position in a cursor of this order of this query.
    pub(crate) fn position(self, query: &ItemQuery, cursor: &str) -> Result<Position, PageError> {
        let position: Position = page::decode(cursor)?;
        let fits = match (&position.key, self.0) {
            (Key::Match(tier, _), Sort::Relevance) => (0..expression::TIERS).contains(tier),
            (Key::Number(_), Sort::Newest | Sort::Updated | Sort::Installs) => true,
            (Key::Text(text), Sort::Name) => !text.contains('\0'),
            (Key::Real(bits), Sort::Rating) => f64::from_bits(*bits).is_finite(),
            _ => false,
        };
        let is_of_query = position.list.query == fingerprint(query) && position.list.is_sound();
        if fits && position.sort == self.0 && is_id(&position.id) && is_of_query {
            Ok(position)
        } else {
            Err(PageError::BadCursor)
        }
    }
}

impl Listed {
    pub(crate) fn new(query: &ItemQuery, as_of: i64) -> Self {
        Self { query: fingerprint(query), as_of, total: 0, total_is_exact: true, corrected: None }
    }

    /// A cursor is a stranger's text: its words must be words as any others.
    fn is_sound(&self) -> bool {
        self.corrected.as_ref().is_none_or(|each| Words::are(each))
    }
}

/// Names a query but for its place in the list.
fn fingerprint(query: &ItemQuery) -> String {
    let ItemQuery { category, q, tags, author, permission, fields, .. } = query;
    let text = format!("{category:?} {q:?} {tags:?} {author:?} {permission:?} {fields:?}");
    let mut digits = Digest::of(text.as_bytes()).to_string();
    digits.truncate(16);
    digits
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
