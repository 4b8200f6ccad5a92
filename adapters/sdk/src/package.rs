//! The unpacked package, read-only, as the host shows it.

use crate::Finding;
use crate::bindings::marketplace::category::contents::{self, ReadError};
use crate::files::{Files, missing};
use crate::findings::refuse;

/// The unpacked package; its files are read as [`Files`]. Reading is a call to the host: read what is needed, once.
#[derive(Debug)]
pub struct Package {
    entries: Vec<Entry>,
}

/// One file of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative, `/`-separated, already safe.
    pub path: String,
    /// In bytes.
    pub size: u64,
}

impl Package {
    /// What the host shows this call.
    #[doc(hidden)]
    #[must_use]
    pub fn shown() -> Self {
        Self {
            entries: contents::entries().into_iter().map(|e| Entry { path: e.path, size: e.size }).collect(),
        }
    }

    /// Every file, sorted by path.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The file at `path`, if there is one.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Entry> {
        self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok().map(|at| &self.entries[at])
    }
}

impl Files for Package {
    fn paths(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.find(path).map(|entry| entry.size)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        contents::read(path).map_err(|error| match error {
            ReadError::NotFound => missing(path),
            ReadError::TooLarge(limit) => refuse(
                "package.too-large",
                path,
                format!("`{path}` is larger than the {limit} bytes that can be checked. Make it smaller."),
            ),
        })
    }

    fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        contents::read_range(path, 0, length).map_err(|_| missing(path))
    }
}
