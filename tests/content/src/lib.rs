//! Real content: files that people published, without this marketplace in mind.
//!
//! Nothing of it lies in this repository. `package.json` and `requirements.txt` name the packages
//! with their digests, `scripts/setup test` fetches them, and each case in `cases/` says which of
//! their files make a package of which category, and what must come of it: accepted with exactly
//! these permissions as the fewest, or refused by exactly these rules. What an adapter gets wrong
//! is mended in the adapter, never in the case.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;

/// One package of real content.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What to call it: also the item's name.
    pub name: String,
    /// Why it is here: what it does that others do not.
    pub why: String,
    /// Which published package: `npm:NAME` or `pypi:NAME`.
    pub from: String,
    /// The files: where each goes, and where it is in the published package. A folder goes with all that is in it.
    pub files: BTreeMap<String, String>,
    /// Files that only this marketplace knows, such as a `widget.json`, by path.
    #[serde(default)]
    pub write: BTreeMap<String, String>,
    /// The fewest permissions that the contents need: then it is accepted.
    pub permissions: Option<BTreeSet<String>>,
    /// Or the rules by which it is refused.
    pub refused: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// The cases of a category, by its id: none, if nobody publishes such packages where these are fetched from.
///
/// # Panics
/// When the list of cases is wrong: a mistake in this repository.
#[must_use]
pub fn cases(category: &str) -> Vec<Case> {
    let path = here().join("cases").join(category).with_extension("toml");
    if !path.exists() {
        return Vec::new();
    }
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for case in &cases.case {
        assert!(
            case.permissions.is_some() != case.refused.is_some(),
            "{}: say either `permissions` or `refused`",
            case.name
        );
    }
    cases.case
}

impl Case {
    /// The files of the package, by path.
    ///
    /// # Panics
    /// When what it names is not there: fetched by `scripts/setup test`.
    #[must_use]
    pub fn package(&self) -> BTreeMap<String, Vec<u8>> {
        let published = self.published();
        assert!(published.is_dir(), "{} is missing: `scripts/setup test` fetches it", published.display());
        let mut files: BTreeMap<String, Vec<u8>> =
            self.write.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
        for (target, source) in &self.files {
            let source = published.join(source);
            collect(&source, target.trim_end_matches('/'), &mut files)
                .unwrap_or_else(|error| panic!("{}: {}: {error}", self.name, source.display()));
        }
        files
    }

    /// Where the published package was unpacked.
    fn published(&self) -> PathBuf {
        let content = here().join("../../.tools/content");
        match self.from.split_once(':') {
            Some(("npm", name)) => content.join("npm/node_modules").join(name),
            Some(("pypi", name)) => content.join("pypi").join(name),
            _ => panic!("{}: `{}` names no registry that is known here", self.name, self.from),
        }
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads a file, or a folder with all that is in it. `target` of `.` is the package's root.
fn collect(source: &Path, target: &str, into: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    if !source.is_dir() {
        into.insert(target.to_owned(), fs::read(source)?);
        return Ok(());
    }
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        let target = if target == "." { name.to_owned() } else { format!("{target}/{name}") };
        collect(&entry.path(), &target, into)?;
    }
    Ok(())
}
