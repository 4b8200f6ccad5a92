//! Where entries become files: names made unique, bytes counted, modes fixed. Both formats end here.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use cap_std::fs::{Dir, DirBuilder, DirBuilderExt, OpenOptions, OpenOptionsExt, Permissions, PermissionsExt};
use marketplace_manifest::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::names::{Kind, Names};
use crate::path::PackagePath;
use crate::tree::{Tree, TreeFile};

const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;
const BUFFER: usize = 128 * 1024;

/// How far unpacking is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files and folders so far.
    pub entries: u64,
    /// Bytes of files so far.
    pub bytes: u64,
}

/// The folder being filled.
pub(crate) struct Unpacker<'a> {
    into: &'a Dir,
    limits: &'a Limits,
    progress: &'a dyn Fn(Progress) -> ControlFlow<()>,
    names: Names,
    /// The folder of the last file, open: archives keep a folder's files together.
    parent: Option<(String, Dir)>,
    files: Vec<TreeFile>,
    done: Progress,
    buffer: Vec<u8>,
}

impl<'a> Unpacker<'a> {
    pub(crate) fn new(
        into: &'a Dir,
        limits: &'a Limits,
        progress: &'a dyn Fn(Progress) -> ControlFlow<()>,
    ) -> Self {
        Self {
            into,
            limits,
            progress,
            names: Names::default(),
            parent: None,
            files: Vec::new(),
            done: Progress::default(),
            buffer: vec![0; BUFFER],
        }
    }

    /// Makes a folder that the archive names.
    pub(crate) fn folder(&mut self, path: &PackagePath) -> Result<(), ArchiveError> {
        self.claim(path, Kind::Folder)
    }

    /// Makes a file from all that `contents` gives, and returns its size.
    /// Errors of `contents` are taken as its decoder's: see [`ArchiveError::from_decoder`].
    pub(crate) fn file(&mut self, path: PackagePath, contents: &mut dyn Read) -> Result<u64, ArchiveError> {
        self.claim(&path, Kind::File)?;
        let doing = "write an unpacked file";
        let mut options = OpenOptions::new();
        // Made new: a name that is there already is a duplicate that went unseen, or somebody else's file.
        options.write(true).create_new(true).mode(FILE_MODE);
        let (parent, name) = path.split();
        let file = self.open_parent(parent)?.open_with(name, &options).map_err(ArchiveError::io(doing))?;
        // The umask may have taken bits away.
        file.set_permissions(Permissions::from_mode(FILE_MODE)).map_err(ArchiveError::io(doing))?;
        let mut file = file.into_std();

        let mut hash = Sha256::new();
        let mut size = 0;
        loop {
            let count = match contents.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ArchiveError::from_decoder(path.as_str(), error)),
            };
            size += count as u64;
            self.done.bytes += count as u64;
            if size > self.limits.file_bytes {
                return Err(ArchiveError::FileTooLarge {
                    path: path.to_string(),
                    limit: self.limits.file_bytes,
                });
            }
            if self.done.bytes > self.limits.unpacked_bytes {
                return Err(ArchiveError::UnpackedTooLarge { limit: self.limits.unpacked_bytes });
            }
            let bytes = &self.buffer[..count];
            hash.update(bytes);
            file.write_all(bytes).map_err(ArchiveError::io(doing))?;
            self.go_on()?;
        }
        self.go_on()?;
        self.files.push(TreeFile { path, size, sha256: Digest::new(hash.finalize().into()) });
        Ok(size)
    }

    pub(crate) fn finish(mut self) -> Result<Tree, ArchiveError> {
        if self.files.is_empty() {
            return Err(ArchiveError::Empty);
        }
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { files: self.files })
    }

    fn go_on(&self) -> Result<(), ArchiveError> {
        match (self.progress)(self.done) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ArchiveError::Stopped),
        }
    }

    fn claim(&mut self, path: &PackagePath, kind: Kind) -> Result<(), ArchiveError> {
        let into = self.into;
        self.names.claim(path, kind, self.limits, |folder| make_folder(into, folder))?;
        self.done.entries = self.names.count();
        Ok(())
    }

    fn open_parent(&mut self, parent: Option<&str>) -> Result<&Dir, ArchiveError> {
        let Some(path) = parent else { return Ok(self.into) };
        if self.parent.as_ref().is_none_or(|(open, _)| open != path) {
            let dir = self.into.open_dir(path).map_err(ArchiveError::io("open an unpacked folder"))?;
            self.parent = Some((path.to_owned(), dir));
        }
        Ok(self.parent.as_ref().map_or(self.into, |(_, dir)| dir))
    }
}

fn make_folder(into: &Dir, path: &str) -> Result<(), ArchiveError> {
    let doing = "make an unpacked folder";
    let mut builder = DirBuilder::new();
    builder.mode(FOLDER_MODE);
    into.create_dir_with(path, &builder).map_err(ArchiveError::io(doing))?;
    into.set_permissions(path, Permissions::from_mode(FOLDER_MODE)).map_err(ArchiveError::io(doing))
}
