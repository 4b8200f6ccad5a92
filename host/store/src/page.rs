//! Pages and their cursors.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::transact::is_id;

/// How many rows a page has unless the caller says.
pub const DEFAULT_LIMIT: u32 = 24;
/// How many rows a page has at most, whatever the caller says.
pub const MAX_LIMIT: u32 = 100;
/// Longer than any cursor that this crate makes; what is longer is not decoded at all.
const MAX_CURSOR: usize = 8 * 1024;

/// Some rows, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// For the next page; `None` on the last. Opaque, and good only with the same query.
    pub next_cursor: Option<String>,
    /// How many rows all pages have together, where that is counted.
    pub total: Option<i64>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The cursor is not one that a page of this query gave.
    #[error("the cursor does not belong to this list: start without one")]
    BadCursor,
    /// The list has changed so much since its first page that it cannot be told any more what was on it.
    #[error("the cursor is more than a day old: start without one")]
    Expired,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<T> Page<T> {
    /// A page of `limit` rows out of one more, which says only that there is a next page.
    pub(crate) fn cut(mut items: Vec<T>, limit: i64, cursor: impl FnOnce(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(cursor) } else { None };
        Self { items, next_cursor, total: None }
    }
}

/// The id that a cursor of a list by id holds.
pub(crate) fn id_cursor(cursor: Option<&str>) -> Result<Option<String>, PageError> {
    match cursor.map(decode::<String>).transpose()? {
        Some(id) if !is_id(&id) => Err(PageError::BadCursor),
        id => Ok(id),
    }
}

/// The name that a cursor of a list by name holds.
pub(crate) fn name_cursor<T: FromStr>(cursor: Option<&str>) -> Result<Option<T>, PageError> {
    let name = cursor.map(decode::<String>).transpose()?;
    name.map(|name| name.parse().map_err(|_| PageError::BadCursor)).transpose()
}

/// The caller's limit, within bounds.
pub(crate) fn clamp(limit: u32) -> i64 {
    i64::from(limit.clamp(1, MAX_LIMIT))
}

/// A position, as text for a URL.
pub(crate) fn encode<T: Serialize>(position: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).expect("positions are plain structs"))
}

/// The position in a cursor. A cursor is a stranger's text: whatever is not exactly a position is refused.
pub(crate) fn decode<T: DeserializeOwned>(cursor: &str) -> Result<T, PageError> {
    if cursor.len() > MAX_CURSOR {
        return Err(PageError::BadCursor);
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| PageError::BadCursor)?;
    serde_json::from_slice(&bytes).map_err(|_| PageError::BadCursor)
}
