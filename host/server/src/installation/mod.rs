//! What is installed: one verb, one file.

mod install;
mod recover;
mod uninstall;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use marketplace_manifest::{CategoryId, Slug, Tenant};
use tokio::sync::OwnedMutexGuard;

pub use install::{Answer, InstallError, Order, install};
pub use recover::{Recovered, recover};
pub use uninstall::{UninstallError, uninstall};

type Item = (Tenant, CategoryId, Slug);

/// One install or uninstall at a time for each tenant and item: of equal requests at
/// once, the first does the work, and the others find it done.
#[derive(Debug, Default)]
pub(crate) struct Locks(Mutex<HashMap<Item, Arc<tokio::sync::Mutex<()>>>>);

impl Locks {
    async fn hold(&self, tenant: &Tenant, category: &CategoryId, slug: &Slug) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Forget those that nobody holds or waits for.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            locks.entry((tenant.clone(), category.clone(), slug.clone())).or_default().clone()
        };
        lock.lock_owned().await
    }
}
