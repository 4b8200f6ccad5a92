//! What an adapter is shown.

use std::io;

/// A manifest whose size, shape, hash and signature have been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestView {
    /// A category's id or its singular.
    pub kind: String,
    /// The item's name.
    pub name: String,
    /// Semantic version 2.0.0.
    pub version: String,
    /// The author who signed.
    pub author_id: String,
    /// As declared, in order.
    pub permissions: Vec<String>,
    /// The canonical JSON (RFC 8785) that the author signed.
    pub canonical: String,
}

/// One file of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentEntry {
    /// Relative, `/`-separated, safe.
    pub path: String,
    /// In bytes.
    pub size: u64,
}

/// An unpacked package, read-only.
///
/// The methods may block: the sandbox calls them on threads that are there for it, and
/// gives up after [`Limits::host_call_time`](crate::Limits::host_call_time).
pub trait Contents: Send + Sync + 'static {
    /// Every file, in any order. Asked once for each call of the adapter.
    fn entries(&self) -> Vec<ContentEntry>;

    /// Up to `length` bytes of the file at `path`, from `offset` on: fewer where the file
    /// ends. `None` if there is no such file.
    ///
    /// # Errors
    /// If it cannot be read: the call of the adapter ends as [`Failure::Host`](crate::Failure::Host).
    fn read_range(&self, path: &str, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>>;
}
