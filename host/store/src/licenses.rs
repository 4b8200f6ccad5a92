//! License documents, as they were signed. The store does not read them.

use crate::row::Columns;
use crate::sql::sql;
use crate::tenants;
use crate::transact::{Outcome, now, refuse_nul};
use crate::{Event, Store, StoreError};
use marketplace_manifest::Tenant;

/// Why a license document was not put in force.
#[derive(Debug, thiserror::Error)]
pub enum PutLicenseError {
    /// There is no such tenant.
    #[error("there is no tenant `{0}`: create it first")]
    TenantUnknown(Tenant),
    /// The document that the caller compared this one with is no longer the one in force.
    #[error("another license of `{0}` came into force meanwhile: compare with that one")]
    Changed(Tenant),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Puts a license document in force for a tenant, in place of `before`, the one that the caller compared it
    /// with: which of two is the newer, only who reads them can tell. The same document again changes nothing.
    pub async fn put_license(
        &self,
        tenant: &Tenant,
        before: Option<&str>,
        document: &str,
        event: Event,
    ) -> Result<(), PutLicenseError> {
        refuse_nul("the license document", document)?;
        self.transact(event, async |mut tx| {
            if !tenants::lock(&mut tx, tenant).await? {
                return Err(PutLicenseError::TenantUnknown(tenant.clone()));
            }
            let row = sql("SELECT document FROM licenses WHERE tenant = $1").text(tenant).row(&mut tx).await?;
            let present: Option<&str> = row.as_ref().map(|row| row.get_as("document")).transpose()?;
            if present == Some(document) {
                return Ok(Outcome::Unchanged(()));
            }
            if present != before {
                return Err(PutLicenseError::Changed(tenant.clone()));
            }
            sql("INSERT INTO licenses (tenant, document, updated_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (tenant) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at")
            .text(tenant)
            .bind(document)
            .bind(now())
            .run(&mut tx)
            .await?;
            Ok(Outcome::Changed(tx, ()))
        })
        .await
    }

    /// The license document in force for a tenant.
    pub async fn license(&self, tenant: &Tenant) -> Result<Option<String>, StoreError> {
        let row =
            sql("SELECT document FROM licenses WHERE tenant = $1").text(tenant).read(self.read()).await?;
        row.map(|row| row.get_as("document")).transpose()
    }
}
