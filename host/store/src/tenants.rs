//! Tenants: an OS instance with its license. A tenant's id is its name.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, now};
use crate::{Event, Page, PageError, Store, StoreError, page};
use marketplace_manifest::Tenant;

/// A tenant, as an operator's list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// The name.
    pub id: Tenant,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Its license document, as it was signed.
    pub license: Option<String>,
    /// How many authors it has, verified or not.
    pub authors: i64,
    /// How many items it has installed, over all categories.
    pub installations: i64,
}

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

    /// Whether there is such a tenant.
    pub async fn has_tenant(&self, tenant: &Tenant) -> Result<bool, StoreError> {
        Ok(sql("SELECT id FROM tenants WHERE id = $1").text(tenant).read(self.read()).await?.is_some())
    }

    /// All tenants, by name, with what belongs to each.
    pub async fn list_tenants(&self, limit: u32, cursor: Option<&str>) -> Result<Page<TenantRow>, PageError> {
        let by_code_point = self.backend().by_code_point();
        let limit = page::clamp(limit);
        let mut statement = sql("SELECT t.id, t.created_at, l.document AS license, \
             (SELECT COUNT(*) FROM authors a WHERE a.tenant = t.id) AS authors, \
             (SELECT COUNT(*) FROM installations n WHERE n.tenant = t.id) AS installations \
             FROM tenants t LEFT JOIN licenses l ON l.tenant = t.id");
        if let Some(after) = page::name_cursor::<Tenant>(cursor)? {
            statement.push(" WHERE t.id").push(by_code_point).push(" > ").value(after.to_string());
        }
        statement.push(" ORDER BY t.id").push(by_code_point).push(" LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let tenants = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(tenants, limit, |tenant| page::encode(&tenant.id.as_str())))
    }
}

/// Whether there is such a tenant. SQLite does not say which foreign key failed, so the question comes first.
pub(crate) async fn exists(connection: &mut AnyConnection, tenant: &Tenant) -> Result<bool, StoreError> {
    Ok(sql("SELECT id FROM tenants WHERE id = $1").text(tenant).row(connection).await?.is_some())
}

/// Makes everything that counts what a tenant has wait its turn, until the commit; `false` if there is no such
/// tenant. A row lock on PostgreSQL; on SQLite, where writers are alone anyway, only a number.
pub(crate) async fn lock(connection: &mut AnyConnection, tenant: &Tenant) -> Result<bool, StoreError> {
    let found =
        sql("UPDATE tenants SET revision = revision + 1 WHERE id = $1").text(tenant).run(connection).await?;
    Ok(found == 1)
}

fn read(row: &AnyRow) -> Result<TenantRow, StoreError> {
    Ok(TenantRow {
        id: row.parsed("id")?,
        created_at: row.get_as("created_at")?,
        license: row.get_as("license")?,
        authors: row.get_as("authors")?,
        installations: row.get_as("installations")?,
    })
}
