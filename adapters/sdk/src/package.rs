//! The unpacked package, read-only, as the host shows it.

use crate::Finding;
use crate::bindings::contents::{self, Entry, ReadError};
use crate::files::{Files, missing};
use crate::findings::refuse;

/// The unpacked package. Reading is a call to the host: read what is needed, once.
pub(crate) struct Package {
    /// Sorted by path.
    entries: Vec<Entry>,
}

impl Package {
    /// What the host shows this call.
    pub(crate) fn shown() -> Self {
        Self { entries: contents::entries() }
    }
}

impl Files for Package {
    fn paths(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    fn size(&self, path: &str) -> Option<u64> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        Some(self.entries[at].size)
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
