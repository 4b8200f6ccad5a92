//! The fourth stage: the tenant's license has room for it.

use marketplace_manifest::{Slug, Tenant};
use marketplace_store::{Category, Store};

use super::{PipelineError, Validated};
use crate::account::license::{Gates, Tier};

/// A package that the tenant may install, as far as can be told before the commit,
/// which counts again.
#[derive(Debug)]
pub struct Licensed {
    pub(super) validated: Validated,
    pub(super) room: Room,
}

/// For whom there is room, and how much.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) tenant: Tenant,
    /// How many the tenant may have of this category; `None` is no limit.
    pub(super) cap: Option<u32>,
    /// The tier that says so, for the message.
    pub(super) tier: Tier,
}

impl Validated {
    /// Looks whether the tenant's license has room. An update takes none.
    ///
    /// # Errors
    /// [`PipelineError::CapReached`].
    pub async fn license(
        self,
        store: &Store,
        gates: Gates,
        tenant: Tenant,
    ) -> Result<Licensed, PipelineError> {
        let room = Room::of(store, &gates, tenant, &self.category.row, self.manifest.name()).await?;
        Ok(Licensed { validated: self, room })
    }
}

impl Room {
    /// Compares the category's cap with what the tenant has. An update takes no place.
    pub(super) async fn of(
        store: &Store,
        gates: &Gates,
        tenant: Tenant,
        category: &Category,
        item: &Slug,
    ) -> Result<Self, PipelineError> {
        let cap = gates.install_cap(&category.id, category.free_install_cap);
        if let Some(cap) = cap {
            let update = store.installation(&tenant, &category.id, item).await?.is_some();
            let installed = store.install_counts(&tenant).await?.get(&category.id).copied().unwrap_or(0);
            if !update && installed >= i64::from(cap) {
                let (category, tier) = (category.id.clone(), gates.tier);
                return Err(PipelineError::CapReached { category, cap, installed, tier });
            }
        }
        Ok(Self { tenant, cap, tier: gates.tier })
    }
}
