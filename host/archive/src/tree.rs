//! What unpacking made.

use marketplace_manifest::Digest;
use sha2::{Digest as _, Sha256};

use crate::path::PackagePath;

/// One file of an unpacked package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Where it is, under the folder that was unpacked into.
    pub path: PackagePath,
    /// Its bytes.
    pub size: u64,
    /// SHA-256 of its bytes, taken while they were written.
    pub sha256: Digest,
}

/// Every file of an unpacked package, sorted by path (as bytes). Folders without files leave no trace here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The files.
    pub files: Vec<TreeFile>,
}

impl Tree {
    /// SHA-256 over the canonical listing, which names the contents whatever archive they came in:
    /// the line `marketplace-tree/1`, then for each file in order one line of its SHA-256 in
    /// lower-case hexadecimal, one space, its size in decimal, one space, its path. Each line ends
    /// in a line feed, which no [`PackagePath`] can hold.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(b"marketplace-tree/1\n");
        for TreeFile { path, size, sha256 } in &self.files {
            hash.update(format!("{sha256} {size} {path}\n"));
        }
        Digest::new(hash.finalize().into())
    }

    /// Bytes of all files together.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}
