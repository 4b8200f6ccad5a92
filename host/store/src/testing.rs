//! What unit tests share: a store on each database, and something in it.
#![allow(clippy::unwrap_used)]

use serde_json::json;

use crate::{
    Card, Event, Installer, ItemQuery, NewAuthor, NewCategory, NewKey, NewSubmission, Status, Store,
};
use marketplace_manifest::Digest;

/// A store on each database, with a folder that must outlive it.
pub(crate) async fn stores() -> Vec<(Store, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Store::open_sqlite(folder.path().join("store.db")).await.unwrap();
    let mut stores = vec![(sqlite, Some(folder))];
    stores.extend(postgres().await.map(|store| (store, None)));
    stores
}

/// A store on PostgreSQL, unless that is left out.
pub(crate) async fn postgres() -> Option<Store> {
    let url = tokio::task::spawn_blocking(marketplace_test_support::postgres).await.unwrap()?;
    Some(Store::open(&url).await.unwrap())
}

/// The category `widgets`, the tenant `acme` and its author `ada`.
pub(crate) async fn world(store: &Store) {
    let category = NewCategory {
        id: "widgets".parse().unwrap(),
        component_sha256: Digest::of(b"widgets"),
        component_size: 1,
        contract: "1.0.0".into(),
        singular: "widget".into(),
        name: "Widgets".into(),
        description: String::new(),
        icon: String::new(),
        installer: Installer::Live,
        free_install_cap: 3,
    };
    store.put_category(category, event()).await.unwrap();
    store.ensure_tenant(&"acme".parse().unwrap(), event()).await.unwrap();
    let author = NewAuthor {
        id: "ada".parse().unwrap(),
        tenant: "acme".parse().unwrap(),
        verified_at: Some(1),
        key: Some(NewKey { public_key: vec![7; 32], fingerprint: "key".into(), held_secret: None }),
    };
    store.create_author(author, event()).await.unwrap();
}

/// Publishes a release of that author.
pub(crate) async fn publish(store: &Store, slug: &str, version: &str, title: &str) {
    let key = store.active_key(&"ada".parse().unwrap()).await.unwrap().unwrap();
    let submission = NewSubmission {
        category: "widgets".parse().unwrap(),
        slug: slug.parse().unwrap(),
        version: version.parse().unwrap(),
        author: "ada".parse().unwrap(),
        tenant: "acme".parse().unwrap(),
        key_id: key.id,
        manifest: "{}".into(),
        manifest_sha256: Digest::of(format!("{slug} {version}").as_bytes()),
        package_sha256: Digest::of(b"package"),
        package_size: 1,
        package_format: "zip".into(),
        adapter_sha256: Digest::of(b"widgets"),
        verdict: json!({}),
        permissions: Vec::new(),
        files: json!([]),
        card: Card {
            title: title.into(),
            summary: String::new(),
            description: String::new(),
            keywords: Vec::new(),
            icon: None,
            details: serde_json::Value::Null,
        },
    };
    let release = store.submit(submission, event()).await.unwrap().submission;
    let approved =
        store.decide(&release.id, &[Status::Pending], Status::Approved, None, "mod", None, event());
    approved.await.unwrap();
}

/// The titles that a search finds, in order.
pub(crate) async fn found(store: &Store, q: &str) -> Vec<String> {
    let query = ItemQuery { q: Some(q.into()), ..ItemQuery::default() };
    store.list_items(&query).await.unwrap().items.into_iter().map(|card| card.title).collect()
}

pub(crate) fn event() -> Event {
    Event::new("tester", "tested", "something")
}
