//! Faces: what lists know of an item, from one revision of the catalogue to another.
//!
//! A list that somebody pages through must not move under their feet. An update changes where an item stands in
//! every order, and a cursor that only says "after this" would then skip it, or show it again. So a face is never
//! changed: an update ends it and begins another, and a page is read as of the revision of the first page, which
//! its cursor carries. What an item *says* is always current, and what was withdrawn is gone at once.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::items::ItemCard;
use crate::row::Columns;
use crate::sql::sql;
use crate::store::Backend;
use crate::transact::now;
use crate::words::{self, Fields};
use crate::{Release, StoreError, labels, vocabulary};
use marketplace_manifest::CategoryId;

/// How long an ended face is kept at least: a cursor is good for that long.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How many ended faces a change removes at most. It adds one, so they do not pile up; and no change waits long.
const REMOVED_AT_ONCE: i64 = 20;
/// Installs up to here are no sign of anything.
const FEW_INSTALLS: i64 = 10;

/// A face to be written.
pub(crate) struct NewFace<'f> {
    pub(crate) number: i64,
    pub(crate) item: &'f str,
    pub(crate) category: &'f CategoryId,
    pub(crate) sort_name: String,
    pub(crate) published_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) fields: Fields,
    /// The labels, as words of the index.
    pub(crate) filters: String,
    pub(crate) vocabulary: BTreeSet<String>,
    pub(crate) since: i64,
}

/// Begins a change of the catalogue and returns its revision. Held until the commit: changes take turns, and their
/// revisions are committed in order. Whoever changes several items locks them all before the first.
pub(crate) async fn advance(connection: &mut AnyConnection) -> Result<i64, StoreError> {
    let row = sql("UPDATE revisions SET value = value + 1 WHERE name = 'catalogue' RETURNING value");
    row.returning(connection).await?.get_as("value")
}

/// Replaces the item's face by one of this release, or by none.
pub(crate) async fn replace(
    connection: &mut AnyConnection,
    backend: Backend,
    item: &str,
    shown: Option<(&ItemCard, &Release)>,
) -> Result<(), StoreError> {
    let revision = advance(connection).await?;
    let mut words_before = BTreeSet::new();
    if let Some(row) = end(connection, item, revision).await? {
        words_before = row.json("vocabulary")?;
        labels::remove(connection, row.get_as("number")?).await?;
    }
    let mut words_after = BTreeSet::new();
    if let Some((card, release)) = shown {
        let face = NewFace::of(item, card, release, popularity(connection, item).await?, revision);
        backend.insert_face(connection, &face).await?;
        labels::add(connection, face.number, card, &release.card.details).await?;
        words_after = face.vocabulary;
    }
    vocabulary::change(connection, &words_before, &words_after).await?;
    sweep(connection, now() - i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX)).await
}

/// Whether this many installs make an item more popular than one fewer did: then its face is due for replacement.
pub(crate) fn is_milestone(installs: i64) -> bool {
    magnitude(installs) > magnitude(installs - 1)
}

impl<'f> NewFace<'f> {
    fn of(item: &'f str, card: &'f ItemCard, release: &Release, popularity: i64, revision: i64) -> Self {
        let fields = Fields::of(card.slug.as_str(), card.author.as_str(), &release.card);
        let labels = labels::of(card, &release.card.details);
        let filters = labels.iter().map(|(kind, value)| words::filter(kind, value));
        Self {
            // The revision is this face's alone; 48 bits of it outlast the program.
            number: popularity << 48 | revision,
            item,
            category: &card.category,
            sort_name: words::sort_name(&card.title),
            published_at: card.published_at,
            updated_at: card.updated_at,
            filters: filters.collect::<Vec<_>>().join(" "),
            vocabulary: fields.spelled(),
            fields,
            since: revision,
        }
    }
}

/// Ends the live face, if there is one, and returns it.
async fn end(
    connection: &mut AnyConnection,
    item: &str,
    revision: i64,
) -> Result<Option<AnyRow>, StoreError> {
    sql("UPDATE item_faces SET until = $2, ended_at = $3 WHERE item_id = $1 AND until IS NULL \
         RETURNING number, vocabulary")
    .bind(item)
    .bind(revision)
    .bind(now())
    .row(connection)
    .await
}

async fn popularity(connection: &mut AnyConnection, item: &str) -> Result<i64, StoreError> {
    let row = sql("SELECT installs FROM items WHERE id = $1").bind(item).returning(connection).await?;
    Ok(magnitude(row.get_as("installs")?))
}

/// The order of magnitude of a number of installs. Among equal matches the more popular comes first; by magnitude, so
/// that an item's place changes a handful of times in its life, not with every install.
fn magnitude(installs: i64) -> i64 {
    if installs < FEW_INSTALLS { 0 } else { i64::from(installs.ilog10()) }
}

/// Removes some of the faces that ended before a time, and remembers up to which revision.
async fn sweep(connection: &mut AnyConnection, before: i64) -> Result<(), StoreError> {
    let rows = sql("DELETE FROM item_faces WHERE number IN \
         (SELECT number FROM item_faces WHERE ended_at < $1 ORDER BY ended_at LIMIT $2) RETURNING until")
    .bind(before)
    .bind(REMOVED_AT_ONCE)
    .rows(connection)
    .await?;
    let untils = rows.iter().map(|row| row.get_as::<i64>("until")).collect::<Result<Vec<_>, _>>()?;
    if let Some(last) = untils.into_iter().max() {
        sql("UPDATE revisions SET value = $1 WHERE name = 'catalogue_floor' AND value < $1")
            .bind(last)
            .run(connection)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
