//! Tenants: an OS instance with its license. A tenant's id is its name.

use sqlx::AnyConnection;

use crate::sql::sql;
use crate::transact::{Outcome, now};
use crate::{Event, Store, StoreError};
use marketplace_manifest::Tenant;

impl Store {
    /// Makes the tenant if there is none of that name, and says whether it did.
    pub async fn ensure_tenant(&self, tenant: &Tenant, event: Event) -> Result<bool, StoreError> {
        self.transact(event, async |mut tx| {
            let made =
                sql("INSERT INTO tenants (id, created_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
                    .text(tenant)
                    .bind(now())
                    .run(&mut tx)
                    .await?;
            Ok(if made == 1 { Outcome::Changed(tx, true) } else { Outcome::Unchanged(false) })
        })
        .await
    }
}

/// Whether there is such a tenant. SQLite does not say which foreign key failed, so the question comes first.
pub(crate) async fn exists(connection: &mut AnyConnection, tenant: &Tenant) -> Result<bool, StoreError> {
    Ok(sql("SELECT id FROM tenants WHERE id = $1").text(tenant).row(connection).await?.is_some())
}

/// Makes everything that counts a tenant's installations wait its turn, until the commit; `false` if there is no
/// such tenant. A row lock on PostgreSQL; on SQLite, where writers are alone anyway, only a number.
pub(crate) async fn lock(connection: &mut AnyConnection, tenant: &Tenant) -> Result<bool, StoreError> {
    let found =
        sql("UPDATE tenants SET revision = revision + 1 WHERE id = $1").text(tenant).run(connection).await?;
    Ok(found == 1)
}
