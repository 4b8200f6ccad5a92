//! An item's reviews, as everybody sees them.

use serde::{Deserialize, Serialize};

use super::{RatingSummary, Review, read, select};
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::is_id;
use crate::{DEFAULT_LIMIT, Page, PageError, Rating, Store, StoreError, page};
use marketplace_manifest::{CategoryId, Slug};

/// What an item's reviews are ordered by. Ties are broken by when they were written, newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReviewSort {
    /// Newest first. An edit does not move a review.
    #[default]
    Newest,
    /// Most stars first.
    Rating,
    /// Fewest stars first.
    Lowest,
}

/// Which reviews to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewQuery {
    /// Of which item: the category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The order.
    pub sort: ReviewSort,
    /// How many; `None` is [`DEFAULT_LIMIT`]. Cut to 1..=[`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: Option<u32>,
    /// From the page before, with the same query.
    pub cursor: Option<String>,
}

/// An item's reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviews {
    /// What all of them come to.
    pub summary: RatingSummary,
    /// Some of them.
    pub page: Page<Review>,
}

impl Store {
    /// The public reviews of an item; `None` unless the item is listed.
    pub async fn reviews(&self, query: &ReviewQuery) -> Result<Option<Reviews>, PageError> {
        let after = query.cursor.as_deref().map(|cursor| query.sort.position(cursor)).transpose()?;
        let item =
            sql("SELECT id FROM items WHERE category = $1 AND slug = $2 AND latest_release_id IS NOT NULL")
                .text(&query.category)
                .text(&query.slug)
                .read(self.read())
                .await?;
        let Some(item) = item else { return Ok(None) };
        let item: &str = item.get_as("id")?;
        let counts = RatingSummary::select(item).read_all(self.read()).await?;
        let summary = RatingSummary::read(&counts)?;

        let limit = page::clamp(query.limit.unwrap_or(DEFAULT_LIMIT));
        let mut list = select(" WHERE r.item_id = $1 AND r.state <> 'removed'").bind(item);
        if let Some(Position { rating, id, .. }) = after {
            match query.sort {
                ReviewSort::Newest => list.push(" AND r.id < ").value(id),
                ReviewSort::Rating => list
                    .push(" AND (r.rating, r.id) < (")
                    .value(i64::from(rating))
                    .push(", ")
                    .value(id)
                    .push(")"),
                // Two conditions: the columns run in opposite directions, which a comparison of rows cannot say.
                ReviewSort::Lowest => list
                    .push(" AND r.rating >= ")
                    .value(i64::from(rating))
                    .push(" AND (r.rating > ")
                    .value(i64::from(rating))
                    .push(" OR r.id < ")
                    .value(id)
                    .push(")"),
            };
        }
        list.push(query.sort.order()).push(" LIMIT ").value(limit + 1);
        let rows = list.read_all(self.read()).await?;
        let reviews = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        let mut page = Page::cut(reviews, limit, |review| query.sort.cursor(review));
        page.total = Some(summary.count());
        Ok(Some(Reviews { summary, page }))
    }
}

/// Where a page ended: the next begins beyond it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    sort: ReviewSort,
    rating: Rating,
    id: String,
}

impl ReviewSort {
    fn order(self) -> &'static str {
        match self {
            Self::Newest => " ORDER BY r.id DESC",
            Self::Rating => " ORDER BY r.rating DESC, r.id DESC",
            Self::Lowest => " ORDER BY r.rating, r.id DESC",
        }
    }

    fn cursor(self, review: &Review) -> String {
        page::encode(&Position { sort: self, rating: review.rating, id: review.id.clone() })
    }

    /// The position in a cursor of this very order.
    fn position(self, cursor: &str) -> Result<Position, PageError> {
        let position: Position = page::decode(cursor)?;
        if position.sort == self && is_id(&position.id) { Ok(position) } else { Err(PageError::BadCursor) }
    }
}
