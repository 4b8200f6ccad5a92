//! What a caller cannot bring about from outside: failures in the middle, and what the connections are set to.
#![allow(clippy::unwrap_used)]

use std::cell::Cell;

use sqlx::{AnyPool, Executor};

use super::*;
use crate::row::Columns;
use crate::store::Backend;
use crate::testing::{postgres, stores};

fn event() -> Event {
    Event::new("tester", "tenant.created", "acme")
}

async fn insert_tenant(tx: &mut Tx) -> Result<(), StoreError> {
    sql("INSERT INTO tenants (id, created_at) VALUES ('acme', 1)").run(tx).await.map(|_| ())
}

async fn count(pool: &AnyPool, table: &'static str) -> i64 {
    let mut statement = sql("SELECT COUNT(*) AS n FROM ");
    statement.push(table);
    statement.read(pool).await.unwrap().unwrap().get_as("n").unwrap()
}

#[tokio::test]
async fn a_transient_failure_is_tried_again_a_bounded_number_of_times() {
    for (store, _folder) in stores().await {
        let attempts = Cell::new(0);
        let outcome: Result<(), _> = store
            .transact(event(), async |mut tx| {
                attempts.set(attempts.get() + 1);
                insert_tenant(&mut tx).await?;
                Err(StoreError::Unavailable(sqlx::Error::WorkerCrashed))
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
        assert_eq!(attempts.get(), 1 + RETRIES);
        assert_eq!(count(store.read(), "tenants").await + count(store.read(), "audit_events").await, 0);
    }
}

#[tokio::test]
async fn a_lasting_failure_is_not_tried_again() {
    for (store, _folder) in stores().await {
        let attempts = Cell::new(0);
        let outcome: Result<(), _> = store
            .transact(event(), async |mut tx| {
                attempts.set(attempts.get() + 1);
                sql("INSERT INTO no_such_table (a) VALUES (1)").run(&mut tx).await?;
                Ok(Outcome::Changed(tx, ()))
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Database(_))), "{outcome:?}");
        assert_eq!(attempts.get(), 1);
    }
}

#[tokio::test]
async fn a_transaction_whose_connection_is_dropped_is_run_again() {
    let Some(store) = postgres().await else { return };
    let attempts = Cell::new(0);
    store
        .transact::<_, StoreError, _>(event(), async |mut tx| {
            attempts.set(attempts.get() + 1);
            insert_tenant(&mut tx).await?;
            if attempts.get() == 1 {
                sql("SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)").row(&mut tx).await?;
            }
            Ok(Outcome::Changed(tx, ()))
        })
        .await
        .unwrap();
    assert_eq!(attempts.get(), 2);
    assert_eq!(count(store.read(), "audit_events").await, 1);
}

#[tokio::test]
async fn a_connection_dropped_in_the_commit_leaves_nothing_half_done_and_nothing_twice() {
    let Some(store) = postgres().await else { return };
    // A deferred trigger runs inside COMMIT. The sequence counts on through the rollback: only the first dies.
    let mut connection = store.read().acquire().await.unwrap();
    connection
        .execute(
            "CREATE SEQUENCE commits; CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; \
             END $$; CREATE CONSTRAINT TRIGGER die AFTER INSERT ON tenants DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION die();",
        )
        .await
        .unwrap();
    drop(connection);
    let attempts = Cell::new(0);
    store
        .transact::<_, StoreError, _>(event(), async |mut tx| {
            attempts.set(attempts.get() + 1);
            insert_tenant(&mut tx).await?;
            Ok(Outcome::Changed(tx, ()))
        })
        .await
        .unwrap();
    assert_eq!(attempts.get(), 2);
    assert_eq!((count(store.read(), "tenants").await, count(store.read(), "audit_events").await), (1, 1));
}

#[tokio::test]
async fn a_commit_that_took_place_unheard_is_found_and_not_done_again() {
    for (store, _folder) in stores().await {
        let id = new_id();
        let mut insert = async |mut tx: Tx| {
            insert_tenant(&mut tx).await?;
            Ok::<_, StoreError>(Outcome::Changed(tx, "first"))
        };
        store.attempt(&id, &event(), &mut insert, &mut None).await.unwrap();
        let mut never = async |_| panic!("the second attempt must not run");
        let mut unheard = Some("first");
        let found: Result<_, StoreError> =
            store.attempt::<_, _, _>(&id, &event(), &mut never, &mut unheard).await;
        assert_eq!(found.unwrap(), "first");
        assert_eq!(count(store.read(), "audit_events").await, 1);
    }
}

#[tokio::test]
async fn the_audit_log_is_append_only() {
    for (store, _folder) in stores().await {
        store.ensure_tenant(&"acme".parse().unwrap(), event()).await.unwrap();
        let mut attacks = vec!["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"];
        if store.backend() == Backend::Postgres {
            attacks.push("TRUNCATE audit_events");
        }
        for attack in attacks {
            let refused = store.inner.write.execute(attack).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{attack}: {refused}");
        }
        assert_eq!(count(store.read(), "audit_events").await, 1);
    }
}

#[tokio::test]
async fn sqlite_is_durable_checked_and_read_only_where_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(folder.path().join("store.db")).await.unwrap();
    let pragma = async |pool: &AnyPool, text| -> String {
        let row = sql(text).read(pool).await.unwrap().unwrap();
        row.get_as::<i64>("v").map_or_else(|_| row.get_as("v").unwrap(), |number| number.to_string())
    };
    let write = &store.inner.write;
    assert_eq!(pragma(write, "SELECT synchronous AS v FROM pragma_synchronous").await, "2");
    assert_eq!(pragma(write, "SELECT foreign_keys AS v FROM pragma_foreign_keys").await, "1");
    assert_eq!(pragma(write, "SELECT timeout AS v FROM pragma_busy_timeout").await, "5000");
    assert_eq!(pragma(write, "SELECT journal_mode AS v FROM pragma_journal_mode").await, "wal");
    let refused = store.read().execute("DELETE FROM tenants").await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
}

#[tokio::test]
async fn a_file_opened_by_many_at_once_is_migrated_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let path = path.clone();
        tasks.spawn(async move { Store::open_sqlite(path).await.map(|_| ()).unwrap() });
    }
    tasks.join_all().await;
    let store = Store::open_sqlite(path).await.unwrap();
    let migrations = i64::try_from(crate::store::SQLITE.iter().count()).unwrap();
    assert_eq!(count(store.read(), "_sqlx_migrations").await, migrations);
}

#[tokio::test]
async fn an_unknown_scheme_and_a_missing_folder_are_errors_without_the_url() {
    let error = Store::open("mysql://user:secret@host/db").await.err().unwrap();
    assert!(matches!(&error, StoreError::UnknownScheme { scheme } if scheme == "mysql"), "{error}");
    for url in ["", "postgres://user:secret@[bad", "sqlite:///no/such/folder/store.db"] {
        let error = Store::open(url).await.err().unwrap();
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}
