//! What rows name of the things that lie outside the database. What no row names may be swept.

use std::collections::BTreeSet;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::{Store, StoreError};
use marketplace_manifest::Digest;

impl Store {
    /// Every folder that a row names.
    pub async fn live_trees(&self) -> Result<BTreeSet<Digest>, StoreError> {
        self.digests(sql("SELECT DISTINCT tree_sha256 AS digest FROM installations")).await
    }

    /// Whether a row names this folder: [`live_trees`](Self::live_trees), asked about one.
    pub async fn names_tree(&self, tree: &Digest) -> Result<bool, StoreError> {
        let statement =
            sql("SELECT 1 AS named WHERE EXISTS (SELECT 1 FROM installations WHERE tree_sha256 = $1)");
        Ok(statement.text(tree).read(self.read()).await?.is_some())
    }

    /// Every blob that a row names: packages of all releases and installations, and the components of all
    /// categories, with those that they can go back to.
    pub async fn live_blobs(&self) -> Result<BTreeSet<Digest>, StoreError> {
        self.digests(sql("SELECT package_sha256 AS digest FROM releases \
             UNION SELECT package_sha256 FROM installations UNION SELECT component_sha256 FROM marketplace_categories \
             UNION SELECT component_sha256 FROM category_components"))
        .await
    }

    /// Whether a row names this package or component: [`live_blobs`](Self::live_blobs), asked about one.
    pub async fn names_blob(&self, blob: &Digest) -> Result<bool, StoreError> {
        let statement =
            sql("SELECT 1 AS named WHERE EXISTS (SELECT 1 FROM releases WHERE package_sha256 = $1) \
             OR EXISTS (SELECT 1 FROM installations WHERE package_sha256 = $1) \
             OR EXISTS (SELECT 1 FROM marketplace_categories WHERE component_sha256 = $1) \
             OR EXISTS (SELECT 1 FROM category_components WHERE component_sha256 = $1)");
        Ok(statement.text(blob).read(self.read()).await?.is_some())
    }

    async fn digests(&self, statement: Sql) -> Result<BTreeSet<Digest>, StoreError> {
        statement.read_all(self.read()).await?.iter().map(|row| row.parsed("digest")).collect()
    }
}
