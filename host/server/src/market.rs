//! Everything that a request needs, opened from one data folder.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use marketplace_archive::Limits;
use marketplace_manifest::{PublicKey, Tenant};
use marketplace_sandbox::{CacheFolder, Sandbox, SandboxError};
use marketplace_store::{Store, StoreError};
use serde_json::{Value, json};

use crate::account::license::{self, Gates, Standing};
use crate::account::token::Caller;
use crate::blobs::Blobs;
use crate::category::Categories;
use crate::installation::Locks;
use crate::operation::Operations;
use crate::pictures::Pictures;
use crate::release::Drafts;
use crate::secrets::{SecretError, Secrets};
use crate::trees::Trees;
use crate::withdrawal::Latest;

/// The marketplace: the domain's verbs are functions of it.
#[derive(Clone)]
pub struct Market {
    /// The database.
    pub store: Store,
    /// Packages and components.
    pub blobs: Blobs,
    /// What is installed.
    pub trees: Trees,
    /// Icons and screenshots.
    pub pictures: Pictures,
    /// What is live.
    pub categories: Categories,
    /// Keys.
    pub secrets: Secrets,
    /// Limits of packages.
    pub limits: Limits,
    /// Who signs licenses.
    pub vendor: PublicKey,
    /// What is under way.
    pub operations: Arc<Operations>,
    /// What is about to be submitted from a page.
    pub drafts: Arc<Drafts>,
    /// The revocation feed that was signed last.
    pub(crate) feed: Arc<Latest>,
    /// One install or uninstall at a time for each tenant and item.
    pub(crate) locks: Arc<Locks>,
}

/// Where a market lives.
#[derive(Clone, Debug)]
pub struct Place {
    /// The data folder.
    pub data: PathBuf,
    /// The database; without one, SQLite in the data folder.
    pub database: Option<String>,
    /// Where packages are kept; without it, in the data folder.
    pub blobs: Option<String>,
}

/// Why a market could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("the data folder {path}: {source}")]
    Data {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Another server has it.
    #[error(
        "the data folder {0} is in use by another `marketplace serve`; stop that one, or name another folder with --data"
    )]
    InUse(String),
    /// It was opened with an option before, and now without.
    #[error(
        "the data folder {0} is used with --{1}; say it here too, or in the environment, as for `marketplace serve`"
    )]
    Elsewhere(String, &'static str),
    /// Not a place for packages.
    #[error("packages can be kept in a folder, `file:///path`; an object store is not supported yet")]
    Blobs,
    /// The keys in it.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// The database.
    #[error("the database: {0}")]
    Store(#[from] StoreError),
    /// The engine.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

impl Market {
    /// Opens a data folder, and makes in it what is missing.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(place: &Place) -> Result<Self, OpenError> {
        let data = |source| OpenError::Data { path: place.data.display().to_string(), source };
        std::fs::create_dir_all(&place.data).map_err(data)?;
        elsewhere(&place.data, "database", place.database.is_some())?;
        elsewhere(&place.data, "blobs", place.blobs.is_some())?;
        let secrets = Secrets::open(&place.data)?;
        let store = match &place.database {
            Some(url) => Store::open(url).await?,
            None => {
                let file = place.data.join("marketplace.db");
                // For its owner alone; what SQLite puts beside it is made with the same mode.
                OpenOptions::new().create(true).append(true).mode(0o600).open(&file).map_err(data)?;
                Store::open_sqlite(&file).await?
            }
        };
        let blobs = match &place.blobs {
            Some(url) => PathBuf::from(url.strip_prefix("file://").ok_or(OpenError::Blobs)?),
            None => place.data.join("blobs"),
        };
        let blobs = Blobs::open(&blobs).map_err(data)?;
        let trees = Trees::open(&place.data).map_err(data)?;
        let cache = CacheFolder::open(place.data.join("cache"), secrets.cache_key()?).map_err(data)?;
        let sandbox = Sandbox::new(marketplace_sandbox::Limits::default(), Some(cache))?;
        let vendor = secrets.vendor_public_key()?;
        Ok(Self {
            categories: Categories::new(store.clone(), blobs.clone(), sandbox),
            operations: Arc::new(Operations::new(store.clone(), node(&place.data).map_err(data)?)),
            drafts: Arc::default(),
            store,
            blobs,
            trees,
            pictures: Pictures::open(&place.data).map_err(data)?,
            secrets,
            limits: Limits::default(),
            vendor,
            feed: Arc::default(),
            locks: Arc::default(),
        })
    }

    /// What a caller's tenant may do.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn gates(&self, caller: Option<&Caller>) -> Result<Gates, StoreError> {
        Ok(self.standing(caller.map(|caller| &caller.tenant)).await?.gates)
    }

    /// What a tenant may do, and why: nobody in particular is Free.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn standing(&self, tenant: Option<&Tenant>) -> Result<Standing, StoreError> {
        Standing::of(&self.store, &self.vendor, tenant).await
    }

    /// Every gate by name, with what it says: `true` and `false`, or how many; `null` is
    /// no limit.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn all_gates(&self, gates: &Gates) -> Result<BTreeMap<String, Value>, StoreError> {
        let switches =
            [license::BROWSE, license::PUBLISH].map(|gate| (gate.to_owned(), json!(gates.open(gate))));
        let categories = self.categories.all().await?;
        let caps = categories.enabled().map(|category| {
            let row = &category.row;
            (Gates::cap_gate(&row.id), json!(gates.install_cap(&row.id, row.free_install_cap)))
        });
        Ok(switches.into_iter().chain(caps).collect())
    }
}

