//! Authors and their keys. An author's name is unique in the whole marketplace and never reused; an author
//! may have had many keys, and a release remembers which one vouched for it.

use std::fmt;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::dialect::violates;
use crate::row::Columns;
use crate::sql::sql;
use crate::tenants;
use crate::transact::{Outcome, is_id, new_id, now};
use crate::{Event, Store, StoreError, revocations};
use marketplace_manifest::{AuthorId, Tenant};

/// An author to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuthor {
    /// The name, unique in the whole marketplace.
    pub id: AuthorId,
    /// Whose author it is. Must exist.
    pub tenant: Tenant,
    /// Unix milliseconds, if the operator vouches for the author.
    pub verified_at: Option<i64>,
    /// The first key, created in the same transaction: an author without a key could never publish.
    pub key: Option<NewKey>,
}

/// A key to add.
#[derive(Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The 32 bytes of an Ed25519 public key, checked by the caller.
    pub public_key: Vec<u8>,
    /// A short, stable name of the public key; unique in the whole marketplace.
    pub fingerprint: String,
    /// The secret key, encrypted by the caller, if the control plane holds it.
    pub held_secret: Option<Vec<u8>>,
}

/// An author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub id: AuthorId,
    /// Whose author it is.
    pub tenant: Tenant,
    /// Unix milliseconds; `None` is not verified, and may not publish.
    pub verified_at: Option<i64>,
    /// Unix milliseconds.
    pub created_at: i64,
}

/// One key of an author.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorKey {
    /// UUIDv7.
    pub id: String,
    /// Whose key it is.
    pub author: AuthorId,
    /// The 32 bytes of an Ed25519 public key.
    pub public_key: Vec<u8>,
    /// See [`NewKey::fingerprint`].
    pub fingerprint: String,
    /// Ciphertext of the secret key, if the control plane holds it.
    pub held_secret: Option<Vec<u8>>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds; `Some` stops new installs of what this key vouched for.
    pub revoked_at: Option<i64>,
}

