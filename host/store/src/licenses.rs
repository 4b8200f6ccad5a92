//! License documents, as they were signed. The store does not read them.

use crate::row::Columns;
use crate::sql::sql;
use crate::tenants;
use crate::transact::{Outcome, now, refuse_nul};
use crate::{Event, Store, StoreError};
use marketplace_manifest::Tenant;

impl Store {
    /// Puts a license document in force for a tenant, in place of the one before; `false` if there is no such
    /// tenant, and then nothing was written.
    pub async fn put_license(
        &self,
        tenant: &Tenant,
        document: &str,
        event: Event,
    ) -> Result<bool, StoreError> {
        refuse_nul("the license document", document)?;
        self.transact(event, async |mut tx| {
            if !tenants::exists(&mut tx, tenant).await? {
                return Ok(Outcome::Unchanged(false));
            }
            sql("INSERT INTO licenses (tenant, document, updated_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (tenant) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at")
            .text(tenant)
            .bind(document)
            .bind(now())
            .run(&mut tx)
            .await?;
            Ok(Outcome::Changed(tx, true))
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
