//! What is tested: a component, or a project's folder with its component and its cases.

use std::path::{Path, PathBuf};

/// The folder of a project that has its cases.
const CASES: &str = "cases";

/// A component's file, and where its cases are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The component.
    pub component: PathBuf,
    /// The folder of its cases, where there is one.
    pub cases: Option<PathBuf>,
}

/// Why there is nothing to test.
#[derive(Debug, thiserror::Error)]
pub enum TestedError {
    /// The name leads nowhere.
    #[error("there is no {0}; name a component's file, or the folder of an adapter's project")]
    Nothing(PathBuf),
    /// The folder was not built yet.
    #[error("{0} has no component; build it: marketplace adapter build {0}")]
    NotBuilt(String),
    /// Nobody can tell which one is meant.
    #[error("{folder} has {}; name the one to test, and its cases with --cases", .files.join(" and "))]
    Several {
        /// The folder.
        folder: String,
        /// The components in it.
        files: Vec<String>,
    },
    /// The folder cannot be read.
    #[error("{folder}: {source}")]
    Read {
        /// The folder.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
}

impl Tested {
    /// A file is the component itself, without cases. A folder is a project: the one `.wasm` in it, and its `cases`.
    ///
    /// # Errors
    /// See [`TestedError`].
    pub fn find(path: &Path) -> Result<Self, TestedError> {
        if path.is_file() {
            return Ok(Self { component: path.to_owned(), cases: None });
        }
        if !path.is_dir() {
            return Err(TestedError::Nothing(path.to_owned()));
        }
        let folder = path.display().to_string();
        let failed = |source| TestedError::Read { folder: folder.clone(), source };
        let mut components = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_file() && path.extension().is_some_and(|extension| extension == "wasm") {
                components.push(path);
            }
        }
        components.sort();
        let cases = Some(path.join(CASES)).filter(|cases| cases.is_dir());
        match components.as_slice() {
            [] => Err(TestedError::NotBuilt(folder)),
            [component] => Ok(Self { component: component.clone(), cases }),
            several => {
                let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
                Err(TestedError::Several { folder, files: several.iter().filter_map(name).collect() })
            }
        }
    }
}
