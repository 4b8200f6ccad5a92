//! An operator takes a package, an item or a key back from everybody, and lifts that again.

use std::fmt;

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::store::Backend;
use crate::transact::{Outcome, is_id, new_id, now, refuse_nul};
use crate::{Event, Page, PageError, Store, StoreError, items, page, revocations};
use marketplace_manifest::{CategoryId, Digest, Slug};

/// What a block holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum BlockTarget {
    /// Every release with this package, whatever it is called.
    Package {
        /// The package.
        sha256: Digest,
    },
    /// Every release of an item, also those to come.
    Item {
        /// Of which category.
        category: CategoryId,
        /// Which item.
        slug: Slug,
    },
    /// Everything that a key signed.
    Key {
        /// The key.
        fingerprint: String,
    },
}

/// A block, in force or lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// UUIDv7.
    pub id: String,
    /// What it holds for.
    pub target: BlockTarget,
    /// Why; whoever has it installed reads it.
    pub reason: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// By whom.
    pub created_by: String,
    /// When, by whom and why it was lifted, if it was.
    pub lifted: Option<Lifted>,
}

/// The end of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// Unix milliseconds.
    pub at: i64,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A block that was made, and what it met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The block.
    pub block: Block,
    /// How many releases it takes back. None, for what is not here yet, or was mistyped.
    pub releases: i64,
    /// How many installations it disables.
    pub installations: i64,
}

