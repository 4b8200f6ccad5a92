//! A database of an earlier version, opened by this one.
#![allow(clippy::unwrap_used)]

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor};

use super::*;
use crate::row::Columns;
use crate::sql::sql;

const SUBMISSION: &str = "01890000-0000-7000-8000-000000000001";

/// An empty database of each kind, with the folder that must outlive it.
async fn databases() -> Vec<(String, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}", folder.path().join("store.db").display());
    let postgres = tokio::task::spawn_blocking(marketplace_test_support::postgres).await.unwrap();
    let postgres = postgres.map(|url| (url, None));
    [Some((sqlite, Some(folder))), postgres].into_iter().flatten().collect()
}

/// Brings a database to what it was before a migration.
async fn before(url: &str, version: i64) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let migrations = if url.starts_with("sqlite") { &SQLITE } else { &POSTGRES };
    let earlier =
        Migrator::with_migrations(migrations.iter().filter(|m| m.version < version).cloned().collect());
    let url = if url.starts_with("sqlite") { format!("{url}?mode=rwc") } else { url.to_owned() };
    let options: AnyConnectOptions = url.parse().unwrap();
    let mut connection = AnyConnection::connect_with(&options).await.unwrap();
    earlier.run_direct(None, &mut connection, false).await.unwrap();
    connection
}

