//! A marketplace for one test, and people in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use marketplace::account::license::{self, Document, Tier};
use marketplace::account::{Scope, author, token};
use marketplace::category::seed;
use marketplace::http::{self, Options, Rate};
use marketplace::installation::recover;
use marketplace::market::{Market, Place};
use marketplace_archive::{Format, Limits, pack};
use marketplace_manifest::{AuthorId, Digest, Draft, PublicKey, SigningKey, Tenant};
use marketplace_store::{AuditEvent, AuditQuery};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A running marketplace in a data folder of its own.
#[derive(Clone)]
pub struct House {
    pub market: Market,
    pub address: String,
    pub data: Arc<TempDir>,
    pub database: Option<String>,
    pub options: Options,
}

/// Runs each named test on SQLite and on PostgreSQL: the same routes, the same components, the same words. A test
/// that nobody names is dead code, and does not compile in CI.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::house::House::open().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(house) = $crate::house::House::on_postgres().await {
                    super::$test(house).await;
                }
            })*
        }
    };
}
pub(crate) use on_both_databases;

/// A data folder in which the bundled categories were added and compiled once; every
/// test begins with a copy.
async fn template() -> &'static Path {
    static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
    let folder = TEMPLATE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        stock(open(folder.path(), None).await).await;
        folder
    });
    folder.await.path()
}

/// A database with the same in it; `None` where PostgreSQL is switched off.
async fn postgres_template() -> Option<&'static str> {
    static TEMPLATE: OnceCell<Option<String>> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(|| async {
        let database = tokio::task::spawn_blocking(marketplace_test_support::postgres).await.unwrap()?;
        let data = tempfile::tempdir().unwrap();
        copy(template().await, data.path());
        stock(open(data.path(), Some(database.clone())).await).await;
        let sealed = database.clone();
        tokio::task::spawn_blocking(move || marketplace_test_support::postgres_seal(&sealed)).await.unwrap();
        Some(database)
    });
    template.await.as_deref()
}

async fn stock(market: Market) {
    seed(&market.categories).await.unwrap();
    market.categories.add(marketplace_test_guests::HONEST, "test").await.unwrap();
    market.store.close().await;
}

async fn open(data: &Path, database: Option<String>) -> Market {
    Market::open(&Place { data: data.to_owned(), database, blobs: None }).await.unwrap()
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl House {
    /// A fresh marketplace with the bundled categories, and the category `notes`, in which
    /// a note that mentions metrics needs `data:read.metrics`; its cap on Free is 2.
    pub async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        copy(template().await, data.path());
        Self::start(Arc::new(data), None).await
    }

    /// The same on PostgreSQL; `None` where that is switched off.
    pub async fn on_postgres() -> Option<Self> {
        let template = postgres_template().await?;
        let copied = tokio::task::spawn_blocking(|| marketplace_test_support::postgres_copy(template));
        let data = tempfile::tempdir().unwrap();
        copy(self::template().await, data.path());
        // What is in the database lies on PostgreSQL alone.
        std::fs::remove_file(data.path().join("marketplace.db")).unwrap();
        Some(Self::start(Arc::new(data), Some(copied.await.unwrap())).await)
    }

    /// As a start after a stop: the same data folder, another process's worth of state.
    pub async fn reopen(&self) -> Self {
        Self::start(self.data.clone(), self.database.clone()).await
    }

    async fn start(data: Arc<TempDir>, database: Option<String>) -> Self {
        let market = open(data.path(), database.clone()).await;
        recover(&market).await.unwrap();
        // Tests call as fast as they can; those of the limits choose their own.
        let options = Options { rate: Rate::Unlimited, ..Options::default() };
        Self { market, address: String::new(), data, database, options }.serve().await
    }

    /// The same market at an address of its own, with what a test changed in it.
    pub async fn serve(self) -> Self {
        let serving =
            http::listen("127.0.0.1:0".parse().unwrap(), http::router(self.market.clone(), &self.options))
                .await
                .unwrap();
        let address = format!("http://{}", serving.address().unwrap());
        tokio::spawn(serving.until(std::future::pending()));
        Self { address, ..self }
    }

    /// Whoever has a token with these scopes for this tenant.
    pub async fn person(&self, tenant: &str, scopes: &[Scope]) -> Person {
        let tenant: Tenant = tenant.parse().unwrap();
        let scopes = scopes.iter().copied().collect();
        let (secret, _) =
            token::create(&self.market.store, "test", &tenant, "", &scopes, None).await.unwrap();
        Person { house: self.clone(), token: Some(secret.reveal().to_owned()) }
    }

    /// Whoever has no token.
    pub fn visitor(&self) -> Person {
        Person { house: self.clone(), token: None }
    }

    /// Puts a license in force.
    pub async fn license(&self, tenant: &str, tier: Tier, gates: Value) {
        let document = Document {
            id: "test".into(),
            tenant: tenant.parse().unwrap(),
            tier,
            issued_at: "2020-01-01T00:00:00Z".into(),
            expires_at: None,
            gates: serde_json::from_value(gates).unwrap(),
        };
        let text = document.sign(&self.market.secrets.vendor_key().unwrap());
        let market = &self.market;
        license::install(&market.store, &market.vendor, "test", &document.tenant, &text).await.unwrap();
    }

    /// An author of a tenant of the same name, with a Pro license and a key of their own.
    pub async fn author(&self, name: &str) -> Author {
        self.license(name, Tier::Pro, json!({})).await;
        let key = SigningKey::generate();
        self.register(name, Some(key.public_key())).await;
        Author {
            person: self.person(name, &[Scope::Publish]).await,
            id: name.parse().unwrap(),
            key: Arc::new(key),
        }
    }

    /// Makes an author; without a key, the house holds one.
    pub async fn register(&self, name: &str, key: Option<PublicKey>) {
        let market = &self.market;
        let (tenant, id) = (name.parse().unwrap(), name.parse().unwrap());
        author::create(&market.store, &market.secrets, "test", &tenant, &id, key).await.unwrap();
    }

    /// A note that was published and approved, as most tests of installing begin.
    pub async fn publish_note(
        &self,
        author: &Author,
        name: &str,
        version: &str,
        text: &str,
        permissions: &[&str],
    ) {
        let release = author.note(name, version, text, permissions);
        let (status, submitted) = author.person.submit("notes", &release).await;
        assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
        let moderator = self.person("moderators", &[Scope::Moderate]).await;
        let path =
            format!("/cp/api/v1/admin/marketplace/queue/{}/approve", submitted["id"].as_str().unwrap());
        let (status, answer) = moderator.post(&path, json!({ "note": "fine" })).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{answer:#}");
    }

    /// The newest hundred events of the audit log, newest first.
    pub async fn events(&self) -> Vec<AuditEvent> {
        let query = AuditQuery { limit: Some(marketplace_store::MAX_LIMIT), ..AuditQuery::default() };
        self.market.store.audit_events(&query).await.unwrap().items
    }

    /// Every file below the data folder's `trees`, `staging` and `blobs`, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        for part in ["trees", "staging", "blobs"] {
            walk(&self.data.path().join(part), &mut found);
        }
        found.sort();
        found
    }

    /// The same, once what is removed in the background is gone.
    pub async fn files_at_rest(&self) -> Vec<PathBuf> {
        let staging = self.data.path().join("staging/work");
        while std::fs::read_dir(&staging).unwrap().count() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        self.files()
    }
}

