//! Sessions of the web pages. Each stands for a token, and may do what that may, until either ends. The store sees the
//! SHA-256 of a session's secret, never the secret.

use crate::row::Columns;
use crate::sql::sql;
use crate::tokens;
use crate::transact::{Outcome, now};
use crate::{Event, Store, StoreError, Token};

/// A session to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Lower-case hex of the secret's SHA-256.
    pub hash: String,
    /// The id of the token that it stands for.
    pub token: String,
    /// Unix milliseconds.
    pub expires_at: i64,
}

/// A session, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The token, which may be expired or revoked: the caller must look.
    pub token: Token,
    /// Unix milliseconds.
    pub expires_at: i64,
}

impl Store {
    /// Begins a session, and forgets those that have run out. `false`, and nothing changes, if there is no such token.
    pub async fn begin_session(&self, session: &NewSession, event: Event) -> Result<bool, StoreError> {
        self.transact(event, async |mut tx| {
            let known = sql("SELECT id FROM tokens WHERE id = $1").bind(session.token.as_str());
            if known.row(&mut tx).await?.is_none() {
                return Ok(Outcome::Unchanged(false));
            }
            sql("DELETE FROM sessions WHERE expires_at <= $1").bind(now()).run(&mut tx).await?;
            sql("INSERT INTO sessions (hash, token, created_at, expires_at) VALUES ($1, $2, $3, $4)")
                .bind(session.hash.as_str())
                .bind(session.token.as_str())
                .bind(now())
                .bind(session.expires_at)
                .run(&mut tx)
                .await?;
            Ok(Outcome::Changed(tx, true))
        })
        .await
    }

    /// The session with this hash, expired ones included: the caller must look.
    pub async fn session(&self, hash: &str) -> Result<Option<Session>, StoreError> {
        let row =
            sql("SELECT t.*, s.expires_at AS session_ends FROM sessions s JOIN tokens t ON t.id = s.token \
             WHERE s.hash = $1")
            .bind(hash)
            .read(self.read())
            .await?;
        row.map(|row| Ok(Session { token: tokens::read(&row)?, expires_at: row.get_as("session_ends")? }))
            .transpose()
    }

    /// Ends a session. `false`, and no event, if there is none.
    pub async fn end_session(&self, hash: &str, event: Event) -> Result<bool, StoreError> {
        self.transact(event, async |mut tx| {
            let ended = sql("DELETE FROM sessions WHERE hash = $1").bind(hash).run(&mut tx).await?;
            Ok(if ended == 1 { Outcome::Changed(tx, true) } else { Outcome::Unchanged(false) })
        })
        .await
    }
}
