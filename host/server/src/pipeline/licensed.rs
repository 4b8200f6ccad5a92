//! The fourth stage: the tenant's license has room for it.

use marketplace_manifest::Tenant;
use marketplace_store::Store;

use super::{PipelineError, Validated};
use crate::account::license::Gates;

/// A package that the tenant may install, as far as can be told before the commit,
/// which counts again.
#[derive(Debug)]
pub struct Licensed {
    pub(super) validated: Validated,
    pub(super) tenant: Tenant,
    /// How many the tenant may have of this category; `None` is no limit.
    pub(super) cap: Option<u32>,
    /// The tier that says so, for the message.
    pub(super) gates: Gates,
}

impl Validated {
    /// Compares the category's cap with what the tenant has. An update takes no place.
    ///
    /// # Errors
    /// [`PipelineError::CapReached`].
    pub async fn license(
        self,
        store: &Store,
        gates: Gates,
        tenant: Tenant,
    ) -> Result<Licensed, PipelineError> {
        let row = &self.category.row;
        let cap = gates.install_cap(&row.id, row.free_install_cap);
        if let Some(cap) = cap {
            let update = store.installation(&tenant, &row.id, self.manifest.name()).await?.is_some();
            let installed = store.install_counts(&tenant).await?.get(&row.id).copied().unwrap_or(0);
            if !update && installed >= i64::from(cap) {
                return Err(PipelineError::CapReached {
                    category: row.id.clone(),
                    cap,
                    installed,
                    tier: gates.tier,
                });
            }
        }
        Ok(Licensed { validated: self, tenant, cap, gates })
    }
}