/// Why an author was not created.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// The name has an owner; names are never reused.
    #[error("the author name `{author}` is taken: choose another")]
    Taken {
        /// The name.
        author: AuthorId,
        /// Whether the tenant that asked owns it.
        same_tenant: bool,
    },
    /// There is no such tenant.
    #[error("there is no tenant `{0}`: create it first")]
    TenantUnknown(Tenant),
    /// The first key was refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a key was not added.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such author.
    #[error("there is no author `{0}`")]
    AuthorUnknown(AuthorId),
    /// The key is registered, by this author or another; a revoked key does not come back.
    #[error("the key {fingerprint} is registered already: make a new one")]
    Taken {
        /// The key's fingerprint.
        fingerprint: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Creates an author, with its first key if there is one.
    pub async fn create_author(&self, author: NewAuthor, event: Event) -> Result<Author, AuthorError> {
        let (author, key_id) = (&author, &new_id());
        self.transact(event, async |mut tx| {
            if !tenants::exists(&mut tx, &author.tenant).await? {
                return Err(AuthorError::TenantUnknown(author.tenant.clone()));
            }
            let made =
                sql("INSERT INTO authors (id, tenant, verified_at, created_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (id) DO NOTHING RETURNING *")
                .text(&author.id)
                .text(&author.tenant)
                .bind(author.verified_at)
                .bind(now())
                .row(&mut tx)
                .await?;
            let Some(row) = made else {
                let row =
                    sql("SELECT * FROM authors WHERE id = $1").text(&author.id).returning(&mut tx).await?;
                let same_tenant = read(&row)?.tenant == author.tenant;
                return Err(AuthorError::Taken { author: author.id.clone(), same_tenant });
            };
            if let Some(key) = &author.key {
                insert_key(&mut tx, key_id, &author.id, key).await?;
            }
            Ok(Outcome::Changed(tx, read(&row)?))
        })
        .await
    }

    /// One author.
    pub async fn author(&self, id: &AuthorId) -> Result<Option<Author>, StoreError> {
        let row = sql("SELECT * FROM authors WHERE id = $1").text(id).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// A tenant's authors, by name.
    pub async fn authors_of(&self, tenant: &Tenant) -> Result<Vec<Author>, StoreError> {
        let rows = sql("SELECT * FROM authors WHERE tenant = $1 ORDER BY id")
            .text(tenant)
            .read_all(self.read())
            .await?;
        rows.iter().map(read).collect()
    }

    /// The newest key of an author that is not revoked.
    pub async fn active_key(&self, author: &AuthorId) -> Result<Option<AuthorKey>, StoreError> {
        let row = sql(
            "SELECT * FROM author_keys WHERE author = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 1",
        )
        .text(author)
        .read(self.read())
        .await?;
        row.as_ref().map(read_key).transpose()
    }

    /// All keys of an author, oldest first, revoked ones included.
    pub async fn keys_of(&self, author: &AuthorId) -> Result<Vec<AuthorKey>, StoreError> {
        let rows = sql("SELECT * FROM author_keys WHERE author = $1 ORDER BY id")
            .text(author)
            .read_all(self.read())
            .await?;
        rows.iter().map(read_key).collect()
    }

    /// One key, by id: the one that a release names.
    pub async fn key(&self, id: &str) -> Result<Option<AuthorKey>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let row = sql("SELECT * FROM author_keys WHERE id = $1").bind(id).read(self.read()).await?;
        row.as_ref().map(read_key).transpose()
    }

    /// Adds a key to an author. It becomes the active one; the others stay valid until they are revoked.
    pub async fn add_key(&self, author: &AuthorId, key: NewKey, event: Event) -> Result<AuthorKey, KeyError> {
        let (key, id) = (&key, &new_id());
        self.transact(event, async |mut tx| {
            let found = sql("SELECT id FROM authors WHERE id = $1").text(author).row(&mut tx).await?;
            if found.is_none() {
                return Err(KeyError::AuthorUnknown(author.clone()));
            }
            let key = insert_key(&mut tx, id, author, key).await?;
            Ok(Outcome::Changed(tx, key))
        })
        .await
    }

    /// Revokes a key and returns it; `None` if there is none. Revoking twice changes nothing.
    pub async fn revoke_key(&self, id: &str, event: Event) -> Result<Option<AuthorKey>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        self.transact(event, async |mut tx| {
            revocations::bump(&mut tx).await?;
            let revoked = sql("UPDATE author_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id)
                .bind(now())
                .run(&mut tx)
                .await?;
            let row = sql("SELECT * FROM author_keys WHERE id = $1").bind(id).row(&mut tx).await?;
            let key = row.as_ref().map(read_key).transpose()?;
            Ok(if revoked == 1 { Outcome::Changed(tx, key) } else { Outcome::Unchanged(key) })
        })
        .await
    }
}

async fn insert_key(
    connection: &mut AnyConnection,
    id: &str,
    author: &AuthorId,
    key: &NewKey,
) -> Result<AuthorKey, KeyError> {
    let row = sql("INSERT INTO author_keys (id, author, public_key, fingerprint, held_secret, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING *")
    .bind(id)
    .text(author)
    .bind(key.public_key.as_slice())
    .bind(key.fingerprint.as_str())
    .bind(key.held_secret.as_deref())
    .bind(now())
    .returning(connection)
    .await
    .map_err(|error| match violates(&error, "author_keys_fingerprint_key", "author_keys.fingerprint") {
        true => KeyError::Taken { fingerprint: key.fingerprint.clone() },
        false => KeyError::Store(error),
    })?;
    Ok(read_key(&row)?)
}

fn read(row: &AnyRow) -> Result<Author, StoreError> {
    Ok(Author {
        id: row.parsed("id")?,
        tenant: row.parsed("tenant")?,
        verified_at: row.get_as("verified_at")?,
        created_at: row.get_as("created_at")?,
    })
}

fn read_key(row: &AnyRow) -> Result<AuthorKey, StoreError> {
    Ok(AuthorKey {
        id: row.get_as("id")?,
        author: row.parsed("author")?,
        public_key: row.get_as("public_key")?,
        fingerprint: row.get_as("fingerprint")?,
        held_secret: row.get_as("held_secret")?,
        created_at: row.get_as("created_at")?,
        revoked_at: row.get_as("revoked_at")?,
    })
}

// By hand, so that no log ever holds the secret, encrypted or not.
impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorKey")
            .field("id", &self.id)
            .field("author", &self.author)
            .field("fingerprint", &self.fingerprint)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}