/// Somebody with a token, or without.
#[derive(Clone)]
pub struct Person {
    pub house: House,
    pub token: Option<String>,
}

impl Person {
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = http_client().request(method, format!("{}{path}", self.house.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> (StatusCode, Value) {
        self.call(Method::DELETE, path, None).await
    }

    pub async fn submit(&self, category: &str, release: &Release) -> (StatusCode, Value) {
        let form = Form::new()
            .part("manifest", Part::bytes(release.manifest.clone().into_bytes()))
            .part("package", Part::bytes(release.package.clone()));
        let url = format!("{}/api/v1/marketplace/{category}/items", self.house.address);
        let mut request = http_client().post(url).multipart(form);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn install(&self, item: &str, wish: Value) -> (StatusCode, Value) {
        let (category, slug) = item.split_once('/').unwrap();
        self.post(&format!("/api/v1/marketplace/{category}/items/{slug}/install"), wish).await
    }

    pub async fn installed(&self) -> Vec<Value> {
        let (status, answer) = self.get("/api/v1/marketplace/installed").await;
        assert_eq!(status, StatusCode::OK);
        answer["installed"].as_array().unwrap().clone()
    }
}

pub fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// The answer: a problem document, or what there is instead.
pub async fn read(response: reqwest::Response) -> (StatusCode, Value) {
    let status = response.status();
    let kind = response.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
    let is_problem = kind.starts_with("application/problem+json");
    assert_eq!(is_problem, !status.is_success(), "an error is a problem document, and nothing else is");
    let body = response.bytes().await.unwrap();
    let value = if body.is_empty() {
        Value::Null
    } else if kind.contains("json") {
        serde_json::from_slice(&body).unwrap()
    } else {
        Value::String(String::from_utf8_lossy(&body).into_owned())
    };
    (status, value)
}

/// What is sent to be published.
#[derive(Clone, Debug)]
pub struct Release {
    pub manifest: String,
    pub package: Vec<u8>,
}

/// An author with a key of their own.
#[derive(Clone)]
pub struct Author {
    pub person: Person,
    pub id: AuthorId,
    pub key: Arc<SigningKey>,
}

impl Author {
    /// A signed release of the category `notes`.
    pub fn note(&self, name: &str, version: &str, text: &str, permissions: &[&str]) -> Release {
        self.release("note", name, version, &[("note.txt", text)], permissions)
    }

    /// A signed release of any category.
    pub fn release(
        &self,
        kind: &str,
        name: &str,
        version: &str,
        files: &[(&str, &str)],
        permissions: &[&str],
    ) -> Release {
        let package = package(files);
        let draft = Draft::new(kind, name.parse().unwrap(), version.parse().unwrap()).unwrap();
        let draft = draft.with_permissions(permissions.iter().map(ToString::to_string).collect()).unwrap();
        let manifest = draft.fill(&self.id, &Digest::of(&package)).unwrap().sign(&self.key);
        Release { manifest: manifest.to_json().to_string(), package }
    }
}

/// An archive of these files.
pub fn package(files: &[(&str, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    pack_folder(folder.path())
}

/// An archive of a folder.
pub fn pack_folder(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    pack(folder, &mut bytes, Format::TarGz, &Limits::default(), &|_| false).unwrap();
    bytes
}

/// The rules of a problem's findings.
pub fn rules(problem: &Value) -> Vec<&str> {
    problem["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect()
}
