//! Compiling crates to core modules, and encoding those as components.

use std::path::{Path, PathBuf};

use wit_component::ComponentEncoder;

use crate::toolchain::{NoToolchain, TARGET, Toolchain};

/// How guests are compiled, wherever their workspace is: small, without unwinding
/// tables, and with names kept, so that a trap says where it happened.
const PROFILE: [&str; 5] = [
    "profile.release.opt-level=\"s\"",
    "profile.release.lto=true",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=\"debuginfo\"",
];

/// Crates of one workspace to be built together.
#[derive(Clone, Debug)]
pub struct Guests {
    /// The folder of the workspace, or of the one crate.
    pub workspace: PathBuf,
    /// The packages to build.
    pub packages: Vec<String>,
    /// Where cargo may keep what it builds. Shared between calls, so that the
    /// standard library is built once.
    pub target_dir: PathBuf,
}

/// A component, and the package that it was built from.
#[derive(Clone, Debug)]
pub struct Component {
    /// The package's name.
    pub package: String,
    /// The component's bytes.
    pub bytes: Vec<u8>,
}

/// Why no component came of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is nothing to build with.
    #[error(transparent)]
    NoToolchain(#[from] NoToolchain),
    /// cargo could not be run, or a file not be read.
    #[error("{what}: {source}")]
    Io {
        /// What was attempted.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// cargo said no; what it said follows.
    #[error("cargo could not build {packages}:\n{stderr}")]
    Cargo {
        /// The packages asked for.
        packages: String,
        /// cargo's own words.
        stderr: String,
    },
    /// The folder holds no crate, or one that is not written as an adapter is.
    #[error("{}: {reason}", manifest.display())]
    NotACrate {
        /// Its `Cargo.toml`.
        manifest: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The module is not one that `wit-bindgen` made, or it asks for what no world offers.
    #[error("{package} compiled, but is no component: {reason}")]
    Encode {
        /// The package, or `module`.
        package: String,
        /// The encoder's words, cause by cause.
        reason: String,
    },
}

impl Guests {
    /// Builds every package and encodes each as a component, in the order asked for.
    ///
    /// A package's library has the package's own name and the crate type `cdylib`.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn build(&self, toolchain: &Toolchain) -> Result<Vec<Component>, BuildError> {
        if self.packages.is_empty() {
            return Ok(Vec::new());
        }
        self.compile(toolchain)?;
        self.packages.iter().map(|package| self.component(package)).collect()
    }

    fn component(&self, package: &str) -> Result<Component, BuildError> {
        let file = format!("{}.wasm", package.replace('-', "_"));
        let path = self.target_dir.join(TARGET).join("release").join(file);
        let module = std::fs::read(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => BuildError::NotACrate {
                manifest: self.workspace.join("Cargo.toml"),
                reason: format!(
                    "{package} compiled, but left no module. Add `crate-type = [\"cdylib\"]` to its `[lib]`."
                ),
            },
            _ => BuildError::Io { what: format!("read {}", path.display()), source },
        })?;
        let bytes = encode(&module).map_err(|error| match error {
            BuildError::Encode { reason, .. } => BuildError::Encode { package: package.to_owned(), reason },
            other => other,
        })?;
        Ok(Component { package: package.to_owned(), bytes })
    }

    fn compile(&self, toolchain: &Toolchain) -> Result<(), BuildError> {
        let mut command = toolchain.cargo_build();
        command.current_dir(&self.workspace).arg("--target-dir").arg(&self.target_dir);
        for setting in PROFILE {
            command.args(["--config", setting]);
        }
        for package in &self.packages {
            command.args(["-p", package]);
        }
        let output =
            command.output().map_err(|source| BuildError::Io { what: "run cargo".into(), source })?;
        if output.status.success() {
            return Ok(());
        }
        Err(BuildError::Cargo {
            packages: self.packages.join(", "),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// The name of the crate in `folder`.
    ///
    /// # Errors
    /// [`BuildError::Io`] if it has no readable `Cargo.toml`, [`BuildError::NotACrate`]
    /// if that names no package.
    pub fn package(folder: &Path) -> Result<String, BuildError> {
        let manifest = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest)
            .map_err(|source| BuildError::Io { what: format!("read {}", manifest.display()), source })?;
        let not_a_crate = |reason: String| BuildError::NotACrate { manifest: manifest.clone(), reason };
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| not_a_crate(error.to_string()))?;
        let name =
            table.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
        name.map(str::to_owned).ok_or_else(|| {
            not_a_crate("it has no `[package]` with a name. Name the crate's own folder.".into())
        })
    }

    /// The packages below `folder` that say they are components
    /// (`[package.metadata.component]`), with their folders, by name.
    ///
    /// # Errors
    /// [`BuildError::Io`] if the folder cannot be read.
    pub fn discover(folder: &Path) -> Result<Vec<(String, PathBuf)>, BuildError> {
        let io = |source| BuildError::Io { what: format!("read {}", folder.display()), source };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(io)? {
            let crate_folder = entry.map_err(io)?.path();
            let Ok(text) = std::fs::read_to_string(crate_folder.join("Cargo.toml")) else { continue };
            let Ok(manifest) = text.parse::<toml::Table>() else { continue };
            let Some(package) = manifest.get("package") else { continue };
            let is_component = package.get("metadata").is_some_and(|m| m.get("component").is_some());
            if let (true, Some(name)) = (is_component, package.get("name").and_then(|n| n.as_str())) {
                found.push((name.to_owned(), crate_folder));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Turns a core module that `wit-bindgen` made into a component.
///
/// # Errors
/// [`BuildError::Encode`], with the encoder's reasons.
pub fn encode(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|encoder| encoder.encode())
        .map_err(|error| BuildError::Encode { package: "the module".into(), reason: format!("{error:#}") })
}
