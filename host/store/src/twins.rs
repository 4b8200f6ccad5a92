//! What another tenant has of the same release, put together by the same component.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::row::Columns;
use crate::sql::sql;
use crate::{Release, Store, StoreError};
use marketplace_manifest::Digest;

/// What an installation consists of, whoever's it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Twin {
    /// The content-addressed folder that holds its files.
    pub tree_sha256: Digest,
    /// The files of that folder.
    pub files: Value,
    /// What was granted.
    pub grants: Value,
    /// The entries that it added to the registry.
    pub registry: BTreeMap<String, Value>,
}

impl Store {
    /// What somebody has of a release, if it was put together by the component with this digest.
    pub async fn twin(&self, release: &Release, adapter: &Digest) -> Result<Option<Twin>, StoreError> {
        let rows = sql("SELECT n.tree_sha256, n.files, n.grants, e.key, e.value FROM installations n \
             LEFT JOIN registry_entries e ON e.tenant = n.tenant AND e.category = n.category AND e.slug = n.slug \
             WHERE n.release_id = $1 AND n.package_sha256 = $2 AND n.adapter_sha256 = $3 \
             AND n.tenant = (SELECT MIN(tenant) FROM installations \
                 WHERE release_id = $1 AND package_sha256 = $2 AND adapter_sha256 = $3)")
        .bind(release.id.as_str())
        .text(&release.package_sha256)
        .text(adapter)
        .read_all(self.read())
        .await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut registry = BTreeMap::new();
        for row in &rows {
            if let Some(key) = row.get_as::<Option<String>>("key")? {
                registry.insert(key, row.json("value")?);
            }
        }
        Ok(Some(Twin {
            tree_sha256: first.parsed("tree_sha256")?,
            files: first.json("files")?,
            grants: first.json("grants")?,
            registry,
        }))
    }
}
