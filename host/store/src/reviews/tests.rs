//! What a caller cannot bring about from outside: a database from before there were reviews.
#![allow(clippy::unwrap_used)]

use sqlx::{AnyConnection, Connection, Executor};

use marketplace_manifest::Digest;

use super::*;
use crate::Event;
use crate::store::{POSTGRES, SQLITE};

/// The version of the schema that brought reviews.
const REVIEWS: i64 = 4;

/// A tenant that has an item installed, as the first schema had it; `$SHA` is a digest.
const INSTALLED: &str = r#"
    INSERT INTO tenants (id, created_at) VALUES ('acme', 1), ('home', 1), ('passer-by', 1);
    INSERT INTO authors (id, tenant, created_at) VALUES ('ada', 'acme', 1);
    INSERT INTO author_keys (id, author, public_key, fingerprint, created_at) VALUES ('k', 'ada', '', '', 1);
    INSERT INTO marketplace_categories (id, component_sha256, component_size, singular, name, description, icon,
        installer, free_install_cap, enabled, position, created_at, updated_at)
        VALUES ('widgets', $SHA, 1, 'widget', '', '', '', 'live', 3, 1, 1, 1, 1);
    INSERT INTO items (id, category, slug, author, created_at) VALUES ('i', 'widgets', 'cpu', 'ada', 1);
    INSERT INTO releases (id, item_id, category, slug, version, author, tenant, key_id, status, manifest,
        manifest_sha256, package_sha256, package_size, package_format, adapter_sha256, verdict, permissions, files, card,
        submitted_at) VALUES ('r', 'i', 'widgets', 'cpu', '1.2.3', 'ada', 'acme', 'k', 'approved', '{}', $SHA, $SHA, 1,
        'zip', $SHA, '{}', '[]', '[]',
        '{"title": "CPU", "summary": "", "description": "", "keywords": [], "icon": null}', 1);
    UPDATE items SET latest_release_id = 'r';
    INSERT INTO installations (tenant, category, slug, item_id, release_id, version, manifest_sha256, package_sha256,
        adapter_sha256, tree_sha256, files, grants, permissions, installed_at, updated_at)
        VALUES ('home', 'widgets', 'cpu', 'i', 'r', '1.2.3', $SHA, $SHA, $SHA, $SHA, '[]', '[]',
        '[]', 7, 8);"#;

/// A database just before the migration, with [`INSTALLED`] in it.
async fn before_reviews(url: &str, migrator: &sqlx::migrate::Migrator) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let before =
        migrator.iter().map(|migration| migration.version).filter(|version| *version < REVIEWS).max();
    migrator.run_direct(before, &mut connection, false).await.unwrap();
    let installed = INSTALLED.replace("$SHA", &format!("'{}'", Digest::of(b"")));
    connection.execute(sqlx::AssertSqlSafe(installed)).await.unwrap();
    connection.close().await.unwrap();
}

async fn assert_only_home_may_review(store: &Store) {
    let review = |tenant: &str| NewReview {
        tenant: tenant.parse().unwrap(),
        category: "widgets".parse().unwrap(),
        slug: "cpu".parse().unwrap(),
        rating: Rating::try_from(4).unwrap(),
        title: None,
        body: None,
    };
    let event = || Event::new("tester", "review.written", "something");
    let written = store.write_review(review("home"), event()).await.unwrap();
    assert_eq!(written.version.to_string(), "1.2.3");
    let refused = store.write_review(review("passer-by"), event()).await;
    assert!(matches!(refused, Err(WriteReviewError::NeverInstalled { .. })), "{refused:?}");
}

#[tokio::test]
async fn what_was_installed_before_there_were_reviews_may_be_reviewed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    before_reviews(&url, &SQLITE).await;
    assert_only_home_may_review(&Store::open_sqlite(&path).await.unwrap()).await;

    let url = tokio::task::spawn_blocking(marketplace_test_support::postgres).await.unwrap();
    let Some(url) = url else { return };
    before_reviews(&url, &POSTGRES).await;
    assert_only_home_may_review(&Store::open(&url).await.unwrap()).await;
}
