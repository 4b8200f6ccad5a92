//! The unpacked package, as the sandbox may show it to an adapter.

use std::io::{self, Read, Seek, SeekFrom};

use cap_std::fs::Dir;
use marketplace_archive::{Tree, TreeFile};
use marketplace_sandbox::{ContentEntry, Contents};

/// An unpacked package: a folder without a way out, and the list of what is in it.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) folder: Dir,
    pub(super) tree: Tree,
}

impl Unpacked {
    /// The file at `path`, if the package has one.
    pub(super) fn find(&self, path: &str) -> Option<&TreeFile> {
        let at = self.tree.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(&self.tree.files[at])
    }
}

impl Contents for Unpacked {
    fn entries(&self) -> Vec<ContentEntry> {
        let entry = |file: &TreeFile| ContentEntry { path: file.path.to_string(), size: file.size };
        self.tree.files.iter().map(entry).collect()
    }

    fn read_range(&self, path: &str, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        // Only what the list names: the folder is not asked about other names.
        if self.find(path).is_none() {
            return Ok(None);
        }
        let mut file = self.folder.open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}
