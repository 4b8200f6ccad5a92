//! What tenants have installed, and the registry entries that came with it.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::tenants;
use crate::transact::Outcome;
use crate::{Event, Store, StoreError, Withdrawn, withdrawal};
use marketplace_manifest::{CategoryId, Digest, Slug, Tenant, Version};

/// A release, live for a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// Whose.
    pub tenant: Tenant,
    /// The category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The version.
    pub version: Version,
    /// The release.
    pub release_id: String,
    /// Of the manifest.
    pub manifest_sha256: Digest,
    /// Of the package.
    pub package_sha256: Digest,
    /// The component that installed it.
    pub adapter_sha256: Digest,
    /// The content-addressed folder that holds its files.
    pub tree_sha256: Digest,
    /// The files of that folder.
    pub files: Value,
    /// What the user consented to, and the host enforces.
    pub grants: Value,
    /// As declared.
    pub permissions: Vec<String>,
    /// Unix milliseconds, of the first install; stays over updates.
    pub installed_at: i64,
    /// Unix milliseconds, of the last commit.
    pub updated_at: i64,
    /// Whether its release was taken back since.
    pub withdrawn: Option<Withdrawn>,
}

impl Installation {
    /// Whether it may run: nothing of it is blocked.
    #[must_use]
    pub fn enabled(&self) -> bool {
        !self.withdrawn.as_ref().is_some_and(Withdrawn::disables)
    }
}

/// What an installed item added for the OS to read.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistryEntry {
    /// Unique for the tenant, category and item.
    pub key: String,
    /// As the adapter gave it.
    pub value: Value,
    /// The item that added it.
    pub slug: Slug,
    /// Its installed version.
    pub version: Version,
}

impl Store {
    /// Removes an installation with its registry entries and returns what it was; `None` if there was none, and
    /// then no event is written.
    pub async fn remove_installation(
        &self,
        tenant: &Tenant,
        category: &CategoryId,
        slug: &Slug,
        event: Event,
    ) -> Result<Option<Installation>, StoreError> {
        self.transact(event, async |mut tx| {
            if !tenants::lock(&mut tx, tenant).await? {
                return Ok(Outcome::Unchanged(None));
            }
            let Some(installed) = find(&mut tx, tenant, category, slug).await? else {
                return Ok(Outcome::Unchanged(None));
            };
            sql("UPDATE items SET installs = installs - 1, revision = revision + 1 WHERE category = $1 AND slug = $2")
                .text(category)
                .text(slug)
                .run(&mut tx)
                .await?;
            // Its registry entries go with it, by the foreign key.
            sql("DELETE FROM installations WHERE tenant = $1 AND category = $2 AND slug = $3")
                .text(tenant)
                .text(category)
                .text(slug)
                .run(&mut tx)
                .await?;
            Ok(Outcome::Changed(tx, Some(installed)))
        })
        .await
    }

    /// One installation.
    pub async fn installation(
        &self,
        tenant: &Tenant,
        category: &CategoryId,
        slug: &Slug,
    ) -> Result<Option<Installation>, StoreError> {
        let row = one(tenant, category, slug).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// All of a tenant's installations, by category and name.
    pub async fn installations(&self, tenant: &Tenant) -> Result<Vec<Installation>, StoreError> {
        let mut statement = of_tenant(tenant);
        statement.push(" ORDER BY n.category, n.slug");
        statement.read_all(self.read()).await?.iter().map(read).collect()
    }

    /// How many installations a tenant has in each category; categories without any are left out.
    pub async fn install_counts(&self, tenant: &Tenant) -> Result<BTreeMap<CategoryId, i64>, StoreError> {
        let rows = sql(
            "SELECT category, COUNT(*) AS installed FROM installations WHERE tenant = $1 GROUP BY category",
        )
        .text(tenant)
        .read_all(self.read())
        .await?;
        rows.iter().map(|row| Ok((row.parsed("category")?, row.get_as("installed")?))).collect()
    }

    /// The registry of a category for a tenant, by key and then by name of the item, both by code point. What is
    /// blocked has no entries.
    pub async fn registry(
        &self,
        tenant: &Tenant,
        category: &CategoryId,
    ) -> Result<Vec<RegistryEntry>, StoreError> {
        let mut entries = withdrawal::select(
            "e.key, e.value, e.slug, n.version, ",
            "registry_entries e JOIN installations n \
             ON n.tenant = e.tenant AND n.category = e.category AND n.slug = e.slug \
             JOIN releases r ON r.id = n.release_id",
        );
        entries.push(" WHERE b.id IS NULL AND e.tenant = ").value(tenant.to_string());
        entries.push(" AND e.category = ").value(category.to_string());
        let rows = entries.read_all(self.read()).await?;
        let mut entries = rows.iter().map(read_entry).collect::<Result<Vec<_>, _>>()?;
        // Not by the database: PostgreSQL would sort as its server's locale says.
        entries.sort_by(|a, b| (&a.key, &a.slug).cmp(&(&b.key, &b.slug)));
        Ok(entries)
    }
}

fn of_tenant(tenant: &Tenant) -> Sql {
    let mut statement = withdrawal::select("n.*, ", "installations n JOIN releases r ON r.id = n.release_id");
    statement.push(" WHERE n.tenant = ").value(tenant.to_string());
    statement
}

fn one(tenant: &Tenant, category: &CategoryId, slug: &Slug) -> Sql {
    let mut statement = of_tenant(tenant);
    statement.push(" AND n.category = ").value(category.to_string());
    statement.push(" AND n.slug = ").value(slug.to_string());
    statement
}

/// One installation, inside a transaction.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    category: &CategoryId,
    slug: &Slug,
) -> Result<Option<Installation>, StoreError> {
    one(tenant, category, slug).row(connection).await?.as_ref().map(read).transpose()
}

fn read_entry(row: &AnyRow) -> Result<RegistryEntry, StoreError> {
    Ok(RegistryEntry {
        key: row.get_as("key")?,
        value: row.json("value")?,
        slug: row.parsed("slug")?,
        version: row.parsed("version")?,
    })
}

fn read(row: &AnyRow) -> Result<Installation, StoreError> {
    Ok(Installation {
        tenant: row.parsed("tenant")?,
        category: row.parsed("category")?,
        slug: row.parsed("slug")?,
        version: row.parsed("version")?,
        release_id: row.get_as("release_id")?,
        manifest_sha256: row.parsed("manifest_sha256")?,
        package_sha256: row.parsed("package_sha256")?,
        adapter_sha256: row.parsed("adapter_sha256")?,
        tree_sha256: row.parsed("tree_sha256")?,
        files: row.json("files")?,
        grants: row.json("grants")?,
        permissions: row.json("permissions")?,
        installed_at: row.get_as("installed_at")?,
        updated_at: row.get_as("updated_at")?,
        withdrawn: withdrawal::read(row)?,
    })
}
