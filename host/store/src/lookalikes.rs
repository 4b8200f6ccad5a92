//! Names that look like another's.
//!
//! A name's skeleton is what is left when everything is folded that eyes confuse: two names look alike if their
//! skeletons are equal. The idea is that of Unicode TR39, section 4, for the letters that a name can have, `[a-z0-9-]`;
//! TR39's own table has most of these pairs, made for every script there is.
//!
//! | folded | into | as in |
//! |---|---|---|
//! | `-` | nothing | `cpu-load`, `cpuload` |
//! | `0` | `o` | `co0kie`, `cookie` |
//! | `1`, `i` | `l` | `paypa1`, `paypai`, `paypal` |
//! | `2`, `5`, `8`, `9` | `z`, `s`, `b`, `g` | `di5k`, `disk` |
//! | `rn`, `vv` | `m`, `w` | `rnail`, `mail` |
//!
//! No two digits become the same letter: `qt5` and `qt6` are two versions, not a forgery. What sounds alike or is
//! spelled so on purpose (`3` for `e`) is not folded, nor `cl` into `d`: a `clock` is no `dock`, and a warning that
//! is mostly wrong is one that nobody reads.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::{ItemCard, Store, StoreError};
use marketplace_manifest::{AuthorId, CategoryId, Slug};

/// In this order, which is also that of the migration which folded the names that were there.
const FOLDS: [(&str, &str); 10] = [
    ("-", ""),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("2", "z"),
    ("5", "s"),
    ("8", "b"),
    ("9", "g"),
    ("rn", "m"),
    ("vv", "w"),
];
/// How many are shown: with more than this, the name says enough by itself.
const SHOWN: usize = 20;

/// An item of another author whose name looks the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lookalike {
    /// Of which category.
    pub category: CategoryId,
    /// Which item.
    pub slug: Slug,
    /// What it is called; its name, while nothing of it is listed.
    pub title: String,
    /// Whose.
    pub author: AuthorId,
}

/// What is left of a name when all that eyes confuse is folded.
pub(crate) fn skeleton(slug: &Slug) -> String {
    FOLDS.iter().fold(slug.to_string(), |name, (from, to)| name.replace(from, to))
}

impl Store {
    /// Items of other authors in the category, with an approved release and a name that looks like this one; the
    /// oldest 20.
    pub async fn lookalikes(
        &self,
        category: &CategoryId,
        slug: &Slug,
        author: &AuthorId,
    ) -> Result<Vec<Lookalike>, StoreError> {
        let rows = like(category, slug, author).read_all(self.read()).await?;
        rows.iter().map(read).collect()
    }
}

/// [`Store::lookalikes`], inside a transaction.
pub(crate) async fn of(
    connection: &mut AnyConnection,
    category: &CategoryId,
    slug: &Slug,
    author: &AuthorId,
) -> Result<Vec<Lookalike>, StoreError> {
    like(category, slug, author).rows(connection).await?.iter().map(read).collect()
}

/// [`Store::lookalikes`] of each of these items, by its id.
pub(crate) async fn among(
    store: &Store,
    items: impl FnOnce(&mut Sql),
) -> Result<BTreeMap<String, Vec<Lookalike>>, StoreError> {
    let mut statement = sql("SELECT mine.id AS mine, i.category, i.slug, i.author, i.card FROM items mine \
         JOIN items i ON i.category = mine.category AND i.skeleton = mine.skeleton AND i.author <> mine.author \
         WHERE EXISTS (SELECT 1 FROM releases r WHERE r.item_id = i.id AND r.status = 'approved') AND mine.id IN ");
    items(&mut statement);
    statement.push(" ORDER BY i.id");
    let mut found: BTreeMap<String, Vec<Lookalike>> = BTreeMap::new();
    for row in statement.read_all(store.read()).await? {
        let lookalikes = found.entry(row.get_as("mine")?).or_default();
        if lookalikes.len() < SHOWN {
            lookalikes.push(read(&row)?);
        }
    }
    Ok(found)
}

fn like(category: &CategoryId, slug: &Slug, author: &AuthorId) -> Sql {
    sql("SELECT i.category, i.slug, i.author, i.card FROM items i \
         WHERE i.category = $1 AND i.skeleton = $2 AND i.author <> $3 \
         AND EXISTS (SELECT 1 FROM releases r WHERE r.item_id = i.id AND r.status = 'approved') \
         ORDER BY i.id LIMIT $4")
    .text(category)
    .bind(skeleton(slug))
    .text(author)
    .bind(i64::try_from(SHOWN).unwrap_or(i64::MAX))
}

fn read(row: &AnyRow) -> Result<Lookalike, StoreError> {
    let slug: Slug = row.parsed("slug")?;
    let title = match row.get_as::<Option<&str>>("card")? {
        Some(_) => row.json::<ItemCard>("card")?.title,
        None => slug.to_string(),
    };
    Ok(Lookalike { category: row.parsed("category")?, slug, title, author: row.parsed("author")? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        let skeleton = |name: &str| skeleton(&name.parse().unwrap());
        for (forged, real) in [
            ("paypa1", "paypal"),
            ("paypai", "paypal"),
            ("co0kie", "cookie"),
            ("cpu-load", "cpuload"),
            ("r-nail", "mail"),
            ("di5k", "disk"),
            ("vveather", "weather"),
            ("8i9-2oo", "big-zoo"),
        ] {
            assert_eq!(skeleton(forged), skeleton(real), "{forged} and {real}");
        }
        for (one, other) in [("clock", "dock"), ("qt5", "qt6"), ("mail", "nail"), ("theme", "them3")] {
            assert_ne!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }
}
