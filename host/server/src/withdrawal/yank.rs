//! An author takes a release back.

use std::fmt;

use marketplace_manifest::{AuthorId, CategoryId, Slug, Version};
use marketplace_store::{self as store, Event, Release, StoreError};

use crate::account::token::Caller;
use crate::market::Market;

/// Which release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseName {
    /// Of which category.
    pub category: CategoryId,
    /// Which item.
    pub slug: Slug,
    /// Which version of it.
    pub version: Version,
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}@{}", self.category, self.slug, self.version)
    }
}

/// Why a release was not yanked, or not offered again. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum YankError {
    /// Nothing of that name was approved.
    #[error("there is no approved release `{0}`")]
    NoRelease(ReleaseName),
    /// Somebody else's.
    #[error("`{name}` is of `{author}`, who is not an author of this token's tenant")]
    NotYours {
        /// Which release.
        name: ReleaseName,
        /// Whose it is.
        author: AuthorId,
    },
    /// It is yanked for another reason, or was rejected meanwhile.
    #[error(transparent)]
    Store(#[from] store::YankError),
}

impl From<StoreError> for YankError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

/// Takes a release of one of the caller's authors back: it is not the latest any more, nobody installs it anew, and
/// whoever has it is told the reason. Once more for the same reason changes nothing.
///
/// # Errors
/// See [`YankError`].
pub async fn yank(
    market: &Market,
    caller: &Caller,
    name: &ReleaseName,
    reason: &str,
) -> Result<(), YankError> {
    let release = own_release(market, caller, name).await?;
    let event = event(caller, "release.yanked", name, &release).because(reason);
    Ok(market.store.yank(&release.id, reason, event).await?)
}

/// The release, which must be of an author of the caller's tenant.
pub(super) async fn own_release(
    market: &Market,
    caller: &Caller,
    name: &ReleaseName,
) -> Result<Release, YankError> {
    let release = market.store.approved_release(&name.category, &name.slug, Some(&name.version)).await?;
    let release = release.ok_or_else(|| YankError::NoRelease(name.clone()))?;
    if release.tenant == caller.tenant {
        return Ok(release);
    }
    Err(YankError::NotYours { name: name.clone(), author: release.author })
}

pub(super) fn event(caller: &Caller, action: &str, name: &ReleaseName, release: &Release) -> Event {
    Event::new(caller.actor(), action, format!("release:{name}"))
        .with(serde_json::json!({ "submission": release.id, "package_sha256": release.package_sha256 }))
}
