//! What `install` assembles, in memory: the host commits it, or drops it.

use std::collections::{BTreeMap, HashMap};

use marketplace_archive::PackagePath;
use serde::{Deserialize, Serialize};

use crate::bindings::staging::StagingError;
use crate::{Limits, Quantity, text};

/// An item, assembled and not yet live. Paths follow the rules of
/// [`PackagePath`], differ after case folding, and none is both file and folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    /// Where each file of the item comes from, by its path in the item.
    pub files: BTreeMap<String, Source>,
    /// What the install target's registry will say, by key.
    pub registry: BTreeMap<String, serde_json::Value>,
}

/// Where a file of an item comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The package's file at this path. No byte of it entered the sandbox.
    Package(String),
    /// The adapter wrote it.
    Bytes(Vec<u8>),
}

/// What a name in the item is already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

/// A [`Staged`] being filled, under a quota.
pub(crate) struct Staging {
    staged: Staged,
    /// Every file and folder by its folded name, with its spelling.
    names: HashMap<String, (String, Kind)>,
    written: usize,
    registered: usize,
    quota: Quota,
}

struct Quota {
    files: usize,
    bytes: usize,
    entries: usize,
    registry: usize,
    word: usize,
}

impl Staging {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            staged: Staged::default(),
            names: HashMap::new(),
            written: 0,
            registered: 0,
            quota: Quota {
                files: limits.staged_files,
                bytes: limits.staged_bytes,
                entries: limits.registry_entries,
                registry: limits.registry_bytes,
                word: limits.word_bytes,
            },
        }
    }

    pub(crate) fn quantity(&self) -> Quantity {
        Quantity {
            files: self.names.len(),
            bytes: self.written,
            entries: self.staged.registry.len(),
            entry_bytes: self.registered,
        }
    }

    pub(crate) fn finish(self) -> Staged {
        self.staged
    }

    /// Puts the package's file `source`, which exists, at `target`.
    pub(crate) fn place(&mut self, source: String, target: &str) -> Result<(), StagingError> {
        self.claim(target)?;
        self.staged.files.insert(target.to_owned(), Source::Package(source));
        Ok(())
    }

    /// Puts `bytes` at `target`.
    pub(crate) fn write(&mut self, target: &str, bytes: Vec<u8>) -> Result<(), StagingError> {
        if bytes.len() > self.quota.bytes - self.written {
            return Err(StagingError::QuotaExceeded);
        }
        self.claim(target)?;
        self.written += bytes.len();
        self.staged.files.insert(target.to_owned(), Source::Bytes(bytes));
        Ok(())
    }

    /// Adds a registry entry of `size` bytes as it was written.
    pub(crate) fn register(
        &mut self,
        key: String,
        value: serde_json::Value,
        size: usize,
    ) -> Result<(), StagingError> {
        if !text::is_word(&key, self.quota.word) {
            return Err(StagingError::BadPath(text::line(&key, self.quota.word)));
        }
        if self.staged.registry.contains_key(&key) {
            return Err(StagingError::AlreadyExists(key));
        }
        let size = size + key.len();
        if self.staged.registry.len() >= self.quota.entries || size > self.quota.registry - self.registered {
            return Err(StagingError::QuotaExceeded);
        }
        self.registered += size;
        self.staged.registry.insert(key, value);
        Ok(())
    }

    /// Takes `target` for a file, if nothing is in the way on any file system: one that
    /// ignores case must not merge what this one keeps apart. Folders come by themselves, and
    /// count: a file could bring thirty of them, for the host to remember and the disk to hold.
    fn claim(&mut self, target: &str) -> Result<(), StagingError> {
        if self.names.len() >= self.quota.files {
            return Err(StagingError::QuotaExceeded);
        }
        let path: PackagePath =
            target.parse().map_err(|_| StagingError::BadPath(text::line(target, self.quota.word)))?;
        let folded = path.fold();
        if self.names.contains_key(&folded) {
            return Err(StagingError::AlreadyExists(target.to_owned()));
        }
        let folders: Vec<(&str, &str)> = ancestors(&folded).zip(ancestors(target)).collect();
        let mut new = 1;
        for (folded, spelling) in &folders {
            match self.names.get(*folded) {
                Some((known, Kind::Folder)) if known == spelling => {}
                Some(_) => return Err(StagingError::AlreadyExists(target.to_owned())),
                None => new += 1,
            }
        }
        if new > self.quota.files - self.names.len() {
            return Err(StagingError::QuotaExceeded);
        }
        for (folded, spelling) in folders {
            self.names.entry(folded.to_owned()).or_insert_with(|| (spelling.to_owned(), Kind::Folder));
        }
        self.names.insert(folded, (target.to_owned(), Kind::File));
        Ok(())
    }
}