/// Why nothing was blocked, or lifted.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// It is blocked already.
    #[error("{target} is blocked already, by `{id}`, because: {reason}")]
    Already {
        /// What.
        target: BlockTarget,
        /// The block in force.
        id: String,
        /// Its reason.
        reason: String,
    },
    /// Nothing of that name was ever submitted, so it is mistyped.
    #[error("there is no item `{category}/{slug}`: check the name")]
    ItemUnknown {
        /// Of which category.
        category: CategoryId,
        /// Which item.
        slug: Slug,
    },
    /// There is no such block.
    #[error("there is no block `{0}`")]
    NotFound(String),
    /// It was lifted before.
    #[error("the block was lifted already, by {by}")]
    Lifted {
        /// By whom.
        by: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Blocks a package, an item or a key: from the commit on nothing of it is listed, served or installed, and it
    /// is disabled wherever it is installed.
    pub async fn block(
        &self,
        target: &BlockTarget,
        reason: &str,
        by: &str,
        event: Event,
    ) -> Result<Blocked, BlockError> {
        refuse_nul("the reason", reason)?;
        refuse_nul("the operator's name", by)?;
        refuse_nul("what to block", &target.subject())?;
        let (id, backend) = (&new_id(), self.backend());
        self.transact(event, async |mut tx| {
            // First, and a lock: blocks, yanks and submissions take turns.
            revocations::bump(&mut tx).await?;
            check_known(&mut tx, target).await?;
            let made = sql("INSERT INTO blocks (id, kind, subject, reason, created_at, created_by) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING *")
            .bind(id.as_str())
            .bind(target.kind())
            .bind(target.subject())
            .bind(reason)
            .bind(now())
            .bind(by)
            .row(&mut tx)
            .await?;
            let Some(row) = made else { return Err(already(&mut tx, target).await?) };
            // Locked and brought up to date: an install either came before, and is disabled, or finds the block.
            refresh(&mut tx, backend, target).await?;
            let (releases, installations) = reach(&mut tx, target).await?;
            Ok(Outcome::Changed(tx, Blocked { block: read(&row)?, releases, installations }))
        })
        .await
    }

    /// Lifts a block: what it took back is offered again, and runs again where it is installed, unless something
    /// else stands against it.
    pub async fn lift_block(
        &self,
        id: &str,
        reason: &str,
        by: &str,
        event: Event,
    ) -> Result<Block, BlockError> {
        if !is_id(id) {
            return Err(BlockError::NotFound(id.to_owned()));
        }
        refuse_nul("the reason", reason)?;
        refuse_nul("the operator's name", by)?;
        let backend = self.backend();
        self.transact(event, async |mut tx| {
            revocations::bump(&mut tx).await?;
            let lifted = sql("UPDATE blocks SET lifted_at = $2, lifted_by = $3, lifted_reason = $4 \
                 WHERE id = $1 AND lifted_at IS NULL RETURNING *")
            .bind(id)
            .bind(now())
            .bind(by)
            .bind(reason)
            .row(&mut tx)
            .await?;
            let Some(row) = lifted else {
                let row = sql("SELECT * FROM blocks WHERE id = $1").bind(id).row(&mut tx).await?;
                let lifted = row.as_ref().map(read).transpose()?.and_then(|block| block.lifted);
                return Err(match lifted {
                    Some(lifted) => BlockError::Lifted { by: lifted.by },
                    None => BlockError::NotFound(id.to_owned()),
                });
            };
            let block = read(&row)?;
            refresh(&mut tx, backend, &block.target).await?;
            Ok(Outcome::Changed(tx, block))
        })
        .await
    }

    /// One block.
    pub async fn find_block(&self, id: &str) -> Result<Option<Block>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let row = sql("SELECT * FROM blocks WHERE id = $1").bind(id).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// Blocks, newest first: those in force, those that were lifted, or all.
    pub async fn blocks(
        &self,
        active: Option<bool>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Block>, PageError> {
        let limit = page::clamp(limit);
        let mut statement = sql("SELECT * FROM blocks WHERE ");
        statement.push(match active {
            None => "1 = 1",
            Some(true) => "lifted_at IS NULL",
            Some(false) => "lifted_at IS NOT NULL",
        });
        if let Some(id) = page::id_cursor(cursor)? {
            statement.push(" AND id < ").value(id);
        }
        statement.push(" ORDER BY id DESC LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let blocks = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(blocks, limit, |block| page::encode(&block.id)))
    }
}

impl BlockTarget {
    fn kind(&self) -> &'static str {
        match self {
            Self::Package { .. } => "package",
            Self::Item { .. } => "item",
            Self::Key { .. } => "key",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Package { sha256 } => sha256.to_string(),
            Self::Item { category, slug } => format!("{category}/{slug}"),
            Self::Key { fingerprint } => fingerprint.clone(),
        }
    }

    /// The condition on releases `r` that it holds for.
    fn condition(&self, statement: &mut Sql) {
        match self {
            Self::Package { sha256 } => statement.push("r.package_sha256 = ").value(sha256.to_string()),
            Self::Item { category, slug } => statement
                .push("r.category = ")
                .value(category.to_string())
                .push(" AND r.slug = ")
                .value(slug.to_string()),
            Self::Key { fingerprint } => statement
                .push("r.key_id IN (SELECT id FROM author_keys WHERE fingerprint = ")
                .value(fingerprint.as_str())
                .push(")"),
        };
    }
}

/// As the audit log names it: `package:…`, `item:category/slug`, `key:SHA256:…`.
impl fmt::Display for BlockTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.subject())
    }
}

/// Every block in force.
pub(crate) async fn active(connection: &mut AnyConnection) -> Result<Vec<Block>, StoreError> {
    sql("SELECT * FROM blocks WHERE lifted_at IS NULL").rows(connection).await?.iter().map(read).collect()
}

/// The reason of a block that stands against a submission. Whoever asks holds off blocks until the commit.
pub(crate) async fn against(
    connection: &mut AnyConnection,
    category: &CategoryId,
    slug: &Slug,
    package: &Digest,
    key: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let row = sql("SELECT reason FROM blocks WHERE lifted_at IS NULL AND ((kind = 'package' AND subject = $1) \
         OR (kind = 'item' AND subject = $2) \
         OR (kind = 'key' AND subject = (SELECT fingerprint FROM author_keys WHERE id = $3))) ORDER BY id LIMIT 1")
    .text(package)
    .bind(format!("{category}/{slug}"))
    .bind(key.unwrap_or_default())
    .row(connection)
    .await?;
    row.map(|row| row.get_as("reason")).transpose()
}

