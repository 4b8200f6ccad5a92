//! Authors' keys. At most one key of an author is active, and it alone signs what is submitted; a release remembers
//! the key that vouched for it, so the earlier ones are kept. A key leaves in one of two ways: it is *retired* when
//! another takes its place, and what it signed stays good; or it is *revoked*, and what it signed is installed no more.

use std::collections::BTreeMap;
use std::fmt;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::dialect::violates;
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, is_id, new_id, now};
use crate::{Event, Store, StoreError, revocations};
use marketplace_manifest::AuthorId;

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
    /// Ciphertext of the secret key, while the key is active and the control plane holds it.
    pub held_secret: Option<Vec<u8>>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds; `Some` means that another key took its place. What it vouched for stays good.
    pub retired_at: Option<i64>,
    /// Unix milliseconds; `Some` stops new installs of what this key vouched for.
    pub revoked_at: Option<i64>,
    /// Why it was revoked, in the words of whoever did it.
    pub revoked_reason: Option<String>,
}

impl AuthorKey {
    /// Whether this is the key that signs what its author submits.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.retired_at.is_none() && self.revoked_at.is_none()
    }
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
    /// Which key is active is no longer what the caller looked at.
    #[error("another key of `{0}` came into force meanwhile, or the one in force was revoked: look again")]
    Changed(AuthorId),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The key that signs what an author submits.
    pub async fn active_key(&self, author: &AuthorId) -> Result<Option<AuthorKey>, StoreError> {
        let row =
            sql("SELECT * FROM author_keys WHERE author = $1 AND revoked_at IS NULL AND retired_at IS NULL")
                .text(author)
                .read(self.read())
                .await?;
        row.as_ref().map(read).transpose()
    }

    /// All keys of an author, oldest first, retired and revoked ones included.
    pub async fn keys_of(&self, author: &AuthorId) -> Result<Vec<AuthorKey>, StoreError> {
        let mut keys = self.keys_of_all(std::slice::from_ref(author)).await?;
        Ok(keys.remove(author).unwrap_or_default())
    }

    /// [`keys_of`](Self::keys_of) each of a page of authors, in one query. Who has none is left out.
    pub async fn keys_of_all(
        &self,
        authors: &[AuthorId],
    ) -> Result<BTreeMap<AuthorId, Vec<AuthorKey>>, StoreError> {
        let mut statement = sql("SELECT * FROM author_keys WHERE author IN (''");
        for author in authors {
            statement.push(", ").value(author.to_string());
        }
        statement.push(") ORDER BY id");
        let mut keys = BTreeMap::<_, Vec<_>>::new();
        for row in &statement.read_all(self.read()).await? {
            let key = read(row)?;
            keys.entry(key.author.clone()).or_default().push(key);
        }
        Ok(keys)
    }

    /// One key, by id: the one that a release names.
    pub async fn key(&self, id: &str) -> Result<Option<AuthorKey>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let row = sql("SELECT * FROM author_keys WHERE id = $1").bind(id).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// Adds a key to an author who has none in force; it becomes the active one.
    ///
    /// # Errors
    /// [`KeyError::Changed`] if a key is in force: that one must be rotated.
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

    /// Puts a key in the place of the active one, `old`, which is retired: one change, guarded by the key that the
    /// caller looked at. Of two at once one wins, and the other gets [`KeyError::Changed`].
    pub async fn rotate_key(
        &self,
        author: &AuthorId,
        old: &str,
        key: NewKey,
        event: Event,
    ) -> Result<AuthorKey, KeyError> {
        if !is_id(old) {
            return Err(KeyError::Changed(author.clone()));
        }
        let (key, id) = (&key, &new_id());
        self.transact(event, async |mut tx| {
            let retired = sql("UPDATE author_keys SET retired_at = $3, held_secret = NULL \
                 WHERE id = $1 AND author = $2 AND retired_at IS NULL AND revoked_at IS NULL")
            .bind(old)
            .text(author)
            .bind(now())
            .run(&mut tx)
            .await?;
            if retired == 0 {
                return Err(KeyError::Changed(author.clone()));
            }
            let key = insert_key(&mut tx, id, author, key).await?;
            Ok(Outcome::Changed(tx, key))
        })
        .await
    }

    /// Revokes a key, active or retired, for the event's reason, and returns it; `None` if there is none. Revoking
    /// twice changes nothing.
    pub async fn revoke_key(&self, id: &str, event: Event) -> Result<Option<AuthorKey>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let reason = &event.reason.clone();
        self.transact(event, async |mut tx| {
            revocations::bump(&mut tx).await?;
            let revoked =
                sql("UPDATE author_keys SET revoked_at = $2, revoked_reason = $3, held_secret = NULL \
                 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id)
                .bind(now())
                .bind(reason.as_deref())
                .run(&mut tx)
                .await?;
            let row = sql("SELECT * FROM author_keys WHERE id = $1").bind(id).row(&mut tx).await?;
            let key = row.as_ref().map(read).transpose()?;
            Ok(if revoked == 1 { Outcome::Changed(tx, key) } else { Outcome::Unchanged(key) })
        })
        .await
    }
}

/// Adds the key that is active from now on: the database refuses a second one.
pub(crate) async fn insert_key(
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
    .map_err(|error| {
        if violates(&error, "author_keys_fingerprint_key", "author_keys.fingerprint") {
            KeyError::Taken { fingerprint: key.fingerprint.clone() }
        } else if violates(&error, "author_keys_active_key", "author_keys.author") {
            KeyError::Changed(author.clone())
        } else {
            KeyError::Store(error)
        }
    })?;
    Ok(read(&row)?)
}

fn read(row: &AnyRow) -> Result<AuthorKey, StoreError> {
    Ok(AuthorKey {
        id: row.get_as("id")?,
        author: row.parsed("author")?,
        public_key: row.get_as("public_key")?,
        fingerprint: row.get_as("fingerprint")?,
        held_secret: row.get_as("held_secret")?,
        created_at: row.get_as("created_at")?,
        retired_at: row.get_as("retired_at")?,
        revoked_at: row.get_as("revoked_at")?,
        revoked_reason: row.get_as("revoked_reason")?,
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
            .field("retired_at", &self.retired_at)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}
