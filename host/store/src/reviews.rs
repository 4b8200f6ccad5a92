//! Reviews: what tenants say about what they installed, one each for an item.
//!
//! Everything that changes a review does so under its item's lock, in the order tenant, item, key of all locks. So the
//! counts that lists are sorted by are exact, and of two moderators at once the second sees what the first decided.

mod list;
mod moderate;
mod queue;
mod rating;
mod remove;
mod reply;
mod report;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::transact::is_id;
use crate::{Store, StoreError};
use marketplace_manifest::{AuthorId, CategoryId, Slug, Tenant, Version};

pub use list::{ReviewQuery, ReviewSort, Reviews};
pub use moderate::{ModerateReviewError, ReviewDecision};
pub use queue::{Report, ReviewCase, ReviewFilter};
pub use rating::{Rating, RatingError, RatingSummary};
pub use remove::RemoveReviewError;
pub use reply::{Replied, ReplyError};
pub use report::ReportError;
pub use write::{NewReview, WriteReviewError};

pub(crate) use rating::mean;

/// What one tenant says about one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// UUIDv7.
    pub id: String,
    /// The item's category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// Who wrote it.
    pub tenant: Tenant,
    /// What it was written for: the version that the tenant had live last, when it wrote or edited.
    pub version: Version,
    /// The stars.
    pub rating: Rating,
    /// As it was sent, never interpreted.
    pub title: Option<String>,
    /// As it was sent, never interpreted.
    pub body: Option<String>,
    /// Where it stands with the moderators.
    pub state: ReviewState,
    /// What a moderator who decides has seen: raised by every edit, report and decision.
    pub revision: i64,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds, of the last edit.
    pub edited_at: Option<i64>,
    /// The author's reply.
    pub reply: Option<Reply>,
    /// What a moderator decided last.
    pub decided: Option<DecidedReview>,
}

/// Where a review stands with the moderators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReviewState {
    /// Nobody has judged it as it is.
    Published,
    /// Somebody reported it; it is shown until a moderator decides.
    Reported,
    /// A moderator dismissed the reports.
    Kept,
    /// A moderator took it down. It is neither shown nor counted.
    Removed,
}

/// What an item's author answers to a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The item's author.
    pub author: AuthorId,
    /// As it was sent, never interpreted.
    pub body: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds, of the last edit.
    pub edited_at: Option<i64>,
}

/// The last decision of a moderator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedReview {
    /// Why.
    pub reason: String,
    /// Unix milliseconds.
    pub at: i64,
    /// By whom.
    pub by: String,
}

impl Store {
    /// One review, whatever its state, and whether or not its item is listed.
    pub async fn review(&self, id: &str) -> Result<Option<Review>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        by_id(id).read(self.read()).await?.as_ref().map(read).transpose()
    }

    /// A tenant's own review of an item, whatever its state, and whether or not the item is listed.
    pub async fn review_of(
        &self,
        tenant: &Tenant,
        category: &CategoryId,
        slug: &Slug,
    ) -> Result<Option<Review>, StoreError> {
        let row = select(" WHERE i.category = $1 AND i.slug = $2 AND r.tenant = $3")
            .text(category)
            .text(slug)
            .text(tenant)
            .read(self.read())
            .await?;
        row.as_ref().map(read).transpose()
    }
}

/// An item whose reviews are being changed. Locked until the commit.
struct Subject {
    id: String,
    author: AuthorId,
    /// It has an approved release. Without one it is not public, and neither are its reviews.
    listed: bool,
}

impl Subject {
    /// Locks an item by its name.
    async fn lock(
        connection: &mut AnyConnection,
        category: &CategoryId,
        slug: &Slug,
    ) -> Result<Option<Self>, StoreError> {
        let row = sql("UPDATE items SET revision = revision + 1 WHERE category = $1 AND slug = $2 \
             RETURNING id, author, latest_release_id")
        .text(category)
        .text(slug)
        .row(connection)
        .await?;
        row.as_ref().map(Self::read).transpose()
    }

