//! Every approved release of a category, for whoever asks another component about all of them.

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::sql;
use crate::{Release, Store, StoreError, releases};
use marketplace_manifest::CategoryId;

/// An approved release, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved {
    /// The release, without its `files`.
    pub release: Release,
    /// Whether it is the one that lists show of its item.
    pub latest: bool,
    /// Whether its author took it back.
    pub yanked: bool,
    /// How many tenants have it installed.
    pub installations: u64,
}

impl Store {
    /// How many releases of a category are approved: of every version, yanked ones included.
    pub async fn approved_count(&self, category: &CategoryId) -> Result<u64, StoreError> {
        let row = sql("SELECT COUNT(*) AS number FROM releases WHERE category = $1 AND status = 'approved'")
            .text(category)
            .read(self.read())
            .await?;
        row.map_or(Ok(0), |row| row.size("number"))
    }

    /// The next `limit` approved releases of a category, in the order in which they were submitted, after the one with
    /// the id `after`.
    pub async fn approved_after(
        &self,
        category: &CategoryId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Approved>, StoreError> {
        let rows = sql("SELECT r.id, r.category, r.slug, r.version, r.author, r.tenant, r.key_id, r.status, \
             r.note, r.manifest, r.manifest_sha256, r.package_sha256, r.package_size, r.package_format, \
             r.adapter_sha256, r.verdict, r.permissions, 'null' AS files, r.card, r.submitted_at, r.decided_at, \
             r.decided_by, r.approved_at, r.yanked_at, i.latest_release_id, \
             (SELECT COUNT(*) FROM installations n WHERE n.item_id = r.item_id AND n.release_id = r.id) \
             AS installations \
             FROM releases r JOIN items i ON i.id = r.item_id \
             WHERE r.category = $1 AND r.status = 'approved' AND r.id > $2 ORDER BY r.id LIMIT $3")
        .text(category)
        .bind(after.unwrap_or_default())
        .bind(i64::from(limit))
        .read_all(self.read())
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<Approved, StoreError> {
    let release = releases::read(row)?;
    let latest = row.get_as::<Option<String>>("latest_release_id")?;
    Ok(Approved {
        latest: latest.as_ref() == Some(&release.id),
        yanked: row.get_as::<Option<i64>>("yanked_at")?.is_some(),
        installations: row.size("installations")?,
        release,
    })
}
