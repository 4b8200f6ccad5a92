//! The categories that come with the program. The host does not know their names: the
//! build finds the adapters, and each says who it is.

use marketplace_store::CategoryError;

use super::Categories;
use super::add::AddError;

/// The components of the categories that come with the program.
#[must_use]
pub fn bundled() -> &'static [&'static [u8]] {
    bundled::ADAPTERS
}

mod bundled {
    include!(concat!(env!("OUT_DIR"), "/adapters.rs"));
}

/// Who the audit log names for what the program does by itself.
const ACTOR: &str = "marketplace";

/// Adds each bundled category that has never been there. One that an operator removed
/// stays removed, and one with another component keeps it, unless that component came
/// with an earlier version of the program.
///
/// # Errors
/// The first category that could not be added.
pub async fn seed(categories: &Categories) -> Result<usize, AddError> {
    let mut added = 0;
    for bytes in bundled::ADAPTERS {
        let digest = marketplace_manifest::Digest::of(bytes);
        if categories.store.was_seeded(&digest).await.map_err(CategoryError::from)? {
            continue;
        }
        let candidate = categories.examine(bytes).await?;
        categories.store_component(bytes).await?;
        let event = candidate.event(ACTOR, "category.seeded");
        added += usize::from(categories.store.seed_category(candidate.category, event).await?.is_some());
    }
    Ok(added)
}
