//! A package's files: from the host when it is real, from memory when it is tested.

use std::collections::BTreeMap;

use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::{Finding, Package};

/// Read-only files with safe, relative, `/`-separated paths.
pub trait Files {
    /// Every path, sorted.
    fn paths(&self) -> Vec<&str>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// `package.missing`, `package.too-large`.
    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>>;

    /// The first `length` bytes of a file, or all of it if it is shorter.
    ///
    /// # Errors
    /// `package.missing`.
    fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>>;

    /// Whether there is a file at `path`.
    fn has(&self, path: &str) -> bool {
        self.paths().binary_search(&path).is_ok()
    }

    /// A file's text.
    ///
    /// # Errors
    /// As [`Files::read`], and `package.not-utf8`.
    fn read_text(&self, path: &str) -> Result<String, Vec<Finding>> {
        String::from_utf8(self.read(path)?).map_err(|_| {
            refuse("package.not-utf8", path, format!("`{path}` is not UTF-8 text. Save it as UTF-8."))
        })
    }
}

impl Files for Package {
    fn paths(&self) -> Vec<&str> {
        self.entries().iter().map(|entry| entry.path.as_str()).collect()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        Self::read(self, path)
    }

    fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        Self::read_start(self, path, length)
    }

    fn has(&self, path: &str) -> bool {
        Self::has(self, path)
    }
}

/// A package in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }
}

impl Files for Memory {
    fn paths(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        let missing =
            || refuse("package.missing", path, format!("The package has no file `{path}`. Add it."));
        self.0.get(path).cloned().ok_or_else(missing)
    }

    fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        self.read(path).map(|mut bytes| {
            bytes.truncate(length as usize);
            bytes
        })
    }
}
