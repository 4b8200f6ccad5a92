//! Reading cases, strictly.

use std::io;
use std::path::{Path, PathBuf};

use marketplace_manifest::strict::parse_yaml;
use serde_json::Value;

use super::Expected;

/// What a manifest may be called, as for `marketplace pack`.
const MANIFESTS: [&str; 3] = ["manifest.yaml", "manifest.yml", "manifest.json"];

/// The folder with the package's files.
const PACKAGE: &str = "package";

/// What else is asked.
const ASKED: &str = "case.yaml";

/// What must come of it.
const EXPECTED: &str = "expected.json";

/// The bytes of a `case.yaml`: a list of permissions, and no more.
const ASKED_BYTES: usize = 64 * 1024;

/// One case, as it was read.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    /// Its manifest, as it was written.
    pub manifest: Vec<u8>,
    /// The folder of its package.
    pub package: PathBuf,
    /// The permissions of an earlier release, to compare with.
    pub consented: Option<Vec<String>>,
    /// What must come of it; `None` before it was ever written.
    pub expected: Option<Value>,
    folder: PathBuf,
}

/// Why a case cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The folder of all cases is not there.
    #[error("there is no folder {0}; a case is a folder in it, with a manifest.yaml and a folder `package`")]
    NoCases(PathBuf),
    /// Beside the cases lies something else.
    #[error("{0} is no folder of a case; in the folder of cases there are cases alone")]
    Stray(PathBuf),
    /// A name that no case has anything of.
    #[error(
        "{0} is no part of a case, which has `manifest.yaml`, `package`, `expected.json` and, if it compares with an \
         earlier release, `case.yaml`; correct its name, or move it away"
    )]
    Unknown(PathBuf),
    /// There is no manifest.
    #[error("{0} has no manifest.yaml; write what the author of the package would")]
    NoManifest(PathBuf),
    /// Nobody can tell which manifest is meant.
    #[error("{0} has {1} and {2}; keep one")]
    TwoManifests(PathBuf, &'static str, &'static str),
    /// There is no package.
    #[error("{0} has no folder `package`; put the package's files there")]
    NoPackage(PathBuf),
    /// The manifest says what is only known when the package is packed.
    #[error("{file} says `{field}`; leave it out, since the package is packed anew for each test")]
    Filled {
        /// The manifest.
        file: PathBuf,
        /// The field.
        field: &'static str,
    },
    /// A file says something else than it may.
    #[error("{file}: {reason}")]
    Malformed {
        /// The file.
        file: PathBuf,
        /// What it may say.
        reason: String,
    },
    /// The disk said no.
    #[error("{path}: {source}")]
    Io {
        /// What was read or written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The package could not be packed or asked about, through no fault of it.
    #[error(transparent)]
    Host(#[from] crate::pipeline::PipelineError),
}

/// A case by the name of its folder, or why it is none.
pub type Named = (String, Result<Case, CaseError>);

/// Every case in a folder, by name.
///
/// # Errors
/// When there is no such folder, or something else than cases in it.
pub fn discover(folder: &Path) -> Result<Vec<Named>, CaseError> {
    if !folder.is_dir() {
        return Err(CaseError::NoCases(folder.to_owned()));
    }
    let mut cases = Vec::new();
    for path in entries(folder)? {
        let name = path.file_name().and_then(|name| name.to_str());
        match name.filter(|_| path.is_dir()) {
            Some(name) => cases.push((name.to_owned(), Case::read(&path, name))),
            None => return Err(CaseError::Stray(path)),
        }
    }
    Ok(cases)
}

/// What lies in a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let failed = |source| CaseError::Io { path: folder.to_owned(), source };
    let read = std::fs::read_dir(folder).map_err(failed)?;
    let mut paths = read.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}

impl Case {
    /// Reads the case in a folder.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub fn read(folder: &Path, name: &str) -> Result<Self, CaseError> {
        let known = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            MANIFESTS.contains(&name) || [PACKAGE, ASKED, EXPECTED].contains(&name)
        };
        if let Some(stray) = entries(folder)?.into_iter().find(|path| !known(path)) {
            return Err(CaseError::Unknown(stray));
        }
        let manifests: Vec<_> = MANIFESTS.into_iter().filter(|name| folder.join(name).is_file()).collect();
        let manifest = match manifests.as_slice() {
            [] => return Err(CaseError::NoManifest(folder.to_owned())),
            [one] => bytes(&folder.join(one))?,
            [one, another, ..] => return Err(CaseError::TwoManifests(folder.to_owned(), one, another)),
        };
        let package = folder.join(PACKAGE);
        if !package.is_dir() {
            return Err(CaseError::NoPackage(folder.to_owned()));
        }
        let asked = folder.join(ASKED);
        let consented = if asked.is_file() { Some(consented(&asked)?) } else { None };
        let file = folder.join(EXPECTED);
        let expected = if file.is_file() { Some(expected(&file)?) } else { None };
        Ok(Self { name: name.to_owned(), manifest, package, consented, expected, folder: folder.to_owned() })
    }

    /// Writes down what came of it: whole, or not at all.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn expect(&self, found: &Value) -> Result<(), CaseError> {
        let path = self.folder.join(EXPECTED);
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            io::Write::write_all(&mut file, super::pretty(found).as_bytes())?;
            #[cfg(unix)]
            {
                // As any source file, not as a secret.
                use std::os::unix::fs::PermissionsExt as _;
                file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
            }
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| CaseError::Io { path: path.clone(), source })
    }

    /// The manifest's file, for messages.
    pub(super) fn manifest_file(&self) -> PathBuf {
        let name = MANIFESTS.into_iter().find(|name| self.folder.join(name).is_file());
        self.folder.join(name.unwrap_or(MANIFESTS[0]))
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, CaseError> {
    std::fs::read(path).map_err(|source| CaseError::Io { path: path.to_owned(), source })
}

fn consented(file: &Path) -> Result<Vec<String>, CaseError> {
    let malformed = |reason: String| CaseError::Malformed { file: file.to_owned(), reason };
    let value = parse_yaml(&bytes(file)?, ASKED_BYTES).map_err(|error| malformed(error.to_string()))?;
    let rule = "it says `consented`, a list of permissions, and nothing else";
    let Value::Object(fields) = value else { return Err(malformed(rule.into())) };
    if let Some(stray) = fields.keys().find(|key| *key != "consented") {
        return Err(malformed(format!("`{stray}` is unknown; {rule}")));
    }
    let list = fields.get("consented").cloned().unwrap_or_default();
    serde_json::from_value(list).map_err(|_| malformed(rule.into()))
}

fn expected(file: &Path) -> Result<Value, CaseError> {
    let bytes = bytes(file)?;
    let malformed = |error: serde_json::Error| CaseError::Malformed {
        file: file.to_owned(),
        reason: format!("{error}; `marketplace adapter test --update` writes it anew once it is removed"),
    };
    serde_json::from_slice::<Expected>(&bytes).map_err(malformed)?;
    serde_json::from_slice(&bytes).map_err(malformed)
}
