//! What takes a day, a thousand items or an older program to see from outside.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::testing::{found, publish, stores, world};
use crate::{ItemQuery, MAX_TOTAL, PageError, Store};

async fn number(store: &Store, statement: &'static str) -> i64 {
    sql(statement).read(store.read()).await.unwrap().unwrap().get_as("n").unwrap()
}

async fn faces(store: &Store) -> i64 {
    number(store, "SELECT COUNT(*) AS n FROM item_faces").await
}

#[tokio::test]
async fn ended_faces_are_swept_and_a_cursor_from_before_is_refused() {
    for (store, _folder) in stores().await {
        world(&store).await;
        for slug in ["aa", "bb"] {
            publish(&store, slug, "1.0.0", slug).await;
        }
        let first = ItemQuery { limit: Some(1), ..ItemQuery::default() };
        let cursor = store.list_items(&first).await.unwrap().next_cursor;
        assert!(cursor.is_some());
        let next = ItemQuery { cursor, ..first };
        publish(&store, "aa", "2.0.0", "aa").await;
        assert_eq!(faces(&store).await, 3);
        assert_eq!(store.list_items(&next).await.unwrap().items.len(), 1);

        let mut writer = store.inner.write.acquire().await.unwrap();
        sweep(&mut writer, now() - 60_000).await.unwrap();
        assert_eq!(faces(&store).await, 3, "one that ended just now stays");
        sweep(&mut writer, now() + 60_000).await.unwrap();
        drop(writer);
        assert_eq!(faces(&store).await, 2, "a live one stays whatever the time");
        assert!(matches!(store.list_items(&next).await, Err(PageError::Expired)));
        assert_eq!(found(&store, "aa").await, ["aa"]);
    }
}

#[tokio::test]
async fn an_index_filled_by_older_rules_is_filled_anew_at_the_start() {
    for (store, _folder) in stores().await {
        world(&store).await;
        publish(&store, "weather", "1.0.0", "Weather").await;
        publish(&store, "clock", "1.0.0", "Clock").await;
        let mut writer = store.inner.write.acquire().await.unwrap();
        // As the migration leaves a database that had items before it.
        for statement in [
            "DELETE FROM item_faces",
            "DELETE FROM label_counts",
            "DELETE FROM vocabulary",
            "UPDATE revisions SET value = 0 WHERE name = 'search_rules'",
        ] {
            sql(statement).run(&mut writer).await.unwrap();
        }
        drop(writer);
        assert!(found(&store, "weather").await.is_empty());

        store.reindex().await.unwrap();
        assert_eq!(found(&store, "wether").await, ["Weather"]);
        assert_eq!(store.list_items(&ItemQuery::default()).await.unwrap().total, 2);
        let revision = store.revision("catalogue").await.unwrap();
        store.reindex().await.unwrap();
        assert_eq!(store.revision("catalogue").await.unwrap(), revision, "once is enough");
    }
}

#[tokio::test]
async fn a_search_stops_counting_and_a_list_of_everything_does_not() {
    for (store, _folder) in stores().await {
        world(&store).await;
        publish(&store, "weather", "1.0.0", "Weather").await;
        let mut writer = store.inner.write.acquire().await.unwrap();
        sql("BEGIN").run(&mut writer).await.unwrap();
        for copy in 1..=MAX_TOTAL {
            copy_face(&mut writer, store.backend(), copy).await;
        }
        sql("COMMIT").run(&mut writer).await.unwrap();
        drop(writer);

        let all = store.list_items(&ItemQuery::default()).await.unwrap();
        assert_eq!((all.total, all.total_is_exact), (MAX_TOTAL + 1, true));
        for q in ["weather", "weath", "wether"] {
            let query = ItemQuery { q: Some(q.into()), ..ItemQuery::default() };
            let page = store.list_items(&query).await.unwrap();
            assert_eq!((page.total, page.total_is_exact), (MAX_TOTAL, false), "{q}");
        }
    }
}

/// Another item with the words of the first, as if it had been published.
async fn copy_face(connection: &mut AnyConnection, backend: Backend, copy: i64) {
    let id = crate::transact::new_id();
    for statement in [
        sql("INSERT INTO items (id, category, slug, author, created_at, latest_release_id, card) \
             SELECT $1, category, slug || $2, author, created_at, latest_release_id, card FROM items \
             WHERE slug = 'weather'")
        .bind(id.as_str())
        .bind(copy.to_string()),
        sql("UPDATE label_counts SET items = items + 1 WHERE kind = 'category'"),
    ] {
        statement.run(connection).await.unwrap();
    }
    let row = sql("SELECT card FROM items WHERE slug = 'weather'").returning(connection).await.unwrap();
    let card: ItemCard = row.json("card").unwrap();
    let face = NewFace {
        number: copy + 1_000,
        item: &id,
        category: &card.category,
        sort_name: "weather".into(),
        published_at: 1,
        updated_at: 1,
        fields: Fields::of(
            "weather",
            "ada",
            &crate::Card {
                title: "Weather".into(),
                summary: String::new(),
                description: String::new(),
                keywords: Vec::new(),
                icon: None,
                details: serde_json::Value::Null,
            },
        ),
        filters: String::new(),
        vocabulary: BTreeSet::new(),
        since: 1,
    };
    backend.insert_face(connection, &face).await.unwrap();
}

#[test]
fn popularity_counts_in_magnitudes() {
    assert_eq!([0, 1, 9, 10, 99, 100, 1_000_000].map(magnitude), [0, 0, 0, 1, 1, 2, 6]);
    assert_eq!((1..=1000).filter(|installs| is_milestone(*installs)).collect::<Vec<_>>(), [10, 100, 1000]);
}
