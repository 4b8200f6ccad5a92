//! Authors. A name is unique in the whole marketplace and never reused: it belongs to its first tenant for ever.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::keys::{KeyError, NewKey, insert_key};
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, new_id, now};
use crate::{DEFAULT_LIMIT, Event, Page, PageError, Store, StoreError, page, tenants};
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

/// An author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub id: AuthorId,
    /// Whose author it is.
    pub tenant: Tenant,
    /// Unix milliseconds; `None` is not verified, and may not publish.
    pub verified_at: Option<i64>,
    /// Why the author is no longer verified; `None` while it is, and before anybody decided.
    pub unverified_reason: Option<String>,
    /// Unix milliseconds.
    pub created_at: i64,
}

/// Which authors a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorQuery {
    /// Only this tenant's.
    pub tenant: Option<Tenant>,
    /// Only those who are verified, or only those who are not.
    pub verified: Option<bool>,
    /// Rows on a page; [`DEFAULT_LIMIT`] without.
    pub limit: Option<u32>,
    /// From the page before.
    pub cursor: Option<String>,
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
    /// The tenant has as many unverified authors as one may have: names are not hoarded.
    #[error(
        "{open} authors of this tenant are not verified yet, and no more than {limit} may wait at a time: \
         ask an operator to decide on them"
    )]
    TooManyOpen {
        /// How many there are.
        open: i64,
        /// How many there may be.
        limit: u32,
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

impl Store {
    /// Creates an author, with its first key if there is one.
    pub async fn create_author(&self, author: NewAuthor, event: Event) -> Result<Author, AuthorError> {
        let (author, key_id) = (&author, &new_id());
        self.transact(event, async |mut tx| {
            if !tenants::exists(&mut tx, &author.tenant).await? {
                return Err(AuthorError::TenantUnknown(author.tenant.clone()));
            }
            let made = insert(&mut tx, key_id, author).await?;
            Ok(Outcome::Changed(tx, made))
        })
        .await
    }

    /// [`create_author`](Self::create_author) for whoever asks for a name without an operator: refused while
    /// `limit` authors of the tenant are unverified. Of any number at once, no more than that are made.
    pub async fn apply_author(
        &self,
        author: NewAuthor,
        limit: u32,
        event: Event,
    ) -> Result<Author, AuthorError> {
        let (author, key_id) = (&author, &new_id());
        self.transact(event, async |mut tx| {
            if !tenants::lock(&mut tx, &author.tenant).await? {
                return Err(AuthorError::TenantUnknown(author.tenant.clone()));
            }
            // The name first: whoever asks again for one of its own should hear that, and not of a limit.
            let made = insert(&mut tx, key_id, author).await?;
            let row = sql(
                "SELECT COUNT(*) AS open FROM authors WHERE tenant = $1 AND verified_at IS NULL AND id <> $2",
            )
            .text(&author.tenant)
            .text(&author.id)
            .returning(&mut tx)
            .await?;
            let open: i64 = row.get_as("open")?;
            if open >= i64::from(limit) {
                return Err(AuthorError::TooManyOpen { open, limit });
            }
            Ok(Outcome::Changed(tx, made))
        })
        .await
    }

    /// Lets an author publish, and returns it; `None` if there is none. Who is verified already stays so since then.
    pub async fn verify_author(&self, id: &AuthorId, event: Event) -> Result<Option<Author>, StoreError> {
        self.transact(event, async |mut tx| {
            let changed = sql("UPDATE authors SET verified_at = $2, unverified_reason = NULL \
                 WHERE id = $1 AND verified_at IS NULL")
            .text(id)
            .bind(now())
            .run(&mut tx)
            .await?;
            let author = find(&mut tx, id).await?;
            Ok(if changed == 1 { Outcome::Changed(tx, author) } else { Outcome::Unchanged(author) })
        })
        .await
    }

    /// Stops an author from publishing, for the event's reason, and returns it; `None` if there is none. What is
    /// published stays. Who is not verified stays as it is, with the reason given before.
    pub async fn unverify_author(&self, id: &AuthorId, event: Event) -> Result<Option<Author>, StoreError> {
        let reason = &event.reason.clone();
        self.transact(event, async |mut tx| {
            let changed = sql("UPDATE authors SET verified_at = NULL, unverified_reason = $2 \
                 WHERE id = $1 AND verified_at IS NOT NULL")
            .text(id)
            .bind(reason.as_deref())
            .run(&mut tx)
            .await?;
            let author = find(&mut tx, id).await?;
            Ok(if changed == 1 { Outcome::Changed(tx, author) } else { Outcome::Unchanged(author) })
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

    /// Authors, by name.
    pub async fn list_authors(&self, query: &AuthorQuery) -> Result<Page<Author>, PageError> {
        let by_code_point = self.backend().by_code_point();
        let limit = page::clamp(query.limit.unwrap_or(DEFAULT_LIMIT));
        let mut statement = sql("SELECT * FROM authors WHERE 1 = 1");
        if let Some(tenant) = &query.tenant {
            statement.push(" AND tenant = ").value(tenant.to_string());
        }
        match query.verified {
            Some(true) => statement.push(" AND verified_at IS NOT NULL"),
            Some(false) => statement.push(" AND verified_at IS NULL"),
            None => &mut statement,
        };
        if let Some(after) = page::name_cursor::<AuthorId>(query.cursor.as_deref())? {
            statement.push(" AND id").push(by_code_point).push(" > ").value(after.to_string());
        }
        statement.push(" ORDER BY id").push(by_code_point).push(" LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let authors = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(authors, limit, |author| page::encode(&author.id.as_str())))
    }
}

/// The author and its first key, or why the name cannot be had.
async fn insert(
    connection: &mut AnyConnection,
    key_id: &str,
    author: &NewAuthor,
) -> Result<Author, AuthorError> {
    let made = sql("INSERT INTO authors (id, tenant, verified_at, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO NOTHING RETURNING *")
    .text(&author.id)
    .text(&author.tenant)
    .bind(author.verified_at)
    .bind(now())
    .row(connection)
    .await?;
    let Some(row) = made else {
        let owner = find(connection, &author.id).await?;
        let same_tenant = owner.is_some_and(|owner| owner.tenant == author.tenant);
        return Err(AuthorError::Taken { author: author.id.clone(), same_tenant });
    };
    if let Some(key) = &author.key {
        insert_key(connection, key_id, &author.id, key).await?;
    }
    Ok(read(&row)?)
}

async fn find(connection: &mut AnyConnection, id: &AuthorId) -> Result<Option<Author>, StoreError> {
    let row = sql("SELECT * FROM authors WHERE id = $1").text(id).row(connection).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<Author, StoreError> {
    Ok(Author {
        id: row.parsed("id")?,
        tenant: row.parsed("tenant")?,
        verified_at: row.get_as("verified_at")?,
        unverified_reason: row.get_as("unverified_reason")?,
        created_at: row.get_as("created_at")?,
    })
}
