//! The categories that are live, straight from the table `marketplace_categories`.
//!
//! The table has a revision, raised by every change, whoever makes it: this process, a
//! command on the same data folder, another replica. [`Categories::all`] asks for it
//! first, so a category that was added is there for the next request.
//!
//! A category whose component does not load keeps its place, with its error; one whose component fails again and again
//! is [paused](breaker), and comes back by itself.

pub mod add;
pub mod breaker;
mod compare;
mod differences;
pub mod folder;
pub mod health;
pub mod imports;
mod loading;
mod offer;
mod remove;
mod replay;
pub mod report;
mod rollback;
mod seed;
mod switch;
mod upgrade;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use marketplace_manifest::{AuthorId, CategoryId, Digest};
use marketplace_sandbox::{Adapter, Called, Failure, LoadError, Observer, Presentation, Sandbox};
use marketplace_store::{Category as Row, Store, StoreError};

use crate::blobs::{BlobError, Blobs};
use loading::{Arrivals, Loaded};

pub use breaker::{Breaker, Paused};
pub use folder::Folder;
pub use health::Health;
pub use offer::{AcceptError, Offer};
pub use remove::RemoveError;
pub use report::Report;
pub use rollback::{RolledBack, rollback};
pub use seed::{Seeded, bundled, seed};
pub use switch::SwitchError;
pub use upgrade::{Consent, Preview, UpgradeError, Upgraded, Who, present_anew, preview, upgrade};

/// One category: its row, and its component if that loads.
#[derive(Clone, Debug)]
pub struct Category {
    /// The row.
    pub row: Row,
    /// What its component shows of itself and its items, as it said when it was loaded; nothing if that does not load.
    pub presentation: Arc<Presentation>,
    adapter: Result<Adapter, Arc<Broken>>,
    breaker: Breaker,
}

/// Why a category is not asked.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// Its component does not load.
    #[error("the category `{category}` does not serve: {reason}")]
    Broken {
        /// Which category.
        category: CategoryId,
        /// Why it does not load.
        reason: String,
    },
    /// Its component failed again and again.
    #[error(transparent)]
    Paused(Box<Paused>),
}

/// Why a category's component does not load.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It is new here, and takes the compiler a while.
    #[error("its component is being compiled; try again in a few seconds")]
    Compiling,
    /// Its bytes are not there, or not what the row pins.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The sandbox refuses it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It loads, but does not say what it shows.
    #[error("the component does not present itself: {0}")]
    Present(#[from] Failure),
    /// It answered with findings where there is nothing to refuse.
    #[error("the component refuses to present itself")]
    Refusal,
}

impl Category {
    /// The component, to be asked about something of this author's.
    ///
    /// # Errors
    /// That it did not load, or is paused: whoever asked comes back later.
    pub fn admit(&self, author: &AuthorId) -> Result<Adapter, Closed> {
        let adapter = self
            .adapter()
            .map_err(|error| Closed::Broken { category: self.row.id.clone(), reason: error.to_string() })?;
        let paused = self.breaker.admit(&self.row.component_sha256, author);
        paused.map_err(|paused| Closed::Paused(Box::new(paused)))?;
        Ok(adapter.on_behalf_of(author.as_str()))
    }

    /// That it is paused: for those who can do without its answer, and should not be the ones to try it.
    #[must_use]
    pub fn paused(&self) -> Option<Paused> {
        self.breaker.standing(&self.row.component_sha256).paused
    }

    /// The component, ready to be called, also while the category is paused.
    ///
    /// # Errors
    /// Why it did not load.
    pub fn adapter(&self) -> Result<&Adapter, &Broken> {
        self.adapter.as_ref().map_err(AsRef::as_ref)
    }

    /// The keys of the fields that its items are filtered by, in its order.
    pub fn facets(&self) -> impl Iterator<Item = &str> {
        self.presentation.fields.iter().filter(|field| field.facet).map(|field| field.key.as_str())
    }

    /// Whether it does not serve yet, because its component is new here and takes the compiler a while.
    #[must_use]
    pub fn is_compiling(&self) -> bool {
        matches!(self.adapter(), Err(Broken::Compiling))
    }

    /// Why it does not serve, if it does not.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        self.adapter.as_ref().err().map(ToString::to_string)
    }
}

/// The categories at one revision of the table, in the order of their positions.
#[derive(Debug, Default)]
pub struct Snapshot {
    revision: i64,
    categories: Vec<Arc<Category>>,
    loaded: Option<Instant>,
}

/// How long a component that did not load is left alone before it is tried again: the
/// disk may have been busy, or a blob been restored.
const RETRY: Duration = Duration::from_secs(10);

impl Snapshot {
    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Category>> {
        self.categories.iter()
    }

    /// Those that are enabled.
    pub fn enabled(&self) -> impl Iterator<Item = &Arc<Category>> {
        self.categories.iter().filter(|category| category.row.enabled)
    }

