//! Bytes that were hashed, and the handle they were hashed through.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;

use cap_std::fs::Dir;
use marketplace_manifest::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::ArchiveError;
use crate::format::Format;
use crate::limits::Limits;
use crate::tree::Tree;
use crate::unpack::{Progress, Unpacker};
use crate::writer::Writer;
use crate::{tarball, zip};

/// Big enough that system calls cost nothing, small enough to stay in the cache while it is hashed.
const BUFFER: usize = 128 * 1024;

/// A package whose bytes are hashed: the only thing that can be unpacked.
///
/// It holds the open file, not its name. Whoever replaces the file at that name between the check and
/// the use replaces something that nobody reads any more. The file must not be written to afterwards; reads are
/// positioned, so any number of threads can use one `Sealed`.
#[derive(Debug)]
pub struct Sealed {
    file: File,
    digest: Digest,
    size: u64,
    format: Format,
}

impl Sealed {
    /// Hashes a file from its beginning to its end, wherever its cursor is.
    ///
    /// # Errors
    /// [`ArchiveError::PackageTooLarge`], [`ArchiveError::UnknownFormat`], or [`ArchiveError::Io`].
    pub fn open(file: File, limits: &Limits) -> Result<Self, ArchiveError> {
        Self::open_watched(file, limits, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling how many bytes are hashed, about every 128 KiB, and asking whether to go on.
    ///
    /// # Errors
    /// As [`Sealed::open`], and [`ArchiveError::Stopped`].
    pub fn open_watched(
        file: File,
        limits: &Limits,
        progress: &dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<Self, ArchiveError> {
        let doing = "read the package";
        if !file.metadata().map_err(ArchiveError::io(doing))?.is_file() {
            return Err(ArchiveError::io(doing)(io::Error::other("it is not a regular file")));
        }
        let mut hash = Sha256::new();
        let mut size = 0;
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = read_at(&file, &mut buffer, size).map_err(ArchiveError::io(doing))?;
            if count == 0 {
                break;
            }
            size += count as u64;
            if size > limits.package_bytes {
                return Err(ArchiveError::PackageTooLarge { limit: limits.package_bytes });
            }
            hash.update(&buffer[..count]);
            if progress(size).is_break() {
                return Err(ArchiveError::Stopped);
            }
        }
        Self::new(file, hash, size)
    }

    fn new(file: File, hash: Sha256, size: u64) -> Result<Self, ArchiveError> {
        let mut first = [0; Format::MAGIC];
        let count = read_at(&file, &mut first, 0).map_err(ArchiveError::io("read the package"))?;
        let first = &first[..count];
        let format = Format::sniff(first).ok_or_else(|| ArchiveError::UnknownFormat {
            found: first.iter().map(|byte| format!("{byte:02x}")).collect(),
        })?;
        Ok(Self { file, digest: Digest::new(hash.finalize().into()), size, format })
    }

    /// SHA-256 of the package.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Bytes of the package.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The kind of archive, told from its first bytes.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The handle that was hashed, for whoever makes the file durable or gives it its name.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// A second handle on the same open file.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when there are no handles left.
    pub fn try_clone(&self) -> Result<Self, ArchiveError> {
        let file = self.file.try_clone().map_err(ArchiveError::io("open the package again"))?;
        Ok(Self { file, digest: self.digest, size: self.size, format: self.format })
    }

    /// The hashed bytes, with a cursor of its own.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when there are no handles left.
    pub fn reader(&self) -> Result<SealedReader, ArchiveError> {
        let file = self.file.try_clone().map_err(ArchiveError::io("open the package again"))?;
        Ok(SealedReader { file, position: 0, size: self.size })
    }

    /// Unpacks into a folder, which should be empty and the caller's own, and never writes outside it.
    ///
    /// Files are made new, with mode 0644, and folders with 0755, whatever the archive and the umask say. Nothing is
    /// synced: the caller does that once. After an error the caller removes the folder.
    ///
    /// # Errors
    /// Any [`ArchiveError`]; see [`ArchiveError::is_refusal`].
    pub fn unpack(&self, into: &Dir, limits: &Limits) -> Result<Tree, ArchiveError> {
        self.unpack_watched(into, limits, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling how far it is after each file and about every 128 KiB of a long one, and asking whether to go
    /// on.
    ///
    /// # Errors
    /// As [`Sealed::unpack`], and [`ArchiveError::Stopped`].
    pub fn unpack_watched(
        &self,
        into: &Dir,
        limits: &Limits,
        progress: &dyn Fn(Progress) -> ControlFlow<()>,
    ) -> Result<Tree, ArchiveError> {
        std::thread::scope(|scope| {
            let mut unpacker = Unpacker::new(into, limits, progress, Writer::start(scope, into));
            let read = match self.format {
                Format::TarGz => tarball::unpack(self.window(0, self.size), limits, &mut unpacker),
                Format::Zip => zip::unpack(self, limits, &mut unpacker),
            };
            unpacker.finish(read)
        })
    }

    /// The bytes from `start` to `end`, which is cut at the package's end.
    pub(crate) fn window(&self, start: u64, end: u64) -> Window<'_> {
        Window { file: &self.file, position: start, end: end.min(self.size) }
    }
}

/// Hashes bytes while they are written, so that a package that streams in is read once.
#[derive(Debug)]
pub struct Sealing {
    file: File,
    hash: Sha256Debug,
    size: u64,
    limit: u64,
}

impl Sealing {
    /// Begins with an empty file, open for reading and writing.
    pub fn new(file: File, limits: &Limits) -> Self {
        Self { file, hash: Sha256Debug(Sha256::new()), size: 0, limit: limits.package_bytes }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ArchiveError::PackageTooLarge`] as soon as it is, or [`ArchiveError::Io`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let size = self.size + bytes.len() as u64;
        if size > self.limit {
            return Err(ArchiveError::PackageTooLarge { limit: self.limit });
        }
        self.file.write_all(bytes).map_err(ArchiveError::io("write the package"))?;
        self.hash.0.update(bytes);
        self.size = size;
        Ok(())
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Ends the package.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownFormat`], or [`ArchiveError::Io`], also when the file was not empty to begin with.
    pub fn finish(self) -> Result<Sealed, ArchiveError> {
        let doing = "read the package";
        let length = self.file.metadata().map_err(ArchiveError::io(doing))?.len();
        // Bytes that were there already, or that another handle wrote, were not hashed.
        if length != self.size {
            let why = format!("{} bytes were written and the file has {length}", self.size);
            return Err(ArchiveError::io(doing)(io::Error::other(why)));
        }
        Sealed::new(self.file, self.hash.0, self.size)
    }
}

/// A hash in progress prints as nothing.
struct Sha256Debug(Sha256);

impl fmt::Debug for Sha256Debug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

/// Reads a [`Sealed`] from a cursor of its own.
#[derive(Debug)]
pub struct SealedReader {
    file: File,
    position: u64,
    size: u64,
}

impl Read for SealedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = clamp(buffer.len(), self.size.saturating_sub(self.position));
        let count = read_at(&self.file, &mut buffer[..most], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SealedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// A stretch of a sealed file. Its failures are the machine's: they pass through a decoder as [`ArchiveError::Io`].
pub(crate) struct Window<'a> {
    file: &'a File,
    position: u64,
    end: u64,
}

impl Window<'_> {
    /// Bytes that are still to be read.
    pub(crate) fn left(&self) -> u64 {
        self.end.saturating_sub(self.position)
    }
}

impl Read for Window<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let doing = "read the package";
        let most = clamp(buffer.len(), self.end.saturating_sub(self.position));
        let count = read_at(self.file, &mut buffer[..most], self.position)
            .map_err(|error| ArchiveError::io(doing)(error).smuggle())?;
        // The file had these bytes when it was hashed.
        if count == 0 && most > 0 {
            return Err(ArchiveError::io(doing)(io::Error::other("the file became shorter")).smuggle());
        }
        self.position += count as u64;
        Ok(count)
    }
}

fn clamp(wanted: usize, left: u64) -> usize {
    usize::try_from(left).map_or(wanted, |left| left.min(wanted))
}

/// Positioned, so that no two readers of one handle move each other's cursor.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.read_at(buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