/// An approved release that was flagged before, and the events of it, as the first version wrote them.
async fn an_approved_release(connection: &mut AnyConnection) {
    let statements = [
        "INSERT INTO tenants (id, created_at) VALUES ('acme', 1)".to_owned(),
        "INSERT INTO authors (id, tenant, verified_at, created_at) VALUES ('ada', 'acme', 1, 1)".to_owned(),
        "INSERT INTO author_keys (id, author, public_key, fingerprint, created_at, revoked_at) \
         VALUES ('k1', 'ada', '\\x01', 'one', 1, 2)"
            .to_owned(),
        "INSERT INTO marketplace_categories (id, component_sha256, component_size, singular, name, description, \
         icon, installer, free_install_cap, enabled, position, created_at, updated_at) \
         VALUES ('widgets', 'x', 1, 'widget', '', '', '', 'live', 3, 1, 0, 1, 1)"
            .to_owned(),
        "INSERT INTO items (id, category, slug, author, created_at) VALUES ('i1', 'widgets', 'pay-pai-29', 'ada', 1)"
            .to_owned(),
        format!(
            "INSERT INTO releases (id, item_id, category, slug, version, author, tenant, key_id, status, manifest, \
             manifest_sha256, package_sha256, package_size, package_format, adapter_sha256, verdict, permissions, \
             files, card, submitted_at, decided_at, decided_by, approved_at) \
             VALUES ('{SUBMISSION}', 'i1', 'widgets', 'pay-pai-29', '1.0.0', 'ada', 'acme', 'k1', 'approved', '{{}}', \
             '{zero}', '{zero}', 1, 'zip', '{zero}', '{{}}', '[]', '[]', \
             '{{\"title\":\"\",\"summary\":\"\",\"description\":\"\",\"keywords\":[],\"icon\":null}}', 1, 4, 'mod', 4)",
            zero = "0".repeat(64)
        ),
    ];
    for statement in statements {
        connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
    for (number, (action, note, details)) in [
        ("release.submitted", "null", r#"{"x":"\u0000"}"#.to_owned()),
        ("release.flagged", "'odd'", format!(r#"{{"submission":"{SUBMISSION}"}}"#)),
        ("release.approved", "null", format!(r#"{{"submission":"{SUBMISSION}"}}"#)),
    ]
    .into_iter()
    .enumerate()
    {
        let event = format!(
            "INSERT INTO audit_events (id, at, actor, action, subject, reason, details) \
             VALUES ('e{number}', {number}, 'mod', '{action}', 'release:x', {note}, '{details}')"
        );
        connection.execute(sqlx::AssertSqlSafe(event)).await.unwrap();
    }
}

#[tokio::test]
async fn withdrawal_finds_the_decisions_and_the_names_that_were_there() {
    for (url, _folder) in databases().await {
        let mut connection = before(&url, 3).await;
        an_approved_release(&mut connection).await;
        connection.close().await.unwrap();

        let store = Store::open(&url).await.unwrap();
        let submission = store.submission(SUBMISSION).await.unwrap().unwrap();
        let decisions: Vec<_> = submission
            .decisions
            .iter()
            .map(|one| (one.status.to_string(), one.note.as_deref(), one.decided_at))
            .collect();
        assert_eq!(decisions, [("approved".to_owned(), None, 2), ("flagged".to_owned(), Some("odd"), 1)]);

        let row = sql("SELECT slug, skeleton FROM items").read(store.read()).await.unwrap().unwrap();
        let skeleton = crate::lookalikes::skeleton(&row.parsed("slug").unwrap());
        assert_eq!(row.get_as::<String>("skeleton").unwrap(), skeleton, "SQL folds as the store does");

        let feed = store.revocations().await.unwrap();
        assert_eq!(feed.version, 1);
        assert_eq!(feed.entries[0].key.as_deref(), Some("one"), "what was revoked before is in the feed");
    }
}

#[tokio::test]
async fn of_the_keys_before_rotation_the_newest_good_one_stays_in_force() {
    // By age; the last column says which were revoked.
    const KEYS: [(&str, &str, bool); 6] = [
        ("ada", "01890000-0000-7000-8000-000000000001", false),
        ("ada", "01890000-0000-7000-8000-000000000002", true),
        ("ada", "01890000-0000-7000-8000-000000000003", false),
        ("ada", "01890000-0000-7000-8000-000000000004", true),
        ("bob", "01890000-0000-7000-8000-000000000005", false),
        ("eve", "01890000-0000-7000-8000-000000000006", true),
    ];
    for (url, _folder) in databases().await {
        let mut connection = before(&url, 2).await;
        connection.execute("INSERT INTO tenants (id, created_at) VALUES ('acme', 1)").await.unwrap();
        for author in ["ada", "bob", "eve"] {
            sql("INSERT INTO authors (id, tenant, created_at) VALUES ($1, 'acme', 1)")
                .bind(author)
                .run(&mut connection)
                .await
                .unwrap();
        }
        for (at, (author, id, revoked)) in KEYS.into_iter().enumerate() {
            sql("INSERT INTO author_keys (id, author, public_key, fingerprint, held_secret, created_at, revoked_at) \
                 VALUES ($1, $2, $3, $1, $3, $4, $5)")
            .bind(id)
            .bind(author)
            .bind([7_u8; 32].as_slice())
            .bind(i64::try_from(at).unwrap() * 10)
            .bind(revoked.then_some(99_i64))
            .run(&mut connection)
            .await
            .unwrap();
        }
        connection.close().await.unwrap();

        let store = Store::open(&url).await.unwrap();
        let active = async |author: &str| {
            let key = store.active_key(&author.parse().unwrap()).await.unwrap();
            key.map(|key| (key.id, key.held_secret.is_some()))
        };
        assert_eq!(active("ada").await, Some((KEYS[2].1.to_owned(), true)));
        assert_eq!(active("bob").await, Some((KEYS[4].1.to_owned(), true)));
        assert_eq!(active("eve").await, None);
        let keys = store.keys_of(&"ada".parse().unwrap()).await.unwrap();
        assert_eq!(keys[0].retired_at, Some(20), "when the next good one came");
        assert_eq!((keys[1].retired_at, keys[1].revoked_at), (None, Some(99)));
        assert!(keys[0].held_secret.is_none() && keys[1].held_secret.is_none());
    }
}

#[tokio::test]
async fn the_component_that_a_category_had_is_the_beginning_of_its_history() {
    for (url, _folder) in databases().await {
        let mut connection = before(&url, 8).await;
        let (widgets, themes, older) = ("a".repeat(64), "b".repeat(64), "c".repeat(64));
        for (id, component) in [("widgets", &widgets), ("themes", &themes)] {
            sql("INSERT INTO marketplace_categories (id, component_sha256, component_size, singular, name, \
                 description, icon, installer, free_install_cap, enabled, position, created_at, updated_at) \
                 VALUES ($1, $2, 7, $1, 'Name', 'Words', '', 'stub', 3, 1, 0, 1, 20)")
            .bind(id)
            .bind(component.as_str())
            .run(&mut connection)
            .await
            .unwrap();
        }
        // The last that is of this very component counts.
        for (number, (actor, action, component)) in [
            ("marketplace", "category.seeded", &older),
            ("op", "category.added", &widgets),
            ("marketplace", "category.seeded", &older),
        ]
        .into_iter()
        .enumerate()
        {
            sql("INSERT INTO audit_events (id, at, actor, action, subject, reason, details) \
                 VALUES ($1, $2, $3, $4, 'category:widgets', NULL, $5)")
            .bind(format!("e{number}"))
            .bind(i64::try_from(number).unwrap())
            .bind(actor)
            .bind(action)
            .bind(format!(r#"{{"component_sha256":"{component}","x":"\u0000"}}"#))
            .run(&mut connection)
            .await
            .unwrap();
        }
        connection.close().await.unwrap();

        let store = Store::open(&url).await.unwrap();
        let [one] = <[_; 1]>::try_from(store.components(&"widgets".parse().unwrap()).await.unwrap()).unwrap();
        assert_eq!(one.component_sha256.to_string(), widgets);
        assert_eq!(
            (one.activated_by.as_str(), one.action.as_str(), one.activated_at),
            ("op", "category.added", 1)
        );
        assert_eq!((one.contract.as_str(), one.component_size, one.name.as_str()), ("1.0.0", 7, "Name"));
        let [other] =
            <[_; 1]>::try_from(store.components(&"themes".parse().unwrap()).await.unwrap()).unwrap();
        assert_eq!((other.activated_by.as_str(), other.activated_at), ("marketplace", 20), "nobody said");
        assert!(store.live_blobs().await.unwrap().contains(&one.component_sha256));
    }
}
