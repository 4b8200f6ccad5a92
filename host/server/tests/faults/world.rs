//! A data folder with something in it: an author, three items with two releases each, and whoever installs them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{Author, House, Release, copy};
use crate::server::Child;

/// Names of the items.
pub const ITEMS: [&str; 3] = ["anna", "bert", "cleo"];

pub struct World {
    pub data: Arc<TempDir>,
    pub database: Option<String>,
    home: String,
    publisher: String,
    author: Author,
}

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Installs `anna` 1.0.0, which is not there.
    Install,
    /// Installs `bert` 2.0.0, where 1.0.0 is.
    Update,
    /// Installs `cleo` 1.0.0, where 2.0.0 is.
    RollBack,
    /// Removes `bert`.
    Uninstall,
    /// Sends `dora`.
    Submit,
}

impl Deed {
    pub const ALL: [Self; 5] = [Self::Install, Self::Update, Self::RollBack, Self::Uninstall, Self::Submit];
}

/// What the API shows of the tenant: versions by item, and what its author submitted.
pub type State = (Vec<(String, String)>, Vec<String>);

impl World {
    /// `bert` 1.0.0 and `cleo` 2.0.0 are installed.
    pub async fn new(database: Database) -> Option<Self> {
        let house = match database {
            Database::Sqlite => House::open().await,
            Database::Postgres => House::on_postgres().await?,
        };
        let author = house.author("ada").await;
        for item in ITEMS {
            for version in ["1.0.0", "2.0.0"] {
                let release = release(&author, item, version);
                let (status, submitted) = author.person.submit("notes", &release).await;
                assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
                let moderator = house.person("moderators", &[Scope::Moderate]).await;
                let id = submitted["id"].as_str().unwrap();
                moderator.post(&format!("/cp/api/v1/admin/marketplace/queue/{id}/approve"), json!({})).await;
            }
        }
        let home = house.person("home", &[Scope::Install]).await;
        house.license("home", Tier::Pro, json!({})).await;
        for (item, version) in [("bert", "1.0.0"), ("cleo", "2.0.0")] {
            let (status, answer) =
                home.install(&format!("notes/{item}"), json!({ "version": version })).await;
            assert_eq!(status, StatusCode::CREATED, "{answer:#}");
        }
        let publisher = author.person.token.clone().unwrap();
        house.market.operations.idle().await;
        house.market.store.close().await;
        Some(Self {
            data: house.data.clone(),
            database: house.database.clone(),
            home: home.token.unwrap(),
            publisher,
            author,
        })
    }

    /// The same again, to be spoiled. Only of SQLite: it is a copy of the folder.
    pub fn again(&self) -> Self {
        self.again_in(&std::env::temp_dir())
    }

    /// The same on another file system.
    pub fn again_in(&self, folder: &Path) -> Self {
        let data = tempfile::tempdir_in(folder).unwrap();
        copy(self.data.path(), data.path());
        Self {
            data: Arc::new(data),
            database: None,
            home: self.home.clone(),
            publisher: self.publisher.clone(),
            author: self.author.clone(),
        }
    }

    pub fn path(&self) -> &Path {
        self.data.path()
    }

    pub fn server(&self) -> Child {
        Child::new(self.path(), self.database.as_deref())
    }

    /// Does it. `Err` is a connection that broke, an answer is a status and its JSON.
    pub async fn perform(&self, address: &str, deed: Deed) -> Result<(StatusCode, Value), reqwest::Error> {
        let install = async |item: &str, version: &str| {
            let path = format!("/api/v1/marketplace/notes/items/{item}/install");
            call(address, Method::POST, &path, &self.home, Some(json!({ "version": version }))).await
        };
        match deed {
            Deed::Install => install("anna", "1.0.0").await,
            Deed::Update => install("bert", "2.0.0").await,
            Deed::RollBack => install("cleo", "1.0.0").await,
            Deed::Uninstall => {
                call(
                    address,
                    Method::DELETE,
                    "/api/v1/marketplace/notes/items/bert/install",
                    &self.home,
                    None,
                )
                .await
            }
            Deed::Submit => self.submit(address, "dora", "1.0.0").await,
        }
    }

    pub async fn submit(
        &self,
        address: &str,
        item: &str,
        version: &str,
    ) -> Result<(StatusCode, Value), reqwest::Error> {
        let release = release(&self.author, item, version);
        let form = reqwest::multipart::Form::new()
            .text("manifest", release.manifest)
            .part("package", reqwest::multipart::Part::bytes(release.package));
        let request = client().post(format!("{address}/api/v1/marketplace/notes/items"));
        answer(request.bearer_auth(&self.publisher).multipart(form)).await
    }

    /// As whoever installs.
    pub async fn get(&self, address: &str, path: &str) -> Value {
        let (status, answer) = call(address, Method::GET, path, &self.home, None).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer:#}");
        answer
    }

    pub async fn call(
        &self,
        address: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<(StatusCode, Value), reqwest::Error> {
        call(address, method, path, &self.home, body).await
    }

    pub fn home(&self) -> &str {
        &self.home
    }

    pub async fn state(&self, address: &str) -> State {
        let installed = self.get(address, "/api/v1/marketplace/installed").await;
        let installed = installed["installed"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut installed: Vec<_> =
            installed.map(|one| (text(&one["slug"]), text(&one["version"]))).collect();
        installed.sort();
        let path = "/api/v1/marketplace/submissions?limit=100";
        let (_, submitted) = call(address, Method::GET, path, &self.publisher, None).await.unwrap();
        let submitted = submitted["submissions"].as_array().unwrap().iter();
        let mut submitted: Vec<_> =
            submitted.map(|one| format!("{}@{}", text(&one["slug"]), text(&one["version"]))).collect();
        submitted.sort();
        (installed, submitted)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Some files, so that a step between two of them can be met, and one that only the adapter writes.
fn release(author: &Author, item: &str, version: &str) -> Release {
    let text = format!("{item} {version}");
    let many: Vec<(String, String)> =
        (0..20).map(|at| (format!("pages/{at}.txt"), format!("{text} {at}\n").repeat(200))).collect();
    let mut files: Vec<(&str, &str)> =
        many.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("note.txt", &text));
    author.release("note", item, version, &files, &[])
}

fn client() -> reqwest::Client {
    static CLIENT: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    CLIENT.get_or_init(crate::house::http_client).clone()
}

async fn call(
    address: &str,
    method: Method,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> Result<(StatusCode, Value), reqwest::Error> {
    let request = client().request(method, format!("{address}{path}")).bearer_auth(token);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    answer(request).await
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(StatusCode, Value), reqwest::Error> {
    let response = request.send().await?;
    let status = response.status();
    let bytes = response.bytes().await?;
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// Every file and folder below a folder, relative to it.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path.strip_prefix(folder).unwrap().to_owned());
        }
    }
    found.sort();
    found
}
