//! The author's reply to a review: one, by whoever owns the item.

use sqlx::AnyConnection;

use super::{Review, Subject, by_id};
use crate::sql::sql;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{Event, Store, StoreError};
use marketplace_manifest::{AuthorId, Tenant};

/// What came of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replied {
    /// The review, with the reply.
    pub review: Review,
    /// Whether it is the first, and not an edit.
    pub created: bool,
}

/// Why a reply was not written, or not removed.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// There is no such review that the public sees.
    #[error("there is no review `{0}`")]
    NotFound(String),
    /// The item's author is another tenant's.
    #[error("the item is by `{0}`, who is no author of yours: only its author replies")]
    NotYourItem(AuthorId),
    /// There is no reply to remove.
    #[error("there is no reply to the review `{0}`")]
    NoReply(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Writes the reply to a review, or replaces it. The same reply again changes nothing.
    pub async fn reply_to_review(
        &self,
        id: &str,
        tenant: &Tenant,
        body: &str,
        event: Event,
    ) -> Result<Replied, ReplyError> {
        refuse_nul("the reply", body)?;
        self.transact(event, async |mut tx| {
            let review = own(&mut tx, id, tenant).await?;
            if review.reply.as_ref().is_some_and(|reply| reply.body == body) {
                return Ok(Outcome::Unchanged(Replied { review, created: false }));
            }
            sql("UPDATE reviews SET reply = $2, replied_at = COALESCE(replied_at, $3), \
                 reply_edited_at = CASE WHEN replied_at IS NULL THEN NULL ELSE $3 END WHERE id = $1")
            .bind(id)
            .bind(body)
            .bind(now())
            .run(&mut tx)
            .await?;
            let created = review.reply.is_none();
            let row = by_id(id).returning(&mut tx).await?;
            Ok(Outcome::Changed(tx, Replied { review: super::read(&row)?, created }))
        })
        .await
    }

    /// Removes the reply to a review.
    pub async fn remove_reply(&self, id: &str, tenant: &Tenant, event: Event) -> Result<(), ReplyError> {
        self.transact(event, async |mut tx| {
            let review = own(&mut tx, id, tenant).await?;
            if review.reply.is_none() {
                return Err(ReplyError::NoReply(id.to_owned()));
            }
            sql("UPDATE reviews SET reply = NULL, replied_at = NULL, reply_edited_at = NULL WHERE id = $1")
                .bind(id)
                .run(&mut tx)
                .await?;
            Ok(Outcome::Changed(tx, ()))
        })
        .await
    }
}

/// A public review of an item that the tenant publishes, with the item locked.
async fn own(connection: &mut AnyConnection, id: &str, tenant: &Tenant) -> Result<Review, ReplyError> {
    let found = match is_id(id) {
        true => Subject::lock_of_public_review(connection, id).await?,
        false => None,
    };
    let (item, review) = found.ok_or_else(|| ReplyError::NotFound(id.to_owned()))?;
    if item.is_owned_by(connection, tenant).await? {
        Ok(review)
    } else {
        Err(ReplyError::NotYourItem(item.author))
    }
}
