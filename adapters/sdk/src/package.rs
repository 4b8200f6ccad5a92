//! The unpacked package, read-only, as the host shows it.

use crate::Finding;
use crate::bindings::marketplace::category::contents::{self, ReadError};
use crate::findings::refuse;

/// The unpacked package. Reading is a call to the host: read what is needed, once.
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

    /// Whether there is a file at `path`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// `package.missing` if it is not there, `package.too-large` if it is larger than
    /// the host lets an adapter read at once.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        contents::read(path).map_err(|error| match error {
            ReadError::NotFound => {
                refuse("package.missing", path, format!("The package has no file `{path}`. Add it."))
            }
            ReadError::TooLarge(limit) => refuse(
                "package.too-large",
                path,
                format!("`{path}` is larger than the {limit} bytes that can be checked. Make it smaller."),
            ),
        })
    }

    /// A file's text.
    ///
    /// # Errors
    /// As [`Package::read`], and `package.not-utf8`.
    pub fn read_text(&self, path: &str) -> Result<String, Vec<Finding>> {
        String::from_utf8(self.read(path)?).map_err(|_| {
            refuse("package.not-utf8", path, format!("`{path}` is not UTF-8 text. Save it as UTF-8."))
        })
    }

    /// The first `length` bytes of a file, or all of it if it is shorter.
    ///
    /// # Errors
    /// As [`Package::read`].
    pub fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        contents::read_range(path, 0, length).map_err(|_| {
            refuse("package.missing", path, format!("The package has no file `{path}`. Add it."))
        })
    }
}
