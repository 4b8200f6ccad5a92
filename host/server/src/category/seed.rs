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
        let before = categories.store.category(&candidate.category.id).await.map_err(CategoryError::from)?;
        let seeded = categories.store.seed_category(candidate.category, event).await?;
        added += usize::from(seeded.is_some());
        if let (Some(row), Some(before)) = (seeded, before) {
            tracing::info!(
                category = %row.id, component = %row.component_sha256, instead_of = %before.component_sha256,
                "the category has the newer component that came with this program; \
                 `marketplace category rollback {}` goes back to the one before", row.id
            );
        }
    }
    Ok(added)
}
