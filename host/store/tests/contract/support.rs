//! A database for one test, and what tests put in it.

use std::fmt::Debug;
use std::ops::Deref;
use std::str::FromStr;

use marketplace_manifest::{Digest, Version};
use marketplace_store::{
    AuditEvent, AuditQuery, Author, AuthorKey, Card, Event, Installer, NewAuthor, NewCategory,
    NewInstallation, NewKey, NewSubmission, Release, Status, Store,
};
use serde_json::json;
use tempfile::TempDir;

/// A store on a database of its own.
pub(crate) struct Db {
    store: Store,
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl Db {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url =
            format!("sqlite://{}", folder.path().join("market place?.db").display()).replace('?', "%3f");
        Self { store: Store::open(&url).await.unwrap(), url, _folder: Some(folder) }
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let url = tokio::task::spawn_blocking(marketplace_test_support::postgres).await.unwrap()?;
        Some(Self { store: Store::open(&url).await.unwrap(), url, _folder: None })
    }

    /// The same database, as another process sees it.
    pub(crate) async fn again(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// The audit log, newest first, at most 100 events.
    pub(crate) async fn events(&self) -> Vec<AuditEvent> {
        let query = AuditQuery { limit: Some(100), ..AuditQuery::default() };
        self.audit_events(&query).await.unwrap().items
    }

    /// Every action in the audit log, oldest first.
    pub(crate) async fn actions(&self) -> Vec<String> {
        self.events().await.into_iter().rev().map(|event| event.action).collect()
    }
}

impl Deref for Db {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A newtype from its text.
pub(crate) fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(crate) fn digest(of: &str) -> Digest {
    Digest::of(of.as_bytes())
}

pub(crate) fn event(action: &str) -> Event {
    Event::new("tester", action, "something")
}

pub(crate) fn category(name: &str) -> NewCategory {
    NewCategory {
        id: id(name),
        component_sha256: digest(name),
        component_size: 14_000,
        contract: "1.0.0".into(),
        singular: name.trim_end_matches('s').to_owned(),
        name: name.to_uppercase(),
        description: "For tests".into(),
        icon: "<svg/>".into(),
        installer: Installer::Live,
        free_install_cap: 3,
    }
}

pub(crate) fn key(fingerprint: &str) -> NewKey {
    NewKey { public_key: vec![7; 32], fingerprint: fingerprint.into(), held_secret: Some(vec![0, 255, 1]) }
}

/// The tenant `acme` with the author `ada`, and the category `widgets`.
pub(crate) async fn world(db: &Store) -> (Author, AuthorKey) {
    db.put_category(category("widgets"), event("category.put")).await.unwrap();
    author(db, "acme", "ada").await
}

pub(crate) async fn author(db: &Store, tenant: &str, name: &str) -> (Author, AuthorKey) {
    db.ensure_tenant(&id(tenant), event("tenant.created")).await.unwrap();
    let new = NewAuthor {
        id: id(name),
        tenant: id(tenant),
        verified_at: Some(1),
        key: Some(key(&format!("key of {name}"))),
    };
    let author = db.create_author(new, event("author.created")).await.unwrap();
    let key = db.active_key(&author.id).await.unwrap().unwrap();
    (author, key)
}

pub(crate) fn submission(who: &(Author, AuthorKey), slug: &str, version: &str) -> NewSubmission {
    NewSubmission {
        category: id("widgets"),
        slug: id(slug),
        version: id(version),
        author: who.0.id.clone(),
        tenant: who.0.tenant.clone(),
        key_id: who.1.id.clone(),
        manifest: json!({"name": slug, "version": version}).to_string(),
        manifest_sha256: digest(&format!("manifest {slug} {version}")),
        package_sha256: digest(&format!("package {slug} {version}")),
        package_size: 5_000_000_000,
        package_format: "zip".into(),
        adapter_sha256: digest("widgets"),
        verdict: json!({"grants": [{"summary": "Read system metrics"}]}),
        permissions: vec!["data:read.system.*".into()],
        files: json!([{"path": "widget.json", "size": 12}]),
        card: Card {
            title: format!("Title of {slug}"),
            summary: "One line".into(),
            description: "Much **more**".into(),
            keywords: vec!["monitor".into()],
            icon: None,
            details: json!([]),
        },
    }
}

pub(crate) async fn submit(db: &Store, new: NewSubmission) -> Release {
    let submitted = db.submit(new, event("release.submitted")).await.unwrap();
    assert!(submitted.created);
    submitted.submission
}

pub(crate) async fn decide(db: &Store, release: &Release, from: Status, to: Status) -> Release {
    db.decide(&release.id, &[from], to, None, "mod", Some("because"), event("release.decided")).await.unwrap()
}

pub(crate) async fn publish(db: &Store, new: NewSubmission) -> Release {
    let release = submit(db, new).await;
    decide(db, &release, Status::Pending, Status::Approved).await
}

pub(crate) fn installation(release: &Release, tenant: &str) -> NewInstallation {
    NewInstallation {
        tenant: id(tenant),
        category: release.category.clone(),
        slug: release.slug.clone(),
        release_id: release.id.clone(),
        manifest_sha256: release.manifest_sha256,
        package_sha256: release.package_sha256,
        adapter_sha256: digest("widgets"),
        tree_sha256: digest(&format!("tree {}", release.id)),
        files: json!(["index.js"]),
        grants: json!([{"permission": "data:read.system.*"}]),
        permissions: release.permissions.clone(),
        registry: vec![(format!("widget/{}", release.slug), json!({"entry": "index.js"}))],
        cap: Some(3),
    }
}

pub(crate) fn versions(of: &[marketplace_store::VersionRow]) -> Vec<Version> {
    of.iter().map(|row| row.version.clone()).collect()
}