/// The name of a data folder, made up once. Replicas have one each.
fn node(data: &Path) -> io::Result<String> {
    let path = data.join("node");
    match std::fs::read_to_string(&path) {
        Ok(name) if !name.trim().is_empty() => return Ok(name.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let name = uuid::Uuid::now_v7().to_string();
    let mut file = tempfile::NamedTempFile::new_in(data)?;
    io::Write::write_all(&mut file, name.as_bytes())?;
    // A command on the same folder may have made one up in the meantime.
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(name),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => std::fs::read_to_string(&path),
        Err(error) => Err(error.error),
    }
}

/// Notes in a data folder that its database, or its packages, are elsewhere, without
/// saying where: a URL may hold a password. A command that does not know would otherwise
/// make a second, empty one, and say that all is well.
fn elsewhere(data: &Path, option: &'static str, given: bool) -> Result<(), OpenError> {
    let marker = data.join(format!(".{option}-elsewhere"));
    match (given, marker.exists()) {
        (true, false) => {
            std::fs::write(&marker, format!("`marketplace serve` was started with --{option}\n"))
                .map_err(|source| OpenError::Data { path: marker.display().to_string(), source })
        }
        (false, true) => Err(OpenError::Elsewhere(data.display().to_string(), option)),
        _ => Ok(()),
    }
}

/// A data folder that this process alone serves. Commands may use its database beside
/// the server; only the server touches what is installed.
#[derive(Debug)]
pub struct Reserved(
    #[allow(dead_code, reason = "the lock is held as long as the file is open")] std::fs::File,
);

/// Reserves a data folder.
///
/// # Errors
/// [`OpenError::InUse`].
pub fn reserve(folder: &Path) -> Result<Reserved, OpenError> {
    let data = |source| OpenError::Data { path: folder.display().to_string(), source };
    std::fs::create_dir_all(folder).map_err(data)?;
    let file = std::fs::File::create(folder.join("server.lock")).map_err(data)?;
    match file.try_lock() {
        Ok(()) => Ok(Reserved(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse(folder.display().to_string())),
        Err(std::fs::TryLockError::Error(source)) => Err(data(source)),
    }
}
