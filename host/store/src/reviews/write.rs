//! Writing a review, and editing it.

use sqlx::AnyConnection;

use super::{Rating, Review, ReviewState, Subject, by_id, rating};
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, Tx, new_id, now, refuse_nul};
use crate::{Event, Store, StoreError};
use marketplace_manifest::{CategoryId, Slug, Tenant, Version};

/// What a tenant wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// Who.
    pub tenant: Tenant,
    /// About what: the category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The stars.
    pub rating: Rating,
    /// Stored as it is.
    pub title: Option<String>,
    /// Stored as it is.
    pub body: Option<String>,
}

/// Why a review was not written, or not edited.
#[derive(Debug, thiserror::Error)]
pub enum WriteReviewError {
    /// There is no such item that is listed.
    #[error("there is no published item `{category}/{slug}`")]
    NoItem {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// The item is by an author of the tenant.
    #[error("`{category}/{slug}` is your own: reviews are for others to write")]
    OwnItem {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// The tenant never had it.
    #[error("`{category}/{slug}` was never installed here: install it before you review it")]
    NeverInstalled {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// A moderator removed what the tenant wrote before.
    #[error("a moderator removed your review, and it cannot be written again: {reason}")]
    Removed {
        /// What the moderator said.
        reason: String,
    },
    /// The tenant wrote one before.
    #[error("there is a review of `{category}/{slug}` by this tenant already: edit that one")]
    Written {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// The tenant wrote none, or took it back.
    #[error("there is no review of `{category}/{slug}` by this tenant: write one")]
    NotWritten {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Writes a tenant's first review of an item; [`WriteReviewError::Written`] if there is one.
    pub async fn write_review(&self, review: NewReview, event: Event) -> Result<Review, WriteReviewError> {
        refuse_nuls(&review)?;
        let (new, id) = (&review, &new_id());
        self.transact(event, async |mut tx| {
            let (item, version) = admit(&mut tx, new).await?;
            if let Some(before) = item.review_of(&mut tx, &new.tenant).await? {
                check_not_removed(&before)?;
                return Err(new.written());
            }
            sql("INSERT INTO reviews (id, item_id, tenant, version, rating, title, body, state, revision, \
                 created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'published', 1, $8)")
            .bind(id.as_str())
            .bind(item.id.as_str())
            .text(&new.tenant)
            .text(&version)
            .bind(i64::from(new.rating))
            .bind(new.title.as_deref())
            .bind(new.body.as_deref())
            .bind(now())
            .run(&mut tx)
            .await?;
            rating::count(&mut tx, &item.id, None, Some(new.rating)).await?;
            finish(tx, id).await
        })
        .await
    }

    /// Replaces what a tenant wrote about an item; [`WriteReviewError::NotWritten`] if there is nothing. What was
    /// reported stays reported; what a moderator kept is open to reports again, since it is another text. An edit that
    /// changes nothing is none.
    pub async fn edit_review(&self, review: NewReview, event: Event) -> Result<Review, WriteReviewError> {
        refuse_nuls(&review)?;
        let new = &review;
        self.transact(event, async |mut tx| {
            let (item, version) = admit(&mut tx, new).await?;
            let before = item.review_of(&mut tx, &new.tenant).await?.ok_or_else(|| new.not_written())?;
            check_not_removed(&before)?;
            if new.says(&before) && version == before.version {
                return Ok(Outcome::Unchanged(before));
            }
            sql("UPDATE reviews SET version = $2, rating = $3, title = $4, body = $5, edited_at = $6, \
                 state = CASE WHEN state = 'kept' THEN 'published' ELSE state END, revision = revision + 1 \
                 WHERE id = $1")
            .bind(before.id.as_str())
            .text(&version)
            .bind(i64::from(new.rating))
            .bind(new.title.as_deref())
            .bind(new.body.as_deref())
            .bind(now())
            .run(&mut tx)
            .await?;
            sql("DELETE FROM review_reports WHERE review_id = $1 AND resolved_at IS NOT NULL")
                .bind(before.id.as_str())
                .run(&mut tx)
                .await?;
            rating::count(&mut tx, &item.id, Some(before.rating), Some(new.rating)).await?;
            finish(tx, &before.id).await
        })
        .await
    }
}

/// The item, locked, and the version that the tenant knows; an error if it may not review it.
async fn admit(
    connection: &mut AnyConnection,
    new: &NewReview,
) -> Result<(Subject, Version), WriteReviewError> {
    let (category, slug) = (new.category.clone(), new.slug.clone());
    let item = Subject::lock(connection, &category, &slug).await?.filter(|item| item.listed);
    let Some(item) = item else { return Err(WriteReviewError::NoItem { category, slug }) };
    if item.is_owned_by(connection, &new.tenant).await? {
        return Err(WriteReviewError::OwnItem { category, slug });
    }
    let row = sql("SELECT version FROM install_history WHERE tenant = $1 AND item_id = $2")
        .text(&new.tenant)
        .bind(item.id.as_str())
        .row(connection)
        .await?;
    match row {
        Some(row) => Ok((item, row.parsed("version")?)),
        None => Err(WriteReviewError::NeverInstalled { category, slug }),
    }
}

/// An error if a moderator removed what the tenant wrote before.
fn check_not_removed(before: &Review) -> Result<(), WriteReviewError> {
    if before.state != ReviewState::Removed {
        return Ok(());
    }
    let reason = before.decided.as_ref().map(|decided| decided.reason.clone());
    Err(WriteReviewError::Removed { reason: reason.unwrap_or_default() })
}

async fn finish(mut tx: Tx, id: &str) -> Result<Outcome<Review>, WriteReviewError> {
    let row = by_id(id).returning(&mut tx).await?;
    Ok(Outcome::Changed(tx, super::read(&row)?))
}

fn refuse_nuls(new: &NewReview) -> Result<(), StoreError> {
    refuse_nul("the title", new.title.as_deref().unwrap_or_default())?;
    refuse_nul("the body", new.body.as_deref().unwrap_or_default())
}

impl NewReview {
    /// Whether the review says just this.
    fn says(&self, review: &Review) -> bool {
        (self.rating, &self.title, &self.body) == (review.rating, &review.title, &review.body)
    }

    fn written(&self) -> WriteReviewError {
        WriteReviewError::Written { category: self.category.clone(), slug: self.slug.clone() }
    }

    fn not_written(&self) -> WriteReviewError {
        WriteReviewError::NotWritten { category: self.category.clone(), slug: self.slug.clone() }
    }
}
