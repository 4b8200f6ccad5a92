//! Who may do what: tenants, their tokens, authors, keys and licenses.

pub mod author;
pub mod key;
pub mod license;
pub mod scope;
pub mod session;
pub mod sign_on;
pub mod tenant;
pub mod token;

pub use scope::{Scope, Scopes};

use marketplace_manifest::Tenant;
use marketplace_store::{Event, Store, StoreError};

/// Makes a tenant, unless it is there.
pub(crate) async fn ensure_tenant(store: &Store, actor: &str, tenant: &Tenant) -> Result<(), StoreError> {
    let event = Event::new(actor, "tenant.created", format!("tenant:{tenant}"));
    store.ensure_tenant(tenant, event).await.map(|_created| ())
}
