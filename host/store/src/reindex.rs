//! Filling the index anew, when the program's rules of what words are have changed since it was filled.

use sqlx::Connection as _;

use crate::row::Columns;
use crate::sql::sql;
use crate::words::RULES;
use crate::{Store, StoreError, items};

/// How many items one transaction takes.
const AT_ONCE: i64 = 50;

impl Store {
    /// Brings every item's face in line with the rules of this program. Once they are, it costs one look; several
    /// processes may do so at once; and one that is interrupted begins again with the next start. It is part of
    /// bringing the schema up to date, and no event of the marketplace: what items say does not change.
    pub(crate) async fn reindex(&self) -> Result<(), StoreError> {
        if self.revision("search_rules").await? >= RULES {
            return Ok(());
        }
        tracing::info!(rules = RULES, "filling the search index anew");
        let mut last = String::new();
        while let Some(id) = self.reindex_after(&last).await? {
            last = id;
        }
        let mut connection = self.inner.write.acquire().await?;
        sql("UPDATE revisions SET value = $1 WHERE name = 'search_rules' AND value < $1")
            .bind(RULES)
            .run(&mut connection)
            .await?;
        Ok(())
    }

    /// The next items after this id; the last of them, unless there were none.
    async fn reindex_after(&self, after: &str) -> Result<Option<String>, StoreError> {
        let mut connection = self.inner.write.acquire().await?;
        let mut tx = connection.begin_with(self.backend().begin()).await?;
        // Locked in one statement, and before the catalogue is.
        let rows = sql("UPDATE items SET revision = revision + 1 WHERE id IN (SELECT id FROM items \
             WHERE id > $1 AND latest_release_id IS NOT NULL ORDER BY id LIMIT $2) RETURNING id")
        .bind(after)
        .bind(AT_ONCE)
        .rows(&mut tx)
        .await?;
        let mut ids = rows.iter().map(|row| row.get_as::<String>("id")).collect::<Result<Vec<_>, _>>()?;
        ids.sort();
        for id in &ids {
            items::refresh(&mut tx, self.backend(), id).await?;
        }
        tx.commit().await?;
        Ok(ids.pop())
    }

    /// A number of the table `revisions`.
    pub(crate) async fn revision(&self, name: &'static str) -> Result<i64, StoreError> {
        let row = sql("SELECT value FROM revisions WHERE name = $1").bind(name).read(self.read()).await?;
        row.map_or(Ok(0), |row| row.get_as("value"))
    }
}
