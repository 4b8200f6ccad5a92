//! The categories that come with the program. The host does not know their names: the
//! build finds the adapters, and each says who it is.

use marketplace_store::{Category as Row, CategoryError};

use super::Categories;
use super::add::AddError;
use super::upgrade::{STALE, present_anew};
use crate::market::Market;
use crate::operation::Work;

/// The components of the categories that come with the program.
#[must_use]
pub fn bundled() -> &'static [&'static [u8]] {
    bundled::ADAPTERS
}

mod bundled {
    include!(concat!(env!("OUT_DIR"), "/adapters.rs"));
}

/// What came with the program and was put in place.
#[derive(Debug, Default)]
pub struct Seeded {
    /// How many categories: new ones, and those that had the component of an earlier version.
    pub categories: usize,
    /// The latter.
    pub replaced: Vec<Row>,
}

impl Seeded {
    /// Asks the newer components what the items of their categories show. It may take a while, and nobody waits for it.
    pub async fn present(self, market: Market) {
        for row in self.replaced {
            if let Err(error) = present_anew(&market, &row, ACTOR, &Work::unwatched()).await {
                tracing::error!(category = %row.id, %error, "{STALE}");
            }
        }
    }
}

/// Who the audit log names for what the program does by itself.
const ACTOR: &str = "marketplace";

/// Adds each bundled category that has never been there. One that an operator removed
/// stays removed, and one with another component keeps it, unless that component came
/// with an earlier version of the program.
///
/// # Errors
/// The first category that could not be added.
pub async fn seed(categories: &Categories) -> Result<Seeded, AddError> {
    let mut all = Seeded::default();
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
        let Some(row) = seeded else { continue };
        all.categories += 1;
        if let Some(before) = before {
            tracing::info!(
                category = %row.id, component = %row.component_sha256, instead_of = %before.component_sha256,
                "the category has the newer component that came with this program; \
                 `marketplace category rollback {}` goes back to the one before", row.id
            );
            all.replaced.push(row);
        }
    }
    Ok(all)
}
