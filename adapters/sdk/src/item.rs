//! Where `install` assembles the item: the host's staging area when it is real, memory when it is tested.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::bindings::staging::{self, StagingError};
use crate::findings::refuse;
use crate::{Files, Finding, paths};

/// The staging area. Nothing in it is live until the host commits it; if the call fails, nothing of it ever existed.
pub trait Item {
    /// Puts a package file into the item. No byte enters the sandbox.
    ///
    /// # Errors
    /// `staging.…`, as the host refuses it.
    fn place(&mut self, source: &str, target: &str) -> Result<(), Vec<Finding>>;

    /// Writes a file of the adapter's own making.
    ///
    /// # Errors
    /// `staging.…`, as the host refuses it.
    fn write(&mut self, target: &str, bytes: &[u8]) -> Result<(), Vec<Finding>>;

    /// Adds an entry to the registry that this category's install target reads.
    ///
    /// # Errors
    /// `staging.…`, as the host refuses it.
    fn register(&mut self, key: &str, value: &Value) -> Result<(), Vec<Finding>>;

    /// Puts every file of the package into the item, where it is.
    ///
    /// # Errors
    /// As [`Item::place`], for the first one.
    fn place_all(&mut self, package: &dyn Files) -> Result<(), Vec<Finding>> {
        package.paths().into_iter().try_for_each(|path| self.place(path, path))
    }
}

/// The staging area that the host holds ready for a call of `install`.
#[derive(Debug)]
pub(crate) struct Host;

impl Item for Host {
    fn place(&mut self, source: &str, target: &str) -> Result<(), Vec<Finding>> {
        staging::place(source, target).map_err(|error| explain(error, target))
    }

    fn write(&mut self, target: &str, bytes: &[u8]) -> Result<(), Vec<Finding>> {
        staging::write(target, bytes).map_err(|error| explain(error, target))
    }

    fn register(&mut self, key: &str, value: &Value) -> Result<(), Vec<Finding>> {
        staging::register(key, &value.to_string()).map_err(|error| explain(error, key))
    }
}

/// What a file of an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The package's file of this path.
    Package(String),
    /// Written by the adapter.
    Bytes(Vec<u8>),
}

/// An item in memory, to test `install` natively. It refuses what the host does, but for the quotas.
///
/// ```
/// use marketplace_adapter_sdk::files::Memory;
/// use marketplace_adapter_sdk::item::{Item, Source, Staged};
///
/// let package: Memory = [("note.txt", "a note")].into_iter().collect();
/// let mut item = Staged::of(&package);
/// item.place("note.txt", "notes/note.txt").unwrap();
/// assert_eq!(item.files["notes/note.txt"], Source::Package("note.txt".into()));
/// assert!(item.place("note.txt", "Notes/NOTE.txt").is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Staged {
    /// By path.
    pub files: BTreeMap<String, Source>,
    /// By key.
    pub registry: BTreeMap<String, Value>,
    package: BTreeSet<String>,
}

impl Staged {
    /// Nothing yet, of the files of a package.
    #[must_use]
    pub fn of(package: &dyn Files) -> Self {
        Self { package: package.paths().into_iter().map(str::to_owned).collect(), ..Self::default() }
    }

    fn stage(&mut self, target: &str, source: Source) -> Result<(), Vec<Finding>> {
        if !paths::is_portable(target) {
            return Err(explain(StagingError::BadPath(target.into()), target));
        }
        // Systems that do not tell case apart would have one file of two; and none has a file and a folder of one name.
        let wanted = target.to_lowercase();
        let below =
            |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let taken = self.files.keys().map(|path| path.to_lowercase());
        if taken.into_iter().any(|path| path == wanted || below(&path, &wanted) || below(&wanted, &path)) {
            return Err(explain(StagingError::AlreadyExists(target.into()), target));
        }
        self.files.insert(target.into(), source);
        Ok(())
    }
}

impl Item for Staged {
    fn place(&mut self, source: &str, target: &str) -> Result<(), Vec<Finding>> {
        if !self.package.contains(source) {
            return Err(explain(StagingError::NotFound(source.into()), target));
        }
        self.stage(target, Source::Package(source.into()))
    }

    fn write(&mut self, target: &str, bytes: &[u8]) -> Result<(), Vec<Finding>> {
        self.stage(target, Source::Bytes(bytes.into()))
    }

    fn register(&mut self, key: &str, value: &Value) -> Result<(), Vec<Finding>> {
        if self.registry.contains_key(key) {
            return Err(explain(StagingError::AlreadyExists(key.into()), key));
        }
        self.registry.insert(key.into(), value.clone());
        Ok(())
    }
}

fn explain(error: StagingError, subject: &str) -> Vec<Finding> {
    let (rule, message) = match error {
        StagingError::BadPath(path) => {
            ("staging.bad-path", format!("`{path}` is no name that an installed item may have."))
        }
        StagingError::NotFound(path) => ("staging.not-found", format!("The package has no file `{path}`.")),
        StagingError::AlreadyExists(path) => {
            ("staging.already-exists", format!("`{path}` would be installed twice."))
        }
        StagingError::QuotaExceeded => (
            "staging.quota-exceeded",
            "The item is larger than an installed item may be. Make it smaller.".to_owned(),
        ),
    };
    refuse(rule, subject, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::files::Memory;

    fn package() -> Memory {
        [("note.txt", "a note"), ("img/a.png", "")].into_iter().collect()
    }

    fn rule(refused: Result<(), Vec<Finding>>) -> String {
        refused.unwrap_err().remove(0).rule
    }

    #[test]
    fn an_item_in_memory_has_what_was_staged() {
        let mut item = Staged::of(&package());
        item.place_all(&package()).unwrap();
        item.write("index.txt", b"note").unwrap();
        item.register("note", &serde_json::json!({"file": "note.txt"})).unwrap();
        assert_eq!(item.files.keys().collect::<Vec<_>>(), ["img/a.png", "index.txt", "note.txt"]);
        assert_eq!(item.files["index.txt"], Source::Bytes(b"note".to_vec()));
        assert_eq!(item.registry["note"]["file"], "note.txt");
    }

    #[test]
    fn an_item_in_memory_refuses_what_the_host_does() {
        let mut item = Staged::of(&package());
        item.place("note.txt", "a/note.txt").unwrap();
        for (target, expected) in [
            ("a/note.txt", "staging.already-exists"),
            ("A/Note.txt", "staging.already-exists"),
            ("a", "staging.already-exists"),
            ("a/note.txt/more", "staging.already-exists"),
            ("../x", "staging.bad-path"),
            ("/x", "staging.bad-path"),
        ] {
            assert_eq!(rule(item.place("note.txt", target)), expected, "{target}");
            assert_eq!(rule(item.write(target, b"")), expected, "{target}");
        }
        assert_eq!(rule(item.place("none.txt", "b")), "staging.not-found");
        item.register("note", &Value::Null).unwrap();
        assert_eq!(rule(item.register("note", &Value::Null)), "staging.already-exists");
        assert_eq!((item.files.len(), item.registry.len()), (1, 1), "an error stages nothing");
    }
}
