//! Sealing and unpacking in one step.

use std::cell::Cell;
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use marketplace_archive::{ArchiveError, Limits, Progress, Sealed, Tree};
use tempfile::TempDir;

pub fn seal(bytes: &[u8]) -> Sealed {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    Sealed::open(file, &Limits::default()).unwrap()
}

/// A folder in a folder, so that whatever is written next to it is seen.
pub struct Place {
    pub outer: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let outer = TempDir::new().unwrap();
        std::fs::create_dir(outer.path().join("into")).unwrap();
        Self { outer }
    }

    pub fn dir(&self) -> Dir {
        Dir::open_ambient_dir(self.outer.path().join("into"), ambient_authority()).unwrap()
    }

    pub fn assert_nothing_outside(&self) {
        let names: Vec<_> =
            std::fs::read_dir(self.outer.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["into"]);
    }
}

pub fn unpack_with(bytes: &[u8], limits: &Limits) -> (Place, Result<Tree, ArchiveError>) {
    let place = Place::new();
    let last = Cell::new(Progress::default());
    let tree = seal(bytes).unpack_watched(&place.dir(), limits, &|progress| {
        last.set(progress);
        ControlFlow::Continue(())
    });
    place.assert_nothing_outside();
    if let Ok(tree) = &tree {
        assert_eq!(last.get().bytes, tree.size());
    }
    (place, tree)
}

pub fn unpack(bytes: &[u8]) -> Result<Tree, ArchiveError> {
    unpack_with(bytes, &Limits::default()).1
}

/// The code and the message of the refusal.
#[track_caller]
pub fn refusal(bytes: &[u8]) -> (&'static str, String) {
    let error = unpack(bytes).expect_err("this archive must be refused");
    assert!(error.is_refusal(), "{error}");
    (error.code(), error.to_string())
}

#[track_caller]
pub fn assert_refused(bytes: &[u8], code: &str) {
    let (found, message) = refusal(bytes);
    assert_eq!(found, code, "{message}");
}

pub fn paths(tree: &Tree) -> Vec<&str> {
    tree.files.iter().map(|file| file.path.as_str()).collect()
}
