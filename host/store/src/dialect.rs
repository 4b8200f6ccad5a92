//! Everything in which the two databases differ. There should be little.

use sqlx::AnyConnection;

use crate::sql::{Sql, sql};
use crate::store::Backend;
use crate::words::Words;
use crate::{StoreError, words};

impl Backend {
    /// How a writing transaction begins. SQLite takes its write lock at once: a transaction that began by
    /// reading could not take it later without SQLITE_BUSY, whatever the timeout.
    pub(crate) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// How a transaction begins that only reads, and whose statements all see the same moment.
    pub(crate) fn snapshot(self) -> &'static str {
        match self {
            // In WAL mode every transaction reads one snapshot.
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Ends a SELECT whose rows must not change before the commit. SQLite's write lock covers them already.
    pub(crate) fn for_share(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR SHARE",
        }
    }

    /// Settings of every connection that writes.
    pub(crate) fn writer_settings(self) -> &'static str {
        match self {
            // FULL: a commit that was reported survives a power cut. journal_size_limit: one huge transaction
            // must not leave a huge log behind for ever.
            Self::Sqlite => {
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; \
                 PRAGMA journal_size_limit = 67108864;"
            }
            // Nobody waits for ever: not for a lock, not for a plan gone wrong, not for a replica that died
            // inside a transaction.
            Self::Postgres => {
                "SET lock_timeout = '5s'; SET statement_timeout = '10s'; \
                 SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = 'warning';"
            }
        }
    }

    /// Settings of every connection that only reads.
    pub(crate) fn reader_settings(self) -> &'static str {
        match self {
            Self::Sqlite => "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;",
            Self::Postgres => self.writer_settings(),
        }
    }

    /// Puts an item's words in the search index, in place of those before.
    pub(crate) async fn index(
        self,
        connection: &mut AnyConnection,
        item: &str,
        words: &words::Fields,
    ) -> Result<(), StoreError> {
        let statement = match self {
            Self::Sqlite => {
                sql("INSERT OR REPLACE INTO items_search (rowid, title, keywords, summary, description) \
                 SELECT number, $2, $3, $4, $5 FROM items WHERE id = $1")
            }
            Self::Postgres => sql("UPDATE items SET search = \
                 setweight(to_tsvector('simple', $2), 'A') || setweight(to_tsvector('simple', $3), 'B') || \
                 setweight(to_tsvector('simple', $4), 'C') || setweight(to_tsvector('simple', $5), 'D') \
                 WHERE id = $1"),
        };
        statement
            .bind(item)
            .bind(words.title.as_str())
            .bind(words.keywords.as_str())
            .bind(words.summary.as_str())
            .bind(words.description.as_str())
            .run(connection)
            .await?;
        Ok(())
    }

    /// Takes an item out of the search index.
    pub(crate) async fn unindex(self, connection: &mut AnyConnection, item: &str) -> Result<(), StoreError> {
        let statement = match self {
            Self::Sqlite => {
                sql("DELETE FROM items_search WHERE rowid = (SELECT number FROM items WHERE id = $1)")
            }
            Self::Postgres => sql("UPDATE items SET search = NULL WHERE id = $1"),
        };
        statement.bind(item).run(connection).await?;
        Ok(())
    }

    /// What `items i` is joined with when it is searched.
    pub(crate) fn search_join(self) -> &'static str {
        match self {
            Self::Sqlite => " JOIN items_search ON items_search.rowid = i.number",
            Self::Postgres => " CROSS JOIN (SELECT to_tsquery('simple', $1) AS query) AS search",
        }
    }

    /// The value of `$1` in a search: words only, each quoted, so no operator can be smuggled in.
    pub(crate) fn search_query(self, words: &Words) -> String {
        let (quote, prefix, and) = match self {
            Self::Sqlite => ('"', "*", " "),
            Self::Postgres => ('\'', ":*", " & "),
        };
        words.iter().map(|word| format!("{quote}{word}{quote}{prefix}")).collect::<Vec<_>>().join(and)
    }

    /// The condition of a search.
    pub(crate) fn search_condition(self, statement: &mut Sql) {
        statement.push(match self {
            Self::Sqlite => " AND items_search MATCH $1",
            Self::Postgres => " AND i.search @@ search.query",
        });
    }

    /// How well a row matches: larger is better. A match in the title counts most, then keywords, the summary,
    /// the description.
    pub(crate) fn search_rank(self) -> &'static str {
        match self {
            Self::Sqlite => "(-bm25(items_search, 10.0, 4.0, 2.0, 1.0))",
            Self::Postgres => {
                "CAST(ts_rank('{0.1, 0.2, 0.4, 1.0}', i.search, search.query) AS DOUBLE PRECISION)"
            }
        }
    }
}

/// Whether a statement failed because of this unique constraint. PostgreSQL names it, SQLite its columns.
pub(crate) fn violates(error: &StoreError, constraint: &str, columns: &str) -> bool {
    let StoreError::Database(sqlx::Error::Database(error)) = error else { return false };
    error.is_unique_violation()
        && match error.constraint() {
            Some(name) => name == constraint,
            None => error.message().ends_with(columns),
        }
}
