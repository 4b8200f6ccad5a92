//! From a stranger's bytes to something that can be called.

use std::time::Duration;

use wasmtime::component::Component;

use crate::adapter::Adapter;
use crate::compile::{Outside, survey};
use crate::contract::recognise;
use crate::{Contract, Digest, Sandbox, text};

/// Why a component is not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// More bytes than allowed.
    #[error("the component has {size} bytes, over {limit}; strip debug information and what is not used")]
    TooLarge {
        /// Its bytes.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// Some other file.
    #[error("{}", not_a_component(*.module))]
    NotAComponent {
        /// Whether it is a core module.
        module: bool,
    },
    /// It begins like a component.
    #[error("the component is damaged: {reason}")]
    Malformed {
        /// The parser's words.
        reason: String,
    },
    /// It asks for what no adapter gets.
    #[error(
        "the component imports what an adapter is not given: {}; build it without (an adapter has no network, \
         and only the interfaces of one version of the contract, {}, and of WASI 0.2 without sockets){}",
        .0.join(", "), versions(), how_to_leave_out(.0)
    )]
    UnknownImports(Vec<String>),
    /// It is not of a world of the contract.
    #[error("the component does not export {}; build it for the world `category` or `gallery-category`", .0.join(", "))]
    MissingExports(Vec<String>),
    /// The names are the contract's, the types are not.
    #[error("the component's types are not those of {contract}: {reason}")]
    Mismatch {
        /// The version that its names are of.
        contract: Contract,
        /// What differs.
        reason: String,
    },
    /// It would need more than calls may use, or a feature that is off.
    #[error("the component cannot run here: {reason}")]
    Unfit {
        /// The engine's words.
        reason: String,
    },
    /// It could keep a compiler busy for very long.
    #[error("the component has more than {limit} {what}; split it, or leave out what is not used")]
    TooComplex {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The compiler was not done in time. It goes on, so a later try may succeed.
    #[error("the component was not compiled within {limit:?}; try again later, or make it smaller")]
    TooSlow {
        /// How long it may take.
        limit: Duration,
    },
    /// Our own fault.
    #[error("this server could not load the component; its operator finds the reason in the log")]
    Host {
        /// For the log.
        reason: String,
    },
}

fn not_a_component(module: bool) -> &'static str {
    if module {
        "this is a core module, not a component; make a component of it (`marketplace adapter build` does)"
    } else {
        "this is not a WebAssembly component"
    }
}

/// Every version that is served, in words.
fn versions() -> String {
    Contract::ALL.map(|contract| contract.to_string()).join(" or ")
}

/// For those whose language's runtime imports a network that their own code never uses.
fn how_to_leave_out(imports: &[String]) -> &'static str {
    if imports.iter().any(|import| import.starts_with("wasi:sockets/") || import.starts_with("wasi:http/")) {
        "; a language's runtime may import it unasked: componentize-py leaves it out with `--stub-wasi`, \
         componentize-js with `disableFeatures: [\"http\", \"fetch-event\"]`"
    } else {
        ""
    }
}

impl LoadError {
    /// A stable identifier, for APIs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "component_too_large",
            Self::NotAComponent { .. } => "component_not_a_component",
            Self::Malformed { .. } => "component_malformed",
            Self::UnknownImports(_) => "component_unknown_imports",
            Self::MissingExports(_) => "component_missing_exports",
            Self::Mismatch { .. } => "component_mismatch",
            Self::Unfit { .. } => "component_unfit",
            Self::TooComplex { .. } => "component_too_complex",
            Self::TooSlow { .. } => "component_too_slow",
            Self::Host { .. } => "component_host_fault",
        }
    }
}

/// A component that this engine can run.
struct Loaded {
    digest: Digest,
    size: u64,
    component: Component,
}

impl Sandbox {
    /// Makes an adapter of a component's bytes: checks its size and its imports, compiles
    /// it (or takes it from the cache), and checks its types.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub async fn load(&self, bytes: &[u8]) -> Result<Adapter, LoadError> {
        let limits = &self.0.limits;
        if bytes.len() > limits.component_bytes {
            return Err(LoadError::TooLarge { size: bytes.len(), limit: limits.component_bytes });
        }
        let digest = Digest::of(bytes);
        if let Some(adapter) = self.load_cached(&digest).await? {
            return Ok(adapter);
        }
        // Before the compiler sees it, and takes its time.
        recognise(&survey(bytes, limits)?)?;
        let component = tokio::time::timeout(limits.compile_time, self.compile(digest, bytes.to_vec()))
            .await
            .unwrap_or(Err(LoadError::TooSlow { limit: limits.compile_time }))?;
        self.link(Loaded { digest, size: bytes.len() as u64, component })
    }

    /// The adapter with this digest, if its compiled form is in the cache: start-up needs
    /// neither to read the component nor to hash it.
    ///
    /// # Errors
    /// If what is in the cache is no longer allowed, as [`Sandbox::load`] would say.
    pub async fn load_cached(&self, digest: &Digest) -> Result<Option<Adapter>, LoadError> {
        let Some(cache) = self.0.cache.clone() else { return Ok(None) };
        let (engine, digest) = (self.0.engine.clone(), *digest);
        let hit =
            tokio::task::spawn_blocking(move || cache.load(&engine, &digest)).await.map_err(host_fault)?;
        hit.map(|hit| self.link(Loaded { digest, size: hit.size, component: hit.component })).transpose()
    }

    async fn compile(&self, digest: Digest, bytes: Vec<u8>) -> Result<Component, LoadError> {
        let permit = self.0.compilations.clone().acquire_owned().await.map_err(host_fault)?;
        let (engine, cache) = (self.0.engine.clone(), self.0.cache.clone());
        tokio::task::spawn_blocking(move || {
            // A compilation that nobody waits for any more still takes its turn.
            let _until_done = permit;
            let component = Component::from_binary(&engine, &bytes)
                .map_err(|error| LoadError::Unfit { reason: text::line(&format!("{error:#}"), 500) })?;
            if let Some(cache) = cache {
                cache.store(&digest, bytes.len() as u64, &component);
            }
            Ok(component)
        })
        .await
        .map_err(host_fault)?
    }

    fn link(&self, loaded: Loaded) -> Result<Adapter, LoadError> {
        let Loaded { digest, size, component } = loaded;
        let ty = component.component_type();
        let engine = &self.0.engine;
        let outside = Outside {
            imports: ty.imports(engine).map(|(name, _)| name.to_owned()).collect(),
            exports: ty.exports(engine).map(|(name, _)| name.to_owned()).collect(),
        };
        // Again: the cache may hold what an earlier version of the host allowed.
        let (contract, world) = recognise(&outside)?;
        let mismatch = |error: wasmtime::Error| LoadError::Mismatch {
            contract,
            reason: text::line(&format!("{error:#}"), 500),
        };
        let pre = self.0.linker.instantiate_pre(&component).map_err(mismatch)?;
        Adapter::new(self.clone(), digest, size, outside, contract, world, pre).map_err(mismatch)
    }
}

fn host_fault(error: impl std::fmt::Display) -> LoadError {
    LoadError::Host { reason: error.to_string() }
}
