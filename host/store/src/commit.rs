//! The only commit point of an install: one transaction, last.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::AnyConnection;

use crate::row::Columns;
use crate::sql::sql;
use crate::store::Backend;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{
    Event, Installation, Release, Status, Store, StoreError, Taken, Withdrawn, installations, items,
    releases, tenants, withdrawal,
};
use marketplace_manifest::{CategoryId, Digest, Slug, Tenant};

/// An installation whose folder is in place, ready to go live.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInstallation {
    /// For whom.
    pub tenant: Tenant,
    /// The category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The release.
    pub release_id: String,
    /// Of the manifest that was verified; must be the release's.
    pub manifest_sha256: Digest,
    /// Of the package that was unpacked; must be the release's.
    pub package_sha256: Digest,
    /// The component that installed it.
    pub adapter_sha256: Digest,
    /// The content-addressed folder that holds its files.
    pub tree_sha256: Digest,
    /// The files of that folder.
    pub files: Value,
    /// What the user consented to.
    pub grants: Value,
    /// As declared.
    pub permissions: Vec<String>,
    /// Entries to add, in place of those the item had before. Each key once; another item's are not in the way.
    pub registry: Vec<(String, Value)>,
    /// How many installations the tenant may have in this category; `None` is unlimited.
    pub cap: Option<u32>,
}

/// Why an installation was not committed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The license's cap is reached.
    #[error("{installed} of {cap} installed: remove one, or upgrade the license")]
    CapReached {
        /// What the license allows.
        cap: u32,
        /// What is there.
        installed: i64,
    },
    /// The release is no longer approved.
    #[error("this release is {status}: choose another version")]
    ReleaseWithdrawn {
        /// What it is.
        status: Status,
    },
    /// The author took the release back.
    #[error("the author took this release back: {reason}; choose another version")]
    Yanked {
        /// Why.
        reason: String,
    },
    /// An operator blocked the package, the item or the key.
    #[error("an operator blocked this: {reason}")]
    Blocked {
        /// Why.
        reason: String,
    },
    /// The release does not exist, or is not what was verified.
    #[error("the release does not match what was verified: fetch it again")]
    ReleaseChanged,
    /// The key that vouched for it was revoked.
    #[error("the key that signed this release was revoked: wait for a release signed with a new one")]
    KeyRevoked,
    /// There is no such tenant.
    #[error("there is no tenant `{0}`")]
    TenantUnknown(Tenant),
    /// The same key twice in one installation.
    #[error("the registry key `{key}` was registered twice by one item")]
    RegistryKeyRepeated {
        /// The key.
        key: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes an installation live, or replaces the one of the same item (which the cap does not count anew). An
    /// installation equal to what is live already changes nothing, and returns what is live.
    pub async fn commit_install(
        &self,
        installation: NewInstallation,
        event: Event,
    ) -> Result<Installation, CommitError> {
        let (new, backend) = (&installation, self.backend());
        if !is_id(&new.release_id) {
            return Err(CommitError::ReleaseChanged);
        }
        let registry = &registry(new)?;
        self.transact(event, async |mut tx| {
            // Locks come in one order everywhere: tenant, item, key.
            if !tenants::lock(&mut tx, &new.tenant).await? {
                return Err(CommitError::TenantUnknown(new.tenant.clone()));
            }
            let item = items::lock_of_release(&mut tx, &new.release_id).await?;
            let item = item.ok_or(CommitError::ReleaseChanged)?;
            let release = check_release(&mut tx, backend, new).await?;

            let live = installations::find(&mut tx, &new.tenant, &new.category, &new.slug).await?;
            let has_it = live.as_ref().is_some_and(|live| live.release_id == release.id);
            // Under the item's lock, which whoever withdraws takes too: what is found here holds until the commit.
            check_withdrawn(withdrawal::of(&mut tx, &release.id).await?, has_it)?;
            match &live {
                None => check_cap(&mut tx, new).await?,
                Some(live) if is_live(&mut tx, live, new, registry).await? => {
                    return Ok(Outcome::Unchanged(live.clone()));
                }
                Some(_) => {}
            }
            upsert(&mut tx, &item, &release, new).await?;
            remember(&mut tx, &item, &release, new).await?;
            replace_registry(&mut tx, new, registry).await?;
            let installed = installations::find(&mut tx, &new.tenant, &new.category, &new.slug).await?;
            let installed = installed.ok_or(CommitError::ReleaseChanged)?;
            if live.is_none() {
                items::count_install(&mut tx, backend, &item).await?;
            }
            Ok(Outcome::Changed(tx, installed))
        })
        .await
    }
}

/// Whether a release may be installed that was taken back, or not, since it was approved: a yank leaves it to
/// whoever has it, also to mend it; a block leaves it to nobody.
pub fn check_withdrawn(withdrawn: Option<Withdrawn>, has_it: bool) -> Result<(), CommitError> {
    match withdrawn {
        Some(Withdrawn { kind: Taken::Blocked, reason, .. }) => {
            Err(CommitError::Blocked { reason: reason.unwrap_or_default() })
        }
        Some(Withdrawn { kind: Taken::KeyRevoked, .. }) => Err(CommitError::KeyRevoked),
        Some(Withdrawn { kind: Taken::Yanked, reason, .. }) if !has_it => {
            Err(CommitError::Yanked { reason: reason.unwrap_or_default() })
        }
        Some(Withdrawn { kind: Taken::Yanked, .. }) | None => Ok(()),
    }
}

/// The entries by key, each once.
fn registry(new: &NewInstallation) -> Result<BTreeMap<&str, &Value>, CommitError> {
    let mut registry = BTreeMap::new();
    for (key, value) in &new.registry {
        refuse_nul("a registry key", key)?;
        if registry.insert(key.as_str(), value).is_some() {
            return Err(CommitError::RegistryKeyRepeated { key: key.clone() });
        }
    }
    Ok(registry)
}

