//! How a tenant stands: its gates, and the license that they follow from.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use marketplace_manifest::{PublicKey, Tenant};
use marketplace_store::{Store, StoreError};
use serde::Serialize;

use super::{Document, Gates, LicenseError};
use crate::clock;

/// Whether a tenant's license counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LicenseStatus)]
pub enum Status {
    /// There is none.
    #[default]
    None,
    /// It counts.
    InForce,
    /// It counted once.
    Expired,
    /// It does not count: damaged, of another vendor, or not yet begun.
    Invalid,
}

/// What a tenant may do now, and why.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// What follows from the license; those of tier Free if it does not count.
    pub gates: Gates,
    /// Whether it counts.
    pub status: Status,
    /// When it ends or ended, RFC 3339; `None` for no end, and where no document says so.
    pub expires_at: Option<String>,
    /// Why there is a document that does not count.
    pub reason: Option<String>,
}

impl Standing {
    /// How a tenant stands now. Nobody in particular has no license.
    ///
    /// # Errors
    /// When the database says no. A license that is not in force is no error.
    pub async fn of(store: &Store, vendor: &PublicKey, tenant: Option<&Tenant>) -> Result<Self, StoreError> {
        let Some(tenant) = tenant else { return Ok(Self::default()) };
        Ok(match store.license(tenant).await? {
            Some(text) => Self::by(&text, vendor, tenant),
            None => Self::default(),
        })
    }

    /// What follows from a document that was put in force.
    #[must_use]
    pub fn by(text: &str, vendor: &PublicKey, tenant: &Tenant) -> Self {
        let document = match Document::authentic(text, vendor, tenant) {
            Ok(document) => document,
            Err(error) => return Self::refused(Status::Invalid, None, &error),
        };
        match document.check_validity(clock::now()) {
            Ok(()) => {
                let gates = Gates { tier: document.tier, overrides: document.gates };
                warn_once(tenant, &gates);
                Self { gates, status: Status::InForce, expires_at: document.expires_at, reason: None }
            }
            Err(error @ LicenseError::Expired(_)) => {
                Self::refused(Status::Expired, document.expires_at, &error)
            }
            Err(error) => Self::refused(Status::Invalid, document.expires_at, &error),
        }
    }

    fn refused(status: Status, expires_at: Option<String>, error: &LicenseError) -> Self {
        Self { gates: Gates::default(), status, expires_at, reason: Some(error.to_string()) }
    }
}

/// Tells the operator's log of a license that the next release reads differently: once for
/// each tenant and start, since licenses are read with every request.
fn warn_once(tenant: &Tenant, gates: &Gates) {
    static TOLD: Mutex<BTreeSet<Tenant>> = Mutex::new(BTreeSet::new());
    for deprecation in gates.deprecations() {
        if TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant.clone()) {
            tracing::warn!(%tenant, gate = deprecation.gate, "{}", deprecation.message);
        }
    }
}
