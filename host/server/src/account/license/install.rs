use marketplace_manifest::{PublicKey, Tenant};
use marketplace_store::{Event, PutLicenseError, Store, StoreError};

use super::{Document, LicenseError};
use crate::account::ensure_tenant;
use crate::clock;

/// Why a license was not put in force. The one before still is.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// It would not count.
    #[error(transparent)]
    License(#[from] LicenseError),
    /// A newer one is there. The vendor's last word counts: a tenant does not go back to a
    /// license that was replaced.
    #[error(
        "the license was issued at {issued_at}, before the one that is there, of {present}; use the newer one"
    )]
    Older {
        /// When this one was signed.
        issued_at: String,
        /// When the one that is there was signed, in force or expired since.
        present: String,
    },
    /// The database said no.
    #[error(transparent)]
    Store(#[from] PutLicenseError),
}

impl From<StoreError> for InstallError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

/// Puts a signed document in force, unless the tenant has one that was issued later. The
/// same document again changes nothing.
///
/// # Errors
/// See [`InstallError`].
pub async fn install(
    store: &Store,
    vendor: &PublicKey,
    actor: &str,
    tenant: &Tenant,
    text: &str,
) -> Result<Document, InstallError> {
    let document = Document::verify(text, vendor, tenant, clock::now())?;
    let issued = document.begins()?;
    ensure_tenant(store, actor, tenant).await?;
    let event = Event::new(actor, "license.installed", format!("tenant:{tenant}")).with(serde_json::json!({
        "id": document.id,
        "tier": document.tier,
        "issued_at": document.issued_at,
        "expires_at": document.expires_at,
        "gates": document.gates,
    }));
    loop {
        let before = store.license(tenant).await?;
        // What is there and is not the vendor's, or not readable, says nothing about age.
        let present = before.as_deref().and_then(|text| Document::authentic(text, vendor, tenant).ok());
        if let Some(present) = present
            && present.begins().is_ok_and(|begins| issued < begins)
        {
            return Err(InstallError::Older { issued_at: document.issued_at, present: present.issued_at });
        }
        match store.put_license(tenant, before.as_deref(), text, event.clone()).await {
            Ok(()) => return Ok(document),
            // Somebody else's came in between: compare with that one.
            Err(PutLicenseError::Changed(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
