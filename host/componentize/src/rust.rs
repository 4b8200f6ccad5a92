//! Rust: compiling crates to core modules, and encoding those as components.

use std::path::{Path, PathBuf};

use crate::toolchain::{TARGET, Toolchain};
use crate::{BuildError, Step, encode, tool};

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
        self.components()
    }

    fn components(&self) -> Result<Vec<Component>, BuildError> {
        self.packages.iter().map(|package| self.component(package)).collect()
    }

    fn component(&self, package: &str) -> Result<Component, BuildError> {
        let file = format!("{}.wasm", package.replace('-', "_"));
        let path = self.target_dir.join(TARGET).join("release").join(file);
        let module = std::fs::read(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => BuildError::Project {
                file: self.workspace.join("Cargo.toml"),
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

    /// What cargo says without failing, such as warnings, is the answer.
    fn compile(&self, toolchain: &Toolchain) -> Result<String, BuildError> {
        let mut command = toolchain.cargo_build();
        command.current_dir(&self.workspace).arg("--target-dir").arg(&self.target_dir);
        for setting in PROFILE {
            command.args(["--config", setting]);
        }
        for package in &self.packages {
            command.args(["-p", package]);
        }
        let output = command.output().map_err(BuildError::io("run cargo"))?;
        let stderr = tool::shown(&String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            return Ok(stderr);
        }
        Err(BuildError::Cargo { packages: self.packages.join(", "), stderr })
    }

    /// The name of the crate in `folder`.
    ///
    /// # Errors
    /// [`BuildError::Io`] if it has no readable `Cargo.toml`, [`BuildError::Project`]
    /// if that names no package.
    pub fn package(folder: &Path) -> Result<String, BuildError> {
        let manifest = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest)
            .map_err(|source| BuildError::Io { what: format!("read {}", manifest.display()), source })?;
        let not_a_crate = |reason: String| BuildError::Project { file: manifest.clone(), reason };
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

/// The component of the one crate in a folder. cargo keeps what it builds where it always does:
/// in `CARGO_TARGET_DIR`, or in the crate's own `target`.
pub(crate) fn build(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Vec<u8>, BuildError> {
    let toolchain = Toolchain::find()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").filter(|target| !target.is_empty());
    let target = target.map_or_else(|| Ok(folder.join("target")), std::path::absolute);
    let guests = Guests {
        workspace: folder.to_owned(),
        packages: vec![Guests::package(folder)?],
        target_dir: target.map_err(BuildError::io("find the folder that CARGO_TARGET_DIR names"))?,
    };
    progress(Step::Compiling);
    let said = guests.compile(&toolchain)?;
    if !said.is_empty() {
        progress(Step::Said(said));
    }
    let component = guests.components()?.pop();
    // One package was asked for, and there is one component for each.
    component
        .map(|component| component.bytes)
        .ok_or_else(|| BuildError::NoProject { folder: folder.to_owned() })
}
