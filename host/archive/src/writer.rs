//! Hashes and writes files on a thread of its own, while the next bytes are decompressed.

use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use cap_std::fs::{Dir, File, OpenOptions, OpenOptionsExt, Permissions, PermissionsExt};
use marketplace_manifest::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::ArchiveError;
use crate::path::PackagePath;
use crate::tree::TreeFile;

const FILE_MODE: u32 = 0o644;
/// Bytes that change threads in one go.
pub(crate) const PIECE: usize = 128 * 1024;
/// Pieces that may wait to be written: they bound the memory, and even out who is faster for a moment.
const WAITING: usize = 8;

/// A stretch of a file.
struct Piece {
    /// Of the first stretch.
    begins: Option<PackagePath>,
    /// A whole buffer, of which this many bytes are filled: to blank one anew for each file would cost more than to
    /// write it.
    buffer: Vec<u8>,
    filled: usize,
    /// Whether it is the last stretch.
    ends: bool,
    /// Of the file, if the reading thread had the time.
    hashed: Option<Digest>,
}

/// What the reading thread has of the writing one.
pub(crate) struct Writer<'scope> {
    pieces: SyncSender<Piece>,
    /// Buffers that were written, to be filled again.
    spare: Receiver<Vec<u8>>,
    thread: ScopedJoinHandle<'scope, Result<Vec<TreeFile>, ArchiveError>>,
}

impl<'scope> Writer<'scope> {
    /// Starts to write into a folder.
    pub(crate) fn start<'env>(scope: &'scope Scope<'scope, 'env>, into: &'env Dir) -> Self {
        let (pieces, waiting) = sync_channel(WAITING);
        let (written, spare) = channel();
        let thread = scope.spawn(move || Files::new(into).write(&waiting, &written));
        Self { pieces, spare, thread }
    }

    /// A buffer of [`PIECE`] bytes.
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.spare.try_recv().unwrap_or_else(|_| vec![0; PIECE])
    }

    /// Passes a stretch on: with the path, if a file begins with it.
    ///
    /// # Errors
    /// When writing has failed: [`finish`](Self::finish) says why.
    pub(crate) fn write(
        &self,
        begins: Option<PackagePath>,
        buffer: Vec<u8>,
        filled: usize,
        ends: bool,
    ) -> Result<(), ArchiveError> {
        let is_whole = begins.is_some() && ends;
        let piece = Piece { begins, buffer, filled, ends, hashed: None };
        match self.pieces.try_send(piece) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(_)) => Err(ArchiveError::Stopped),
            Err(TrySendError::Full(mut piece)) => {
                // Many small files keep the writing thread busy with making them. Instead of waiting for it, take off it
                // what it would do next.
                if is_whole {
                    piece.hashed = Some(Digest::of(&piece.buffer[..filled]));
                }
                self.pieces.send(piece).map_err(|_| ArchiveError::Stopped)
            }
        }
    }

    /// Waits until everything is written; the files, in the order of their arrival.
    pub(crate) fn finish(self) -> Result<Vec<TreeFile>, ArchiveError> {
        drop(self.pieces);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The folder being filled.
struct Files<'a> {
    into: &'a Dir,
    /// The folder of the last file, open: archives keep a folder's files together.
    parent: Option<(String, Dir)>,
    written: Vec<TreeFile>,
}

impl<'a> Files<'a> {
    fn new(into: &'a Dir) -> Self {
        Self { into, parent: None, written: Vec::new() }
    }

    fn write(
        mut self,
        pieces: &Receiver<Piece>,
        spare: &Sender<Vec<u8>>,
    ) -> Result<Vec<TreeFile>, ArchiveError> {
        let mut open: Option<(PackagePath, File, Sha256, u64)> = None;
        for Piece { begins, buffer, filled, ends, hashed } in pieces {
            if let Some(path) = begins {
                open = Some((path.clone(), self.create(&path)?, Sha256::new(), 0));
            }
            let (_, file, hash, size) = open.as_mut().expect("a piece is of a file that has begun");
            let bytes = &buffer[..filled];
            if hashed.is_none() {
                hash.update(bytes);
            }
            file.write_all(bytes).map_err(ArchiveError::io("write an unpacked file"))?;
            *size += bytes.len() as u64;
            if ends && let Some((path, _, hash, size)) = open.take() {
                let sha256 = hashed.unwrap_or_else(|| Digest::new(hash.finalize().into()));
                self.written.push(TreeFile { path, size, sha256 });
            }
            // Nobody may want it any more.
            let _ = spare.send(buffer);
        }
        Ok(self.written)
    }

    fn create(&mut self, path: &PackagePath) -> Result<File, ArchiveError> {
        let doing = "write an unpacked file";
        let mut options = OpenOptions::new();
        // Made new: a name that is there already is a duplicate that went unseen, or somebody else's file.
        options.write(true).create_new(true).mode(FILE_MODE);
        let (parent, name) = path.split();
        let file = self.open_parent(parent)?.open_with(name, &options).map_err(ArchiveError::io(doing))?;
        // The umask may have taken bits away.
        file.set_permissions(Permissions::from_mode(FILE_MODE)).map_err(ArchiveError::io(doing))?;
        Ok(file)
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
