//! Bearer tokens. The store sees the SHA-256 of a token, never the token: who reads the database, or its
//! backup, cannot log in.

use serde::Serialize;
use sqlx::any::AnyRow;

use crate::dialect::violates;
use crate::row::Columns;
use crate::sql::sql;
use crate::tenants;
use crate::transact::{Outcome, is_id, now, refuse_nul};
use crate::{Event, Page, PageError, Store, StoreError, page};
use marketplace_manifest::Tenant;

/// A token to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// UUIDv7, chosen by the caller, so that the event that records the token can name it.
    pub id: String,
    /// Whose it is. Must exist.
    pub tenant: Tenant,
    /// What a person calls it.
    pub label: String,
    /// Lower-case hex of the secret's SHA-256.
    pub hash: String,
    /// The secret's first characters, so that a person can tell tokens apart.
    pub hint: String,
    /// What it may do, as the server names it.
    pub scopes: Vec<String>,
    /// Unix milliseconds; `None` never expires.
    pub expires_at: Option<i64>,
}

/// A recorded token. The hash stays in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub tenant: Tenant,
    /// What a person calls it.
    pub label: String,
    /// The secret's first characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds; `None` never expires. The caller compares: the store has no opinion on the time.
    pub expires_at: Option<i64>,
    /// Unix milliseconds; `Some` means that it must not be accepted.
    pub revoked_at: Option<i64>,
}

/// Why a token was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no such tenant.
    #[error("there is no tenant `{0}`: create it first")]
    TenantUnknown(Tenant),
    /// A token with this hash exists.
    #[error("this token is recorded already: make a new secret")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Records a token.
    pub async fn insert_token(&self, token: NewToken, event: Event) -> Result<Token, TokenError> {
        refuse_nul("the token's label", &token.label)?;
        let token = &token;
        self.transact(event, async |mut tx| {
            if !tenants::exists(&mut tx, &token.tenant).await? {
                return Err(TokenError::TenantUnknown(token.tenant.clone()));
            }
            let row =
                sql("INSERT INTO tokens (id, tenant, label, hash, hint, scopes, created_at, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *")
                .bind(token.id.as_str())
                .text(&token.tenant)
                .bind(token.label.as_str())
                .bind(token.hash.as_str())
                .bind(token.hint.as_str())
                .json(&token.scopes)
                .bind(now())
                .bind(token.expires_at)
                .returning(&mut tx)
                .await
                .map_err(|error| match violates(&error, "tokens_hash_key", "tokens.hash") {
                    true => TokenError::Taken,
                    false => TokenError::Store(error),
                })?;
            Ok(Outcome::Changed(tx, read(&row)?))
        })
        .await
    }

    /// The token with this hash (lower-case hex), revoked and expired ones included: the caller must look at
    /// [`Token::revoked_at`] and [`Token::expires_at`].
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>, StoreError> {
        let row = sql("SELECT * FROM tokens WHERE hash = $1").bind(hash).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// All tokens, or one tenant's, oldest first.
    pub async fn tokens(&self, tenant: Option<&Tenant>) -> Result<Vec<Token>, StoreError> {
        let statement = match tenant {
            None => sql("SELECT * FROM tokens ORDER BY id"),
            Some(tenant) => sql("SELECT * FROM tokens WHERE tenant = $1 ORDER BY id").text(tenant),
        };
        statement.read_all(self.read()).await?.iter().map(read).collect()
    }

    /// One token, by id.
    pub async fn token(&self, id: &str) -> Result<Option<Token>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let row = sql("SELECT * FROM tokens WHERE id = $1").bind(id).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// A page of [`tokens`](Self::tokens).
    pub async fn list_tokens(
        &self,
        tenant: Option<&Tenant>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Token>, PageError> {
        let limit = page::clamp(limit);
        let mut statement = sql("SELECT * FROM tokens WHERE 1 = 1");
        if let Some(tenant) = tenant {
            statement.push(" AND tenant = ").value(tenant.to_string());
        }
        if let Some(after) = page::id_cursor(cursor)? {
            statement.push(" AND id > ").value(after);
        }
        statement.push(" ORDER BY id LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let tokens = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(tokens, limit, |token| page::encode(&token.id)))
    }

    /// Revokes a token and returns it; `None` if there is none. Revoking twice changes nothing.
    pub async fn revoke_token(&self, id: &str, event: Event) -> Result<Option<Token>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        self.transact(event, async |mut tx| {
            let revoked = sql("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id)
                .bind(now())
                .run(&mut tx)
                .await?;
            let row = sql("SELECT * FROM tokens WHERE id = $1").bind(id).row(&mut tx).await?;
            let token = row.as_ref().map(read).transpose()?;
            Ok(if revoked == 1 { Outcome::Changed(tx, token) } else { Outcome::Unchanged(token) })
        })
        .await
    }
}

pub(crate) fn read(row: &AnyRow) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.get_as("id")?,
        tenant: row.parsed("tenant")?,
        label: row.get_as("label")?,
        hint: row.get_as("hint")?,
        scopes: row.json("scopes")?,
        created_at: row.get_as("created_at")?,
        expires_at: row.get_as("expires_at")?,
        revoked_at: row.get_as("revoked_at")?,
    })
}
