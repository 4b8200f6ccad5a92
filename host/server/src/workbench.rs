//! An author's own machine: the engine and the categories that come with the program, without a server. What they
//! say here is what a server with the same components says.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use marketplace_manifest::Digest;
use marketplace_sandbox::{
    Adapter, CacheFolder, Description, Limits, LoadError, Observer, Outcome, Sandbox, SandboxError,
};

use crate::category::bundled;
use crate::secrets::Secrets;

/// An engine, and the components that were loaded into it.
#[derive(Debug)]
pub struct Workbench {
    sandbox: Sandbox,
}

/// A category, and who it says it is.
#[derive(Debug)]
pub struct Known {
    /// Who.
    pub description: Description,
    /// Its component.
    pub adapter: Adapter,
}

/// How a component was made ready.
#[derive(Clone, Copy, Debug)]
pub struct Loading {
    /// How long it took.
    pub took: Duration,
    /// Whether it was compiled: if not, it had been before.
    pub compiled: bool,
}

/// Why a component cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    /// The engine.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A component's file.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It does not load.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It does not say who it is.
    #[error("the component does not say which category it is of: {0}")]
    Describe(String),
}

impl Workbench {
    /// With a cache of its own in the user's cache folder, so that a component is compiled once; without one where
    /// there is no such folder.
    ///
    /// # Errors
    /// When there is no engine.
    pub fn open() -> Result<Self, WorkbenchError> {
        let cache = cache_folder().and_then(|folder| {
            let key = Secrets::for_cache(&folder).ok()?.cache_key().ok()?;
            CacheFolder::open(folder.join("components"), key).ok()
        });
        Ok(Self { sandbox: Sandbox::new(Limits::default(), cache)? })
    }

    /// Tells `observer` of every call from now on: the first that asks for it, and no other.
    pub fn observe(&self, observer: impl Observer + 'static) -> bool {
        self.sandbox.observe(observer)
    }

    /// What calls may use: what a server allows that was not told otherwise.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.sandbox.limits()
    }

    /// Makes a component ready to be called, and says how long that took, and whether it had to be compiled.
    ///
    /// # Errors
    /// When it does not load.
    pub async fn load(&self, bytes: &[u8]) -> Result<(Adapter, Loading), LoadError> {
        let begun = Instant::now();
        let cached = self.sandbox.load_cached(&Digest::of(bytes)).await?;
        let compiled = cached.is_none();
        let adapter = match cached {
            Some(adapter) => adapter,
            None => self.sandbox.load(bytes).await?,
        };
        Ok((adapter, Loading { took: begun.elapsed(), compiled }))
    }

    /// The categories that come with the program.
    ///
    /// # Errors
    /// The first that does not load.
    pub async fn bundled(&self) -> Result<Vec<Known>, WorkbenchError> {
        let mut all = Vec::new();
        for bytes in bundled() {
            all.push(self.know(bytes).await?);
        }
        Ok(all)
    }

    /// The category of a component's file.
    ///
    /// # Errors
    /// When it cannot be read, or does not load.
    pub async fn open_component(&self, path: &Path) -> Result<Known, WorkbenchError> {
        let read = std::fs::read(path);
        let bytes = read.map_err(|source| WorkbenchError::Read { path: path.to_owned(), source })?;
        self.know(&bytes).await
    }

    /// The category of a component.
    ///
    /// # Errors
    /// When it does not load, or does not say who it is.
    pub async fn know(&self, bytes: &[u8]) -> Result<Known, WorkbenchError> {
        let adapter = self.sandbox.load(bytes).await?;
        match adapter.describe().await {
            Outcome::Answer(description) => Ok(Known { description, adapter }),
            Outcome::Refusal(_) => Err(WorkbenchError::Describe("it refuses to".into())),
            Outcome::Failure(failure) => Err(WorkbenchError::Describe(failure.to_string())),
        }
    }
}

/// `$XDG_CACHE_HOME/marketplace`, as the XDG Base Directory Specification has it.
fn cache_folder() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = base.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    Some(base.join("marketplace"))
}