/// The folders that a path is in, outermost first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn staging() -> Staging {
        Staging::new(&Limits {
            staged_files: 4,
            staged_bytes: 10,
            registry_entries: 2,
            registry_bytes: 20,
            ..Limits::default()
        })
    }

    #[test]
    fn a_path_that_leads_outside_is_refused() {
        for bad in ["../x", "/etc/passwd", "a/../../b", "C:\\x", "", "a//b", "a/"] {
            assert!(matches!(staging().place("s".into(), bad), Err(StagingError::BadPath(_))), "{bad:?}");
        }
    }

    #[test]
    fn names_that_differ_only_in_case_are_the_same_name() {
        let mut staging = staging();
        staging.write("Read.me", vec![]).unwrap();
        assert!(matches!(staging.write("read.ME", vec![]), Err(StagingError::AlreadyExists(_))));
        staging.write("Docs/a", vec![]).unwrap();
        assert!(matches!(staging.write("docs/b", vec![]), Err(StagingError::AlreadyExists(_))));
        staging.write("Docs/b", vec![]).unwrap();
    }

    #[test]
    fn nothing_is_both_file_and_folder() {
        let mut staging = staging();
        staging.write("a/b", vec![]).unwrap();
        assert!(matches!(staging.write("a", vec![]), Err(StagingError::AlreadyExists(_))));
        assert!(matches!(staging.write("a/b/c", vec![]), Err(StagingError::AlreadyExists(_))));
    }

    #[test]
    fn the_folders_that_a_file_brings_count_as_files_do() {
        let mut staging = staging();
        assert!(matches!(staging.write("a/b/c/d/e", vec![]), Err(StagingError::QuotaExceeded)));
        staging.write("a/b/c", vec![]).unwrap();
        assert!(matches!(staging.write("b/c", vec![]), Err(StagingError::QuotaExceeded)));
        staging.write("a/b/d", vec![]).unwrap();
        assert!(matches!(staging.write("e", vec![]), Err(StagingError::QuotaExceeded)));
    }

    #[test]
    fn quotas_hold() {
        let mut staging = staging();
        assert!(matches!(staging.write("big", vec![0; 11]), Err(StagingError::QuotaExceeded)));
        staging.write("a", vec![0; 10]).unwrap();
        assert!(matches!(staging.write("b", vec![0]), Err(StagingError::QuotaExceeded)));
        for target in ["b", "c", "d"] {
            staging.place("s".into(), target).unwrap();
        }
        assert!(matches!(staging.place("s".into(), "e"), Err(StagingError::QuotaExceeded)));

        let value = || serde_json::json!(1);
        staging.register("k".into(), value(), 1).unwrap();
        assert!(matches!(staging.register("k".into(), value(), 1), Err(StagingError::AlreadyExists(_))));
        assert!(matches!(staging.register("l".into(), value(), 18), Err(StagingError::QuotaExceeded)));
        staging.register("l".into(), value(), 17).unwrap();
        assert!(matches!(staging.register("m".into(), value(), 0), Err(StagingError::QuotaExceeded)));
        assert!(matches!(staging.register("\u{1b}".into(), value(), 0), Err(StagingError::BadPath(_))));
    }
}