/// Packages and keys may be blocked before they come; a name that nobody has is a mistake.
async fn check_known(connection: &mut AnyConnection, target: &BlockTarget) -> Result<(), BlockError> {
    let BlockTarget::Item { category, slug } = target else { return Ok(()) };
    let found = sql("SELECT id FROM items WHERE category = $1 AND slug = $2").text(category).text(slug);
    match found.row(connection).await? {
        Some(_) => Ok(()),
        None => Err(BlockError::ItemUnknown { category: category.clone(), slug: slug.clone() }),
    }
}

async fn already(connection: &mut AnyConnection, target: &BlockTarget) -> Result<BlockError, StoreError> {
    let row = sql("SELECT id, reason FROM blocks WHERE kind = $1 AND subject = $2 AND lifted_at IS NULL")
        .bind(target.kind())
        .bind(target.subject())
        .returning(connection)
        .await?;
    Ok(BlockError::Already { target: target.clone(), id: row.get_as("id")?, reason: row.get_as("reason")? })
}

/// Locks every item that has a release which the target names, and brings what lists show of it up to date.
async fn refresh(
    connection: &mut AnyConnection,
    backend: Backend,
    target: &BlockTarget,
) -> Result<(), StoreError> {
    let mut lock =
        sql("UPDATE items SET revision = revision + 1 WHERE id IN (SELECT r.item_id FROM releases r WHERE ");
    target.condition(&mut lock);
    lock.push(") RETURNING id");
    for row in lock.rows(connection).await? {
        items::refresh(connection, backend, row.get_as("id")?).await?;
    }
    Ok(())
}

/// How many releases and installations it holds for.
async fn reach(connection: &mut AnyConnection, target: &BlockTarget) -> Result<(i64, i64), StoreError> {
    let mut releases = sql("SELECT COUNT(*) AS n FROM releases r WHERE ");
    target.condition(&mut releases);
    let releases = releases.returning(connection).await?.get_as("n")?;
    let mut installations =
        sql("SELECT COUNT(*) AS n FROM installations n JOIN releases r ON r.id = n.release_id WHERE ");
    target.condition(&mut installations);
    Ok((releases, installations.returning(connection).await?.get_as("n")?))
}

fn read(row: &AnyRow) -> Result<Block, StoreError> {
    let lifted = match row.get_as::<Option<i64>>("lifted_at")? {
        None => None,
        Some(at) => Some(Lifted { at, by: row.get_as("lifted_by")?, reason: row.get_as("lifted_reason")? }),
    };
    Ok(Block {
        id: row.get_as("id")?,
        target: read_target(row)?,
        reason: row.get_as("reason")?,
        created_at: row.get_as("created_at")?,
        created_by: row.get_as("created_by")?,
        lifted,
    })
}

fn read_target(row: &AnyRow) -> Result<BlockTarget, StoreError> {
    let corrupt = |reason: String| StoreError::Corrupt { what: "block", source: reason.into() };
    let subject: &str = row.get_as("subject")?;
    Ok(match row.get_as::<&str>("kind")? {
        "package" => BlockTarget::Package { sha256: row.parsed("subject")? },
        "item" => {
            let (category, slug) =
                subject.split_once('/').ok_or_else(|| corrupt(format!("`{subject}` is no item")))?;
            BlockTarget::Item {
                category: category.parse().map_err(|error| corrupt(format!("{error}")))?,
                slug: slug.parse().map_err(|error| corrupt(format!("{error}")))?,
            }
        }
        "key" => BlockTarget::Key { fingerprint: subject.to_owned() },
        other => return Err(corrupt(format!("`{other}` cannot be blocked"))),
    })
}