    /// Locks the item of a review, and reads the review after that: so it is as the transaction before left it.
    async fn lock_of_review(
        connection: &mut AnyConnection,
        id: &str,
    ) -> Result<Option<(Self, Review)>, StoreError> {
        let row = sql("UPDATE items SET revision = revision + 1 \
             WHERE id = (SELECT item_id FROM reviews WHERE id = $1) RETURNING id, author, latest_release_id")
        .bind(id)
        .row(connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let item = Self::read(&row)?;
        let review = by_id(id).row(connection).await?.as_ref().map(read).transpose()?;
        Ok(review.map(|review| (item, review)))
    }

    /// The same, of a review that the public sees.
    async fn lock_of_public_review(
        connection: &mut AnyConnection,
        id: &str,
    ) -> Result<Option<(Self, Review)>, StoreError> {
        let found = Self::lock_of_review(connection, id).await?;
        Ok(found.filter(|(item, review)| item.listed && review.state != ReviewState::Removed))
    }

    /// The review that a tenant wrote of it.
    async fn review_of(
        &self,
        connection: &mut AnyConnection,
        tenant: &Tenant,
    ) -> Result<Option<Review>, StoreError> {
        let row = select(" WHERE r.item_id = $1 AND r.tenant = $2")
            .bind(self.id.as_str())
            .text(tenant)
            .row(connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Whether its author is the tenant's.
    async fn is_owned_by(&self, connection: &mut AnyConnection, tenant: &Tenant) -> Result<bool, StoreError> {
        let row = sql("SELECT id FROM authors WHERE id = $1 AND tenant = $2")
            .text(&self.author)
            .text(tenant)
            .row(connection)
            .await?;
        Ok(row.is_some())
    }

    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get_as("id")?,
            author: row.parsed("author")?,
            listed: row.get_as::<Option<&str>>("latest_release_id")?.is_some(),
        })
    }
}

/// Reviews with the names of their items.
fn select(condition: &'static str) -> Sql {
    let mut statement =
        sql("SELECT r.*, i.category, i.slug, i.author FROM reviews r JOIN items i ON i.id = r.item_id");
    statement.push(condition);
    statement
}

fn by_id(id: &str) -> Sql {
    select(" WHERE r.id = $1").bind(id)
}

fn read(row: &AnyRow) -> Result<Review, StoreError> {
    let reply = match row.get_as("reply")? {
        None => None,
        Some(body) => Some(Reply {
            author: row.parsed("author")?,
            body,
            created_at: row.get_as("replied_at")?,
            edited_at: row.get_as("reply_edited_at")?,
        }),
    };
    let decided = match row.get_as("decision_reason")? {
        None => None,
        Some(reason) => {
            Some(DecidedReview { reason, at: row.get_as("decided_at")?, by: row.get_as("decided_by")? })
        }
    };
    Ok(Review {
        id: row.get_as("id")?,
        category: row.parsed("category")?,
        slug: row.parsed("slug")?,
        tenant: row.parsed("tenant")?,
        version: row.parsed("version")?,
        rating: row.size("rating")?,
        title: row.get_as("title")?,
        body: row.get_as("body")?,
        state: row.parsed("state")?,
        revision: row.get_as("revision")?,
        created_at: row.get_as("created_at")?,
        edited_at: row.get_as("edited_at")?,
        reply,
        decided,
    })
}

impl fmt::Display for ReviewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Published => "published",
            Self::Reported => "reported",
            Self::Kept => "kept",
            Self::Removed => "removed",
        })
    }
}

impl FromStr for ReviewState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "published" => Ok(Self::Published),
            "reported" => Ok(Self::Reported),
            "kept" => Ok(Self::Kept),
            "removed" => Ok(Self::Removed),
            other => Err(format!("`{other}` is no state: expected published, reported, kept or removed")),
        }
    }
}