    /// The enabled category with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Arc<Category>> {
        self.enabled().find(|category| category.row.id.as_str() == id)
    }
}

/// Who is told of every call.
struct Watch {
    health: Health,
    breaker: Breaker,
}

impl Observer for Watch {
    fn called(&self, called: &Called<'_>) {
        self.health.called(called);
        self.breaker.called(called);
    }
}

/// The live categories. Cheap to clone.
#[derive(Clone)]
pub struct Categories {
    store: Store,
    blobs: Blobs,
    sandbox: Sandbox,
    health: Health,
    breaker: Breaker,
    folder: Folder,
    current: Arc<RwLock<Arc<Snapshot>>>,
    arrivals: Arrivals,
    /// Held while the table is read again, so that one request does it and others wait.
    reloading: Arc<tokio::sync::Mutex<()>>,
}

impl Categories {
    /// No category is loaded before somebody asks. Their health is told of every call in this sandbox from now on.
    #[must_use]
    pub fn new(store: Store, blobs: Blobs, sandbox: Sandbox) -> Self {
        let (health, breaker) = (Health::default(), Breaker::default());
        if !sandbox.observe(Watch { health: health.clone(), breaker: breaker.clone() }) {
            tracing::warn!("the sandbox is observed already; the health of these categories stays unknown");
        }
        let (folder, current, arrivals) = (Folder::default(), Arc::default(), Arrivals::default());
        Self { store, blobs, sandbox, health, breaker, folder, current, arrivals, reloading: Arc::default() }
    }

    /// How their components do.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Which of them are paused.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// The folder in which components are dropped.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The sandbox they run in.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The categories as the table has them now.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn all(&self) -> Result<Arc<Snapshot>, StoreError> {
        let revision = self.store.categories_revision().await?;
        if let Some(current) = self.at(revision) {
            self.retry(&current);
            return Ok(current);
        }
        let _one_at_a_time = self.reloading.lock().await;
        // Read the revision before the rows: a change in between is seen next time.
        let revision = self.store.categories_revision().await?;
        if let Some(current) = self.at(revision) {
            return Ok(current);
        }
        self.reload(revision).await
    }

    async fn reload(&self, revision: i64) -> Result<Arc<Snapshot>, StoreError> {
        let snapshot = Arc::new(self.load(revision).await?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = snapshot.clone();
        Ok(snapshot)
    }

    /// Tries again, in the background, what did not load a while ago.
    fn retry(&self, current: &Snapshot) {
        let due = current.loaded.is_some_and(|at| at.elapsed() > RETRY);
        if !due || current.iter().all(|category| category.adapter.is_ok()) {
            return;
        }
        if let Ok(turn) = self.reloading.clone().try_lock_owned() {
            let (categories, revision) = (self.clone(), current.revision);
            tokio::spawn(async move {
                if let Err(error) = categories.reload(revision).await {
                    tracing::warn!(%error, "categories could not be loaded again");
                }
                drop(turn);
            });
        }
    }

    /// What has arrived since the table was read takes its place.
    ///
    /// Boxed, since loading may lead to loading again.
    fn load_again(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async {
            let _one_at_a_time = self.reloading.lock().await;
            let revision = self.current.read().unwrap_or_else(PoisonError::into_inner).revision;
            self.reload(revision).await.map(drop)
        })
    }

    fn at(&self, revision: i64) -> Option<Arc<Snapshot>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        (current.revision == revision && revision != 0).then(|| current.clone())
    }

    async fn load(&self, revision: i64) -> Result<Snapshot, StoreError> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let known: HashMap<Digest, Loaded> = current
            .iter()
            .filter_map(|c| Some((c.row.component_sha256, (c.adapter.clone().ok()?, c.presentation.clone()))))
            .collect();
        let mut categories = Vec::new();
        for row in self.store.categories().await? {
            let loaded = match known.get(&row.component_sha256) {
                Some(loaded) => Ok(loaded.clone()),
                None => self.load_component(row.component_sha256, current.loaded.is_some()).await,
            };
            let (adapter, presentation) = match loaded {
                Ok((adapter, presentation)) => (Ok(adapter), presentation),
                Err(error) => {
                    if !matches!(*error, Broken::Compiling) {
                        tracing::error!(category = %row.id, %error, "the category's component does not load");
                    }
                    (Err(error), Arc::default())
                }
            };
            let breaker = self.breaker.clone();
            categories.push(Arc::new(Category { row, presentation, adapter, breaker }));
        }
        let serving = categories.iter().filter(|category| category.adapter.is_ok());
        let serving = serving.map(|category| (category.row.component_sha256, category.row.id.clone()));
        self.health.keep(serving.clone());
        self.breaker.keep(serving);
        Ok(Snapshot { revision, categories, loaded: Some(Instant::now()) })
    }
}
