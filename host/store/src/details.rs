//! What a category shows of a release. Here it is a text like any other, but for what lists are filtered by.
//!
//! What the category said when the release was submitted is in its verdict, and stays there as a record. What it says now
//! is in the release's [`Card`](crate::Card): another component of the same category may say it anew.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::AnyConnection;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::store::Backend;
use crate::transact::Outcome;
use crate::{Card, Event, Store, StoreError, items};
use marketplace_manifest::CategoryId;

/// How many values of each field lists show of an item: the first. All are there to be filtered by, and with the item.
pub const MAX_CARD_VALUES: usize = 8;
/// How many releases one statement names.
const AT_ONCE: usize = 500;

/// The values that can be filtered by, each with the key of its field: texts, and `true` or `false`. Whether the category
/// offers a filter by them is its own to say, and may change without the release.
pub(crate) fn filterable(details: &Value) -> impl Iterator<Item = (&str, &str)> {
    let details = details.as_array().into_iter().flatten();
    details
        .filter_map(|detail| Some((detail.get("field")?.as_str()?, detail.get("values")?.as_array()?)))
        .flat_map(|(field, values)| {
            values.iter().filter_map(move |value| match (value.get("type")?.as_str()?, value.get("value")?) {
                ("text", Value::String(text)) => Some((field, text.as_str())),
                ("flag", Value::Bool(flag)) => Some((field, if *flag { "true" } else { "false" })),
                _ => None,
            })
        })
}

/// What of it lists show.
pub(crate) fn on_card(details: &Value) -> Value {
    let mut details = details.clone();
    for detail in details.as_array_mut().into_iter().flatten() {
        if let Some(Value::Array(values)) = detail.get_mut("values") {
            values.truncate(MAX_CARD_VALUES);
        }
    }
    details
}

impl Store {
    /// Replaces what a category shows of its releases, given by their ids, in one transaction; and how many are other
    /// than before. Those of another category, and those that are not there, are left out. A release may have any status:
    /// one that waits is shown so once it is approved. What the verdicts say stays as it is.
    pub async fn present_again(
        &self,
        category: &CategoryId,
        details: Vec<(String, Value)>,
        event: Event,
    ) -> Result<u64, StoreError> {
        let (backend, details) = (self.backend(), &details);
        self.transact(event, async |mut tx| {
            Ok(match replace(&mut tx, backend, category, details).await? {
                0 => Outcome::Unchanged(0),
                changed => Outcome::Changed(tx, changed),
            })
        })
        .await
    }
}

/// [`Store::present_again`], inside a transaction that has locked no item yet, nor changed the catalogue.
pub(crate) async fn replace(
    connection: &mut AnyConnection,
    backend: Backend,
    category: &CategoryId,
    details: &[(String, Value)],
) -> Result<u64, StoreError> {
    let details: BTreeMap<&str, &Value> =
        details.iter().map(|(id, details)| (id.as_str(), details)).collect();
    let ids: Vec<&str> = details.keys().copied().collect();

    // All of them, before the first is changed.
    let mut shown = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut lock = sql("UPDATE items SET revision = revision + 1 WHERE category = $1 \
             AND id IN (SELECT item_id FROM releases WHERE id IN (")
        .text(category);
        push_all(&mut lock, some);
        lock.push(")) RETURNING id, latest_release_id");
        for row in lock.rows(connection).await? {
            if let Some(latest) = row.get_as::<Option<String>>("latest_release_id")? {
                shown.insert(latest, row.get_as::<String>("id")?);
            }
        }
    }

    let (mut changed, mut stale) = (0, BTreeSet::new());
    for some in ids.chunks(AT_ONCE) {
        let mut select = sql("SELECT id, card FROM releases WHERE category = $1 AND id IN (").text(category);
        push_all(&mut select, some);
        select.push(")");
        for row in select.rows(connection).await? {
            let (id, before): (String, Card) = (row.get_as("id")?, row.json("card")?);
            let now = details.get(id.as_str()).map_or(&Value::Null, |details| *details);
            if before.details == *now {
                continue;
            }
            let card = Card { details: now.clone(), ..before };
            sql("UPDATE releases SET card = $2 WHERE id = $1")
                .bind(id.as_str())
                .json(&card)
                .run(connection)
                .await?;
            changed += 1;
            stale.extend(shown.get(&id));
        }
    }
    for item in stale {
        items::refresh(connection, backend, item).await?;
    }
    Ok(changed)
}

fn push_all(statement: &mut Sql, ids: &[&str]) {
    for (number, id) in ids.iter().enumerate() {
        statement.push(if number == 0 { "" } else { ", " }).value((*id).to_owned());
    }
}
