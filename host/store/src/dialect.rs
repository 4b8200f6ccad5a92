//! Everything in which the two databases differ. There should be little.

use sqlx::AnyConnection;

use crate::StoreError;
use crate::faces::NewFace;
use crate::sql::{Sql, sql};
use crate::store::Backend;

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

    /// Follows a column of text that is compared and sorted by code point, whatever the server's locale. SQLite does
    /// so by itself.
    pub(crate) fn by_code_point(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " COLLATE \"C\"",
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
            // inside a transaction. pg_trgm only proposes corrections: two words of eight and of ten letters that
            // are two errors apart share one trigram of nineteen, and must be among them.
            Self::Postgres => {
                "SET lock_timeout = '5s'; SET statement_timeout = '10s'; \
                 SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = 'warning'; \
                 SET pg_trgm.similarity_threshold = 0.05;"
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

    /// Writes a face, with its words in the search index.
    pub(crate) async fn insert_face(
        self,
        connection: &mut AnyConnection,
        face: &NewFace<'_>,
    ) -> Result<(), StoreError> {
        let columns = match self {
            Self::Sqlite => {
                sql("INSERT INTO item_faces (number, item_id, category, sort_name, published_at, \
                 updated_at, vocabulary, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            }
            Self::Postgres => {
                sql("INSERT INTO item_faces (number, item_id, category, sort_name, published_at, \
                 updated_at, vocabulary, since, search) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CAST($9 AS tsvector))")
            }
        };
        let statement = columns
            .bind(face.number)
            .bind(face.item)
            .text(face.category)
            .bind(face.sort_name.as_str())
            .bind(face.published_at)
            .bind(face.updated_at)
            .json(&face.vocabulary)
            .bind(face.since);
        let indexed = self.indexed(&face.fields, &face.filters);
        match self {
            Self::Sqlite => {
                statement.run(connection).await?;
                let index = sql("INSERT INTO item_search (rowid, words) VALUES ($1, $2)");
                index.bind(face.number).bind(indexed).run(connection).await?;
            }
            Self::Postgres => {
                statement.bind(indexed).run(connection).await?;
            }
        }
        Ok(())
    }

    /// The tables that a full-text search reads, faces as `f`. CROSS JOIN keeps SQLite to this order: what the index
    /// finds, in the order of its numbers, and then the face of that number.
    pub(crate) fn match_tables(self) -> &'static str {
        match self {
            Self::Sqlite => "item_search CROSS JOIN item_faces f",
            Self::Postgres => "item_faces f",
        }
    }

    /// The condition that a face matches an expression.
    pub(crate) fn push_match(self, statement: &mut Sql, expression: String) {
        match self {
            Self::Sqlite => {
                statement.push("f.number = item_search.rowid AND item_search MATCH ").value(expression)
            }
            Self::Postgres => statement.push("f.search @@ CAST(").value(expression).push(" AS tsquery)"),
        };
    }

    /// The number of a matching face, as the index itself is ordered: it then stops where the page is full.
    pub(crate) fn match_number(self) -> &'static str {
        match self {
            Self::Sqlite => "item_search.rowid",
            Self::Postgres => "f.number",
        }
    }

    /// The words `v` of the vocabulary that share a trigram with this sketch: FROM and the first condition.
    pub(crate) fn push_lookalikes(self, statement: &mut Sql, sketch: &str) {
        match self {
            Self::Sqlite => {
                let padded: Vec<char> = format!("^^{sketch}$").chars().collect();
                let trigrams = padded.windows(3).map(|three| format!("\"{}\"", String::from_iter(three)));
                statement
                    .push(" FROM vocabulary_trigrams CROSS JOIN vocabulary v")
                    .push(" ON v.number = vocabulary_trigrams.rowid WHERE vocabulary_trigrams MATCH ")
                    .value(trigrams.collect::<Vec<_>>().join(" OR "))
            }
            // How little must be shared is among the settings of a connection.
            Self::Postgres => statement.push(" FROM vocabulary v WHERE v.sketch % ").value(sketch.to_owned()),
        };
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
