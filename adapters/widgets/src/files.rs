//! The package, as the checks see it: a host's package, or a map in a test.

use std::collections::BTreeMap;

use marketplace_adapter_sdk::{Finding, Package, findings::refuse};

/// Read-only files with safe, relative, `/`-separated paths.
pub trait Files {
    /// Every path, sorted.
    fn paths(&self) -> Vec<&str>;

    /// In bytes; `None` if there is no such file.
    fn size(&self, path: &str) -> Option<u64>;

    /// The whole file.
    ///
    /// # Errors
    /// `package.missing`, `package.too-large`.
    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>>;

    /// At most the first `length` bytes.
    ///
    /// # Errors
    /// `package.missing`.
    fn start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>>;
}

impl Files for Package {
    fn paths(&self) -> Vec<&str> {
        self.entries().iter().map(|entry| entry.path.as_str()).collect()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.find(path).map(|entry| entry.size)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        self.read(path)
    }

    fn start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        self.read_start(path, length)
    }
}

impl Files for BTreeMap<String, Vec<u8>> {
    fn paths(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.get(path).map(|bytes| bytes.len() as u64)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        self.get(path).cloned().ok_or_else(|| {
            refuse("package.missing", path, format!("The package has no file `{path}`. Add it."))
        })
    }

    fn start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        let mut bytes = Files::read(self, path)?;
        bytes.truncate(length as usize);
        Ok(bytes)
    }
}
