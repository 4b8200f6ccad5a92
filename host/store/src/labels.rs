//! Labels: what facets count. How many items have each is kept, so that a list of everything counts nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::AnyConnection;

use crate::details::filterable;
use crate::sql::sql;
use crate::{ItemCard, StoreError};
use marketplace_manifest::CategoryId;

/// The category.
pub(crate) const CATEGORY: &str = "category";
/// Who publishes it.
pub(crate) const AUTHOR: &str = "author";
/// A keyword.
pub(crate) const TAG: &str = "tag";
/// A permission, as declared.
pub(crate) const PERMISSION: &str = "permission";
/// A value of a field that the category has.
pub(crate) fn field(key: &str) -> String {
    format!("field:{key}")
}

/// The category under which `label_counts` counts all that are enabled.
pub(crate) const ALL: &str = "";

/// Where a face `$1` is counted: in its category, and among all unless that is disabled.
const SCOPES: &str = "(SELECT f.category AS scope FROM item_faces f WHERE f.number = $1 \
     UNION ALL SELECT '' FROM item_faces f JOIN marketplace_categories c ON c.id = f.category \
     WHERE f.number = $1 AND c.enabled = 1)";

/// The labels of an item, as kind and value, each once.
pub(crate) fn of<'c>(card: &'c ItemCard, details: &'c Value) -> BTreeSet<(Cow<'static, str>, &'c str)> {
    let one = [(CATEGORY, card.category.as_str()), (AUTHOR, card.author.as_str())];
    let tags = card.keywords.iter().map(|keyword| (TAG, keyword.as_str()));
    let permissions = card.permissions.iter().map(|permission| (PERMISSION, permission.as_str()));
    let known = one.into_iter().chain(tags).chain(permissions);
    let known = known.map(|(kind, value)| (Cow::Borrowed(kind), value));
    known.chain(filterable(details).map(|(key, value)| (Cow::Owned(field(key)), value))).collect()
}

/// Gives a live face its labels, and counts them.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    face: i64,
    card: &ItemCard,
    details: &Value,
) -> Result<(), StoreError> {
    let mut insert = sql("INSERT INTO face_labels (face, kind, value) VALUES ");
    let mut separator = "(";
    for (kind, value) in of(card, details) {
        insert.push(separator).value(face);
        insert.push(", ").value(kind.into_owned());
        insert.push(", ").value(value).push(")");
        separator = ", (";
    }
    insert.run(connection).await?;

    let mut count = sql(
        "INSERT INTO label_counts (category, kind, value, items) SELECT s.scope, l.kind, l.value, 1 FROM ",
    )
    .bind(face);
    count.push(SCOPES).push(
        " s CROSS JOIN face_labels l WHERE l.face = $1 \
             ON CONFLICT (category, kind, value) DO UPDATE SET items = label_counts.items + 1",
    );
    count.run(connection).await?;
    Ok(())
}

/// Takes the labels of a face away again.
pub(crate) async fn remove(connection: &mut AnyConnection, face: i64) -> Result<(), StoreError> {
    for (change, condition) in [
        ("UPDATE label_counts SET items = items - 1", ""),
        // Facets name no label that no item has.
        ("DELETE FROM label_counts", " AND items = 0"),
    ] {
        let mut statement = sql(change).bind(face);
        statement.push(" WHERE category IN ").push(SCOPES);
        statement.push(" AND (kind, value) IN (SELECT l.kind, l.value FROM face_labels l WHERE l.face = $1)");
        statement.push(condition);
        statement.run(connection).await?;
    }
    sql("DELETE FROM face_labels WHERE face = $1").bind(face).run(connection).await?;
    Ok(())
}

/// Counts a category's items among all, or no longer. The caller changes `enabled` itself, in the same change of the
/// catalogue.
pub(crate) async fn set_enabled(
    connection: &mut AnyConnection,
    category: &CategoryId,
    enabled: bool,
) -> Result<(), StoreError> {
    let statements: &[&'static str] = match enabled {
        true => &["INSERT INTO label_counts (category, kind, value, items) \
                   SELECT '', c.kind, c.value, c.items FROM label_counts c WHERE c.category = $1 \
                   ON CONFLICT (category, kind, value) DO UPDATE SET items = label_counts.items + excluded.items"],
        false => &[
            "UPDATE label_counts SET items = items - (SELECT c.items FROM label_counts c \
             WHERE c.category = $1 AND c.kind = label_counts.kind AND c.value = label_counts.value) \
             WHERE category = '' AND (kind, value) IN (SELECT c.kind, c.value FROM label_counts c WHERE c.category = $1)",
            "DELETE FROM label_counts WHERE category = '' AND items = 0 \
             AND (kind, value) IN (SELECT c.kind, c.value FROM label_counts c WHERE c.category = $1)",
        ],
    };
    for statement in statements {
        sql(statement).text(category).run(connection).await?;
    }
    Ok(())
}