/// The release must be, at the commit, what the pipeline verified at its start; and approved; and its key good.
async fn check_release(
    connection: &mut AnyConnection,
    backend: Backend,
    new: &NewInstallation,
) -> Result<Release, CommitError> {
    let row = releases::light(" WHERE id = $1").bind(new.release_id.as_str()).row(connection).await?;
    let Some(row) = row else { return Err(CommitError::ReleaseChanged) };
    let release = releases::read(&row)?;
    let same = release.category == new.category
        && release.slug == new.slug
        && release.manifest_sha256 == new.manifest_sha256
        && release.package_sha256 == new.package_sha256;
    if !same {
        return Err(CommitError::ReleaseChanged);
    }
    if release.status != Status::Approved {
        return Err(CommitError::ReleaseWithdrawn { status: release.status });
    }
    // Shared until the commit: a revocation at the same moment comes before, and wins, or after.
    let mut key = sql("SELECT revoked_at FROM author_keys WHERE id = $1").bind(release.key_id.as_str());
    key.push(backend.for_share());
    match key.row(connection).await? {
        Some(key) if key.get_as::<Option<i64>>("revoked_at")?.is_none() => Ok(release),
        _ => Err(CommitError::KeyRevoked),
    }
}

/// Counts under the tenant's lock: N installs at once at cap K make exactly K.
async fn check_cap(connection: &mut AnyConnection, new: &NewInstallation) -> Result<(), CommitError> {
    let Some(cap) = new.cap else { return Ok(()) };
    let row = sql("SELECT COUNT(*) AS installed FROM installations WHERE tenant = $1 AND category = $2")
        .text(&new.tenant)
        .text(&new.category)
        .returning(connection)
        .await?;
    let installed: i64 = row.get_as("installed")?;
    if installed >= i64::from(cap) { Err(CommitError::CapReached { cap, installed }) } else { Ok(()) }
}

/// Whether exactly this is live already: then a repeated install has nothing to do.
async fn is_live(
    connection: &mut AnyConnection,
    live: &Installation,
    new: &NewInstallation,
    registry: &BTreeMap<&str, &Value>,
) -> Result<bool, StoreError> {
    let same = live.release_id == new.release_id
        && live.adapter_sha256 == new.adapter_sha256
        && live.tree_sha256 == new.tree_sha256
        && live.files == new.files
        && live.grants == new.grants
        && live.permissions == new.permissions;
    if !same {
        return Ok(false);
    }
    let rows =
        sql("SELECT key, value FROM registry_entries WHERE tenant = $1 AND category = $2 AND slug = $3")
            .text(&new.tenant)
            .text(&new.category)
            .text(&new.slug)
            .rows(connection)
            .await?;
    let mut entries = BTreeMap::new();
    for row in &rows {
        entries.insert(row.get_as::<&str>("key")?, row.json::<Value>("value")?);
    }
    Ok(entries.len() == registry.len()
        && entries.iter().all(|(key, value)| registry.get(key) == Some(&value)))
}

async fn upsert(
    connection: &mut AnyConnection,
    item: &str,
    release: &Release,
    new: &NewInstallation,
) -> Result<(), StoreError> {
    sql("INSERT INTO installations (tenant, category, slug, item_id, release_id, version, \
         manifest_sha256, package_sha256, adapter_sha256, tree_sha256, files, grants, permissions, installed_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) \
         ON CONFLICT (tenant, category, slug) DO UPDATE SET release_id = excluded.release_id, \
         version = excluded.version, manifest_sha256 = excluded.manifest_sha256, \
         package_sha256 = excluded.package_sha256, adapter_sha256 = excluded.adapter_sha256, \
         tree_sha256 = excluded.tree_sha256, files = excluded.files, grants = excluded.grants, \
         permissions = excluded.permissions, updated_at = excluded.updated_at")
    .text(&new.tenant)
    .text(&new.category)
    .text(&new.slug)
    .bind(item)
    .bind(release.id.as_str())
    .text(&release.version)
    .text(&new.manifest_sha256)
    .text(&new.package_sha256)
    .text(&new.adapter_sha256)
    .text(&new.tree_sha256)
    .json(&new.files)
    .json(&new.grants)
    .json(&new.permissions)
    .bind(now())
    .run(connection)
    .await?;
    Ok(())
}

/// That the tenant had it, and which version last: it may review the item also when it has uninstalled it.
async fn remember(
    connection: &mut AnyConnection,
    item: &str,
    release: &Release,
    new: &NewInstallation,
) -> Result<(), StoreError> {
    sql(
        "INSERT INTO install_history (tenant, item_id, version, first_installed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, item_id) DO UPDATE SET version = excluded.version",
    )
    .text(&new.tenant)
    .bind(item)
    .text(&release.version)
    .bind(now())
    .run(connection)
    .await?;
    Ok(())
}

/// The item's entries, in place of those it had.
async fn replace_registry(
    connection: &mut AnyConnection,
    new: &NewInstallation,
    registry: &BTreeMap<&str, &Value>,
) -> Result<(), StoreError> {
    sql("DELETE FROM registry_entries WHERE tenant = $1 AND category = $2 AND slug = $3")
        .text(&new.tenant)
        .text(&new.category)
        .text(&new.slug)
        .run(connection)
        .await?;
    for (key, value) in registry {
        sql("INSERT INTO registry_entries (tenant, category, slug, key, value) VALUES ($1, $2, $3, $4, $5)")
            .text(&new.tenant)
            .text(&new.category)
            .text(&new.slug)
            .bind(*key)
            .json(value)
            .run(connection)
            .await?;
    }
    Ok(())
}
