//! Whose a name and a version are: asked before a package is unpacked, and decided when it is recorded.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::sql;
use crate::{NewSubmission, Status, Store, StoreError, SubmitError, blocks};
use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Version};

/// What a submission lays claim to, and the bytes it does so for.
pub(crate) struct Claim<'s> {
    pub(crate) category: &'s CategoryId,
    pub(crate) slug: &'s Slug,
    pub(crate) version: &'s Version,
    pub(crate) author: &'s AuthorId,
    pub(crate) manifest_sha256: &'s Digest,
    pub(crate) package_sha256: &'s Digest,
}

impl Store {
    /// Whether [`submit`](Self::submit) would take this name and version now; an equal submission that is pending
    /// is no obstacle. Only reads: what it answers may change until the submission, which decides.
    ///
    /// # Errors
    /// [`SubmitError::SlugTaken`], [`SubmitError::VersionTaken`], [`SubmitError::Blocked`] or [`SubmitError::Store`].
    pub async fn may_submit(
        &self,
        category: &CategoryId,
        slug: &Slug,
        version: &Version,
        author: &AuthorId,
        manifest_sha256: &Digest,
        package_sha256: &Digest,
    ) -> Result<(), SubmitError> {
        let claim = Claim { category, slug, version, author, manifest_sha256, package_sha256 };
        let connection = &mut *self.read().acquire().await.map_err(StoreError::from)?;
        claim.check_blocks(connection, None).await?;
        let item = sql("SELECT id, author FROM items WHERE category = $1 AND slug = $2")
            .text(category)
            .text(slug)
            .row(connection)
            .await?;
        let Some(item) = item else { return Ok(()) };
        claim.check_owner(&item)?;
        claim.check_version(connection, item.get_as("id")?).await?;
        Ok(())
    }
}

impl<'s> Claim<'s> {
    pub(crate) fn of(new: &'s NewSubmission) -> Self {
        Self {
            category: &new.category,
            slug: &new.slug,
            version: &new.version,
            author: &new.author,
            manifest_sha256: &new.manifest_sha256,
            package_sha256: &new.package_sha256,
        }
    }

    /// An error unless the item, a row with its `author`, is the claimant's own.
    pub(crate) fn check_owner(&self, item: &AnyRow) -> Result<(), SubmitError> {
        if item.parsed::<AuthorId>("author")? == *self.author {
            return Ok(());
        }
        Err(SubmitError::SlugTaken { category: self.category.clone(), slug: self.slug.clone() })
    }

    /// An error if an operator blocked what is claimed, or the key that signed it.
    pub(crate) async fn check_blocks(
        &self,
        connection: &mut AnyConnection,
        key: Option<&str>,
    ) -> Result<(), SubmitError> {
        match blocks::against(connection, self.category, self.slug, self.package_sha256, key).await? {
            Some(reason) => Err(SubmitError::Blocked { reason }),
            None => Ok(()),
        }
    }

    /// The id of the equal submission that is pending already, if there is one; an error if the version is taken.
    pub(crate) async fn check_version(
        &self,
        connection: &mut AnyConnection,
        item: &str,
    ) -> Result<Option<String>, SubmitError> {
        let rows = sql("SELECT id, status, manifest_sha256, package_sha256, approved_at FROM releases \
             WHERE item_id = $1 AND version = $2 ORDER BY id")
        .bind(item)
        .text(self.version)
        .rows(connection)
        .await?;
        for row in &rows {
            let status: Status = row.parsed("status")?;
            let equal = status == Status::Pending
                && row.parsed::<Digest>("manifest_sha256")? == *self.manifest_sha256
                && row.parsed::<Digest>("package_sha256")? == *self.package_sha256;
            if equal {
                return Ok(Some(row.get_as("id")?));
            }
            // Once approved is for ever: somebody may have installed those bytes under this version.
            if status != Status::Rejected || row.get_as::<Option<i64>>("approved_at")?.is_some() {
                return Err(self.taken(status));
            }
        }
        Ok(None)
    }

    pub(crate) fn taken(&self, status: Status) -> SubmitError {
        SubmitError::VersionTaken {
            category: self.category.clone(),
            slug: self.slug.clone(),
            version: self.version.clone(),
            status,
        }
    }
}
