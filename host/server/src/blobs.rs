//! Packages and components, each stored under its SHA-256.
//!
//! A blob is written once and never changed. What is read from here is hashed again
//! through the handle that is then used, so a flipped bit on the disk is refused.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use marketplace_archive::{ArchiveError, Limits, Sealed, Sealing};
use marketplace_manifest::Digest;

/// A folder of blobs: `sha256/ab/abcdef…`.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
    incoming: PathBuf,
}

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No blob has that digest.
    #[error("there is no blob {0}")]
    Missing(Digest),
    /// The bytes on the disk are not the bytes that were stored. They were set aside.
    #[error("blob {0} is damaged; it was set aside as `{1}`, and must be restored from a backup")]
    Damaged(Digest, String),
    /// The package is larger than a package may be, or of no known format.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The disk said no.
    #[error("the blob store: {0}")]
    Io(#[from] io::Error),
}

impl Blobs {
    /// Opens the folder, making it if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let root = folder.join("sha256");
        // Beside the blobs, so that a finished one is renamed and not copied.
        let incoming = folder.join("incoming");
        fs::create_dir_all(&root)?;
        fs::create_dir_all(&incoming)?;
        Ok(Self { root, incoming })
    }

    /// Begins to receive a package. Its bytes have no name in the blob store until
    /// [`Incoming::keep`].
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn receive(&self, limits: &Limits) -> io::Result<Incoming> {
        let file = tempfile::NamedTempFile::new_in(&self.incoming)?;
        let sealing = Sealing::new(file.reopen()?, limits);
        Ok(Incoming { file, sealing })
    }

    /// The package under `digest`, hashed again through the handle it is unpacked from.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] if its bytes are no longer the ones that were stored.
    pub fn open_sealed(&self, digest: &Digest, limits: &Limits) -> Result<Sealed, BlobError> {
        let file = self.file(digest)?;
        let sealed = Sealed::open(file, limits)?;
        if sealed.digest() == *digest { Ok(sealed) } else { Err(self.set_aside(digest)?) }
    }

    /// The whole blob in memory: for components, whose size is bounded.
    ///
    /// # Errors
    /// As [`Blobs::open_sealed`].
    pub fn read(&self, digest: &Digest) -> Result<Vec<u8>, BlobError> {
        let mut bytes = Vec::new();
        self.file(digest)?.read_to_end(&mut bytes)?;
        if Digest::of(&bytes) == *digest { Ok(bytes) } else { Err(self.set_aside(digest)?) }
    }

    /// Stores bytes that are in memory.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn put(&self, bytes: &[u8]) -> io::Result<Digest> {
        let digest = Digest::of(bytes);
        let mut file = tempfile::NamedTempFile::new_in(&self.incoming)?;
        file.write_all(bytes)?;
        self.settle(file, &digest)?;
        Ok(digest)
    }

    /// Removes every blob that `named` does not name, and every upload that was not
    /// finished. Only at start-up, when nobody else uses the folder. Returns how many.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn sweep(&self, named: &dyn Fn(&Digest) -> bool) -> io::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.incoming)? {
            fs::remove_file(entry?.path())?;
            removed += 1;
        }
        for shelf in fs::read_dir(&self.root)? {
            for entry in fs::read_dir(shelf?.path())? {
                let entry = entry?;
                // A name that is no digest was set aside for a person to look at.
                let digest = entry.file_name().to_str().and_then(|name| name.parse::<Digest>().ok());
                if digest.is_some_and(|digest| !named(&digest)) {
                    fs::remove_file(entry.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(&name[..2]).join(name)
    }

    fn file(&self, digest: &Digest) -> Result<File, BlobError> {
        File::open(self.path(digest)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => BlobError::Missing(*digest),
            _ => BlobError::Io(error),
        })
    }

    fn set_aside(&self, digest: &Digest) -> io::Result<BlobError> {
        let from = self.path(digest);
        let to = from.with_extension("damaged");
        fs::rename(&from, &to)?;
        Ok(BlobError::Damaged(*digest, to.display().to_string()))
    }

    /// Durable before it returns: bytes, then the name, then the folder that holds the name.
    fn settle(&self, file: tempfile::NamedTempFile, digest: &Digest) -> io::Result<()> {
        let path = self.path(digest);
        if path.exists() {
            return Ok(());
        }
        let shelf = path.parent().expect("a blob's path has a folder");
        fs::create_dir_all(shelf)?;
        let mut permissions = file.as_file().metadata()?.permissions();
        permissions.set_readonly(true);
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        File::open(shelf)?.sync_all()?;
        File::open(&self.root)?.sync_all()
    }
}

/// A package that is being received: hashed as it is written, in one pass.
#[derive(Debug)]
pub struct Incoming {
    file: tempfile::NamedTempFile,
    sealing: Sealing,
}

impl Incoming {
    /// Adds bytes.
    ///
    /// # Errors
    /// When there are more than a package may have, or the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.sealing.write(bytes)
    }

    /// All bytes are there.
    ///
    /// # Errors
    /// When the bytes are of no known format.
    pub fn finish(self) -> Result<Received, ArchiveError> {
        Ok(Received { sealed: self.sealing.finish()?, file: self.file })
    }
}

/// A package that was received whole, but has no name in the blob store yet.
/// Dropped, it never existed.
#[derive(Debug)]
pub struct Received {
    sealed: Sealed,
    file: tempfile::NamedTempFile,
}

impl Received {
    /// What was received.
    #[must_use]
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// Gives it its name, durably.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep(self, blobs: &Blobs) -> io::Result<Sealed> {
        let digest = self.sealed.digest();
        blobs.settle(self.file, &digest)?;
        Ok(self.sealed)
    }
}
