//! Where entries become files: names made unique, bytes counted, modes fixed. Both formats end here.

use std::io::Read;
use std::ops::ControlFlow;

use cap_std::fs::{Dir, DirBuilder, DirBuilderExt, Permissions, PermissionsExt};

use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::names::{Kind, Names};
use crate::path::PackagePath;
use crate::tree::Tree;
use crate::writer::Writer;

const FOLDER_MODE: u32 = 0o755;

/// How far unpacking is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files and folders so far.
    pub entries: u64,
    /// Bytes of files so far.
    pub bytes: u64,
}

/// The folder being filled.
pub(crate) struct Unpacker<'a, 'scope> {
    into: &'a Dir,
    limits: &'a Limits,
    progress: &'a dyn Fn(Progress) -> ControlFlow<()>,
    names: Names,
    writer: Writer<'scope>,
    done: Progress,
}

impl<'a, 'scope> Unpacker<'a, 'scope> {
    pub(crate) fn new(
        into: &'a Dir,
        limits: &'a Limits,
        progress: &'a dyn Fn(Progress) -> ControlFlow<()>,
        writer: Writer<'scope>,
    ) -> Self {
        Self { into, limits, progress, names: Names::default(), writer, done: Progress::default() }
    }

    /// Makes a folder that the archive names.
    pub(crate) fn folder(&mut self, path: &PackagePath) -> Result<(), ArchiveError> {
        self.claim(path, Kind::Folder)
    }

    /// Makes a file from all that `contents` gives, and returns its size.
    /// Errors of `contents` are taken as its decoder's: see [`ArchiveError::from_decoder`].
    pub(crate) fn file(&mut self, path: PackagePath, contents: &mut dyn Read) -> Result<u64, ArchiveError> {
        self.claim(&path, Kind::File)?;
        let mut begins = Some(path.clone());
        let mut size = 0;
        loop {
            let mut piece = self.writer.buffer();
            let count = fill(contents, &mut piece)
                .map_err(|error| ArchiveError::from_decoder(path.as_str(), error))?;
            let ends = count < piece.len();
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
            self.writer.write(begins.take(), piece, count, ends)?;
            self.go_on()?;
            if ends {
                return Ok(size);
            }
        }
    }

    /// All entries were read, or `read` says why not.
    pub(crate) fn finish(self, read: Result<(), ArchiveError>) -> Result<Tree, ArchiveError> {
        // If writing failed, nobody knows what else would have been read.
        let mut files = self.writer.finish()?;
        read?;
        if files.is_empty() {
            return Err(ArchiveError::Empty);
        }
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { files })
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
}

/// Reads until the buffer is full, or there is no more; how much there was.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn make_folder(into: &Dir, path: &str) -> Result<(), ArchiveError> {
    let doing = "make an unpacked folder";
    let mut builder = DirBuilder::new();
    builder.mode(FOLDER_MODE);
    into.create_dir_with(path, &builder).map_err(ArchiveError::io(doing))?;
    into.set_permissions(path, Permissions::from_mode(FOLDER_MODE)).map_err(ArchiveError::io(doing))
}
