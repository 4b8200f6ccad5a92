//! An author's own machine: the engine and the categories that come with the program, without a server. What they
//! say here is what a server with the same components says.

use std::path::{Path, PathBuf};

use marketplace_sandbox::{
    Adapter, CacheFolder, Description, Limits, LoadError, Outcome, Sandbox, SandboxError,
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

    async fn know(&self, bytes: &[u8]) -> Result<Known, WorkbenchError> {
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
