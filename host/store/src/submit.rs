//! Submitting a release: every rule, in one transaction.

use serde_json::Value;
use sqlx::AnyConnection;

use crate::claim::Claim;
use crate::dialect::violates;
use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::store::Backend;
use crate::transact::{Outcome, new_id, now, refuse_nul};
use crate::{Card, Event, Release, Status, Store, StoreError, lookalikes, releases, revocations};
use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Tenant, Version};

/// A release that passed every check and waits to be recorded. Its blobs are stored already.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSubmission {
    /// The category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The version.
    pub version: Version,
    /// Who signed it.
    pub author: AuthorId,
    /// Whose author that is.
    pub tenant: Tenant,
    /// The key that verified it.
    pub key_id: String,
    /// The whole signed manifest, as JSON text.
    pub manifest: String,
    /// Of the manifest.
    pub manifest_sha256: Digest,
    /// Of the package.
    pub package_sha256: Digest,
    /// Bytes.
    pub package_size: u64,
    /// As the archive crate names it.
    pub package_format: String,
    /// The component that gave the verdict.
    pub adapter_sha256: Digest,
    /// What it said: grants, needed, remarks, details.
    pub verdict: Value,
    /// As declared.
    pub permissions: Vec<String>,
    /// The package's files.
    pub files: Value,
    /// What lists show.
    pub card: Card,
}

/// A recorded submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// The row.
    pub submission: Release,
    /// `false` if an equal submission was pending already: then this is that one.
    pub created: bool,
}

/// Why a submission was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The name belongs to the author who first used it, for ever.
    #[error("`{category}/{slug}` belongs to another author: choose another name")]
    SlugTaken {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
    },
    /// The version exists; versions are never reused once approved, and have one candidate at a time.
    #[error("version {version} of `{category}/{slug}` is {status} already: raise the version")]
    VersionTaken {
        /// The category.
        category: CategoryId,
        /// The name.
        slug: Slug,
        /// The version.
        version: Version,
        /// Of the release that has it. `rejected` if it was approved once and rejected later.
        status: Status,
    },
    /// The category was removed meanwhile.
    #[error("there is no category `{0}`")]
    CategoryUnknown(CategoryId),
    /// The author does not exist, or is not of the tenant.
    #[error("there is no author `{author}` of tenant `{tenant}`")]
    AuthorUnknown {
        /// The author.
        author: AuthorId,
        /// The tenant.
        tenant: Tenant,
    },
    /// The author is not verified, or no longer.
    #[error("the author `{0}` is not verified: ask an operator")]
    AuthorNotVerified(AuthorId),
    /// The key is not the author's, or was rotated out or revoked meanwhile.
    #[error("the key that signed this is not the one in force of `{0}`: sign with that one")]
    KeyRevoked(AuthorId),
    /// An operator blocked the package, the item or the key.
    #[error("an operator blocked this: {reason}")]
    Blocked {
        /// Why.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Records a submission as pending. Of any number of equal ones, while the first is pending, one row comes,
    /// and only that one writes its event.
    pub async fn submit(&self, submission: NewSubmission, event: Event) -> Result<Submitted, SubmitError> {
        refuse_nul("the manifest", &submission.manifest)?;
        let (new, backend) = (&submission, self.backend());
        let claim = &Claim::of(new);
        let (item_id, release_id) = (&new_id(), &new_id());
        self.transact(event, async |mut tx| {
            // First: a block at the same moment comes before, and is found, or after, and finds this.
            revocations::hold(&mut tx, backend).await?;
            check_parties(&mut tx, backend, new).await?;
            claim.check_blocks(&mut tx, Some(&new.key_id)).await?;
            let item = claim_slug(&mut tx, item_id, claim).await?;
            if let Some(equal) = claim.check_version(&mut tx, &item).await? {
                let row = sql("SELECT * FROM releases WHERE id = $1").bind(equal).returning(&mut tx).await?;
                return Ok(Outcome::Unchanged(Submitted {
                    submission: releases::read(&row)?,
                    created: false,
                }));
            }
            let submission = insert(&mut tx, release_id, &item, new).await?;
            Ok(Outcome::Changed(tx, Submitted { submission, created: true }))
        })
        .await
    }
}

/// The category, the author and the key, as they are now and stay until the commit.
async fn check_parties(
    connection: &mut AnyConnection,
    backend: Backend,
    new: &NewSubmission,
) -> Result<(), SubmitError> {
    let locked = |text: &'static str| {
        let mut statement: Sql = sql(text);
        statement.push(backend.for_share());
        statement
    };
    let category = locked("SELECT id FROM marketplace_categories WHERE id = $1").text(&new.category);
    if category.row(connection).await?.is_none() {
        return Err(SubmitError::CategoryUnknown(new.category.clone()));
    }
    let author = locked("SELECT verified_at FROM authors WHERE id = $1 AND tenant = $2");
    let Some(author) = author.text(&new.author).text(&new.tenant).row(connection).await? else {
        return Err(SubmitError::AuthorUnknown { author: new.author.clone(), tenant: new.tenant.clone() });
    };
    if author.get_as::<Option<i64>>("verified_at")?.is_none() {
        return Err(SubmitError::AuthorNotVerified(new.author.clone()));
    }
    let key = locked(
        "SELECT id FROM author_keys WHERE id = $1 AND author = $2 AND revoked_at IS NULL AND retired_at IS NULL",
    )
    .bind(new.key_id.as_str())
    .text(&new.author);
    if key.row(connection).await?.is_none() {
        return Err(SubmitError::KeyRevoked(new.author.clone()));
    }
    Ok(())
}

/// The item's id: a new one, or the author's own. Either way the item is locked: submissions and decisions on it
/// take turns.
async fn claim_slug(
    connection: &mut AnyConnection,
    id: &str,
    claim: &Claim<'_>,
) -> Result<String, SubmitError> {
    let row = sql("INSERT INTO items (id, category, slug, author, created_at, skeleton) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (category, slug) DO UPDATE SET revision = items.revision + 1 RETURNING id, author")
    .bind(id)
    .text(claim.category)
    .text(claim.slug)
    .text(claim.author)
    .bind(now())
    .bind(lookalikes::skeleton(claim.slug))
    .returning(connection)
    .await?;
    claim.check_owner(&row)?;
    Ok(row.get_as("id")?)
}

async fn insert(
    connection: &mut AnyConnection,
    id: &str,
    item: &str,
    new: &NewSubmission,
) -> Result<Release, SubmitError> {
    let row = sql("INSERT INTO releases (id, item_id, category, slug, version, author, tenant, key_id, status, \
         manifest, manifest_sha256, package_sha256, package_size, package_format, adapter_sha256, verdict, \
         permissions, files, card, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19) RETURNING *")
    .bind(id)
    .bind(item)
    .text(&new.category)
    .text(&new.slug)
    .text(&new.version)
    .text(&new.author)
    .text(&new.tenant)
    .bind(new.key_id.as_str())
    .bind(new.manifest.as_str())
    .text(&new.manifest_sha256)
    .text(&new.package_sha256)
    .bind(i64::try_from(new.package_size).unwrap_or(i64::MAX))
    .bind(new.package_format.as_str())
    .text(&new.adapter_sha256)
    .json(&new.verdict)
    .json(&new.permissions)
    .json(&new.files)
    .json(&new.card)
    .bind(now())
    .returning(connection)
    .await
    .map_err(|error| {
        match violates(&error, "releases_version_key", "releases.item_id, releases.version") {
            true => Claim::of(new).taken(Status::Pending),
            false => SubmitError::Store(error),
        }
    })?;
    Ok(releases::read(&row)?)
}
