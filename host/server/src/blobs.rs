//! Packages and components, each stored under its SHA-256.
//!
//! A blob is written once and never changed. What is read from here is hashed again
//! through the handle that is then used, so a flipped bit on the disk is refused.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use marketplace_archive::{ArchiveError, Limits, Sealed, Sealing};
use marketplace_manifest::Digest;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::faults::step;

/// How old a file that no row names has to be before a start removes it: a command on the
/// same data folder, or another replica, may be about to write that row.
const SETTLED: Duration = Duration::from_secs(600);

/// A folder of blobs: `sha256/ab/abcdef…`.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
    incoming: PathBuf,
    /// Held for reading from before a blob gets its name until its row is written, for
    /// writing by whoever removes one that no row names.
    gate: Arc<RwLock<()>>,
}

/// A promise that no blob is removed while it is held.
#[derive(Debug)]
pub struct Kept(#[allow(dead_code, reason = "held, never read")] OwnedRwLockReadGuard<()>);

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No blob has that digest.
    #[error("there is no blob {0}")]
    Missing(Digest),
    /// The bytes on the disk are not the bytes that were stored. They were set aside.
    #[error("blob {0} is damaged and was set aside; restore it from a backup")]
    Damaged(Digest),
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
        Ok(Self { root, incoming, gate: Arc::default() })
    }

    /// Begins to receive a package. Its bytes have no name in the blob store until
    /// [`Incoming::keep`].
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn receive(&self, limits: &Limits) -> io::Result<Incoming> {
        step!("blob.receive");
        let file = tempfile::NamedTempFile::new_in(&self.incoming)?;
        let sealing = Sealing::new(file.reopen()?, limits);
        Ok(Incoming { file, sealing })
    }

    /// A package that is stored already, as if it had been received just now: for whoever submits it once more.
    ///
    /// # Errors
    /// As [`Blobs::open_sealed`].
    pub fn receive_stored(&self, digest: &Digest, limits: &Limits) -> Result<Received, BlobError> {
        let sealed = self.open_sealed(digest, limits)?;
        self.receive_as(&self.path(digest), sealed)
    }

    /// A package that was received, once more: one of the two may be kept or dropped, and the other is still there.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn receive_again(&self, received: &Received) -> Result<Received, BlobError> {
        self.receive_as(received.file.path(), received.sealed.try_clone()?)
    }

    /// Another name for the bytes at `path`, which are those of `sealed`; where there can be none, a copy.
    fn receive_as(&self, path: &Path, sealed: Sealed) -> Result<Received, BlobError> {
        let linked = tempfile::Builder::new().make_in(&self.incoming, |name| {
            fs::hard_link(path, name)?;
            File::open(name)
        });
        let file = match linked {
            Ok(file) => file,
            Err(_) => {
                let mut file = tempfile::NamedTempFile::new_in(&self.incoming)?;
                io::copy(&mut sealed.reader()?, &mut file)?;
                file
            }
        };
        Ok(Received { sealed, file })
    }

    /// The package under `digest`, hashed again through the handle it is unpacked from.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] if its bytes are no longer the ones that were stored.
    pub fn open_sealed(&self, digest: &Digest, limits: &Limits) -> Result<Sealed, BlobError> {
        self.open_sealed_watched(digest, limits, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling how many bytes are hashed, and asking whether to go on.
    ///
    /// # Errors
    /// As [`Blobs::open_sealed`].
    pub fn open_sealed_watched(
        &self,
        digest: &Digest,
        limits: &Limits,
        progress: &dyn Fn(u64) -> ControlFlow<()>,
    ) -> Result<Sealed, BlobError> {
        step!("fetch.open");
        match Sealed::open_watched(self.file(digest)?, limits, progress) {
            Ok(sealed) if sealed.digest() == *digest => Ok(sealed),
            // Bytes that are no package at all were one when they were stored.
            Ok(_) => Err(self.set_aside(digest)?),
            Err(error) if error.is_refusal() => Err(self.set_aside(digest)?),
            Err(error) => Err(error.into()),
        }
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

    /// No blob is removed while the answer is held.
    pub async fn keep(&self) -> Kept {
        Kept(self.gate.clone().read_owned().await)
    }

    /// Removes the blob under `digest` unless `named` still names it.
    ///
    /// # Errors
    /// When the database or the disk says no; a later start tries again.
    pub async fn release<E: From<io::Error>>(
        &self,
        digest: &Digest,
        named: impl Future<Output = Result<bool, E>>,
    ) -> Result<(), E> {
        let _nobody_commits = self.gate.write().await;
        if named.await? {
            return Ok(());
        }
        match fs::remove_file(self.path(digest)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => Ok(other?),
        }
    }

    /// Removes every blob that `named` does not name, and every upload that was not
    /// finished, but for new ones. Returns how many.
    ///
    /// # Errors
    /// When a folder cannot be read. A file that cannot be removed is logged, and stays.
    pub fn sweep(&self, named: &dyn Fn(&Digest) -> bool) -> io::Result<usize> {
        let mut rubbish: Vec<PathBuf> = files(&self.incoming)?;
        for shelf in fs::read_dir(&self.root)? {
            let shelf = shelf?.path();
            if !shelf.is_dir() {
                continue;
            }
            // A name that is no digest was set aside for a person to look at.
            let digest = |path: &Path| path.file_name()?.to_str()?.parse::<Digest>().ok();
            rubbish.extend(
                files(&shelf)?.into_iter().filter(|path| digest(path).is_some_and(|digest| !named(&digest))),
            );
        }
        let settled = |path: &PathBuf| {
            let modified = path.metadata().and_then(|metadata| metadata.modified());
            modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > SETTLED))
        };
        let removed = rubbish.into_iter().filter(settled).filter(|path| match remove(path) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a file that nothing names stays");
                false
            }
        });
        Ok(removed.count())
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
        tracing::error!(%digest, aside = %to.display(), "a stored blob is damaged");
        Ok(BlobError::Damaged(*digest))
    }

    /// Durable before it returns: bytes, then the name, then the folder that holds the name.
    /// Bytes that are there already are replaced by the same: they may be damaged, or not
    /// durable yet.
    fn settle(&self, file: tempfile::NamedTempFile, digest: &Digest) -> io::Result<()> {
        step!("blob.sync");
        let path = self.path(digest);
        let shelf = path.parent().expect("a blob's path has a folder");
        fs::create_dir_all(shelf)?;
        let mut permissions = file.as_file().metadata()?.permissions();
        permissions.set_readonly(true);
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        step!("blob.rename");
        // Of two names for one file, renaming one to the other would leave both.
        if is_same_file(file.as_file(), &path)? {
            file.close()?;
        } else {
            file.persist(&path).map_err(|error| error.error)?;
        }
        step!("blob.sync-parent");
        File::open(shelf)?.sync_all()?;
        File::open(&self.root)?.sync_all()
    }
}

fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    let there = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    let here = file.metadata()?;
    Ok((here.dev(), here.ino()) == (there.dev(), there.ino()))
}

fn remove(path: &Path) -> io::Result<()> {
    step!("recover.blob");
    fs::remove_file(path)
}

/// The plain files of a folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
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
        fail::fail_point!("blob.write", |errno| Err(ArchiveError::Io {
            doing: "write the package",
            source: crate::faults::error(errno),
        }));
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

    /// Gives it its name, durably. It stays as long as `kept` is held, and after that if a
    /// row names it.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep(self, blobs: &Blobs, _kept: &Kept) -> io::Result<Sealed> {
        let digest = self.sealed.digest();
        blobs.settle(self.file, &digest)?;
        Ok(self.sealed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[tokio::test]
    async fn a_package_that_was_received_once_is_kept_as_often_as_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let (blobs, limits) = (Blobs::open(folder.path()).unwrap(), Limits::default());
        let incoming = folder.path().join("incoming");
        let mut received = blobs.receive(&limits).unwrap();
        received.write(b"PK\x03\x04 and more").unwrap();
        let received = received.finish().unwrap();
        let digest = received.sealed().digest();
        for _ in 0..2 {
            let again = blobs.receive_again(&received).unwrap();
            assert_eq!((again.sealed().digest(), names(&incoming)), (digest, 2));
            again.keep(&blobs, &blobs.keep().await).unwrap();
            assert_eq!(names(&incoming), 1);
        }
        let stored = blobs.receive_stored(&digest, &limits).unwrap();
        drop(received);
        assert_eq!(names(&incoming), 1);
        stored.keep(&blobs, &blobs.keep().await).unwrap();
        assert_eq!(names(&incoming), 0);
        assert_eq!(blobs.open_sealed(&digest, &limits).unwrap().digest(), digest);

        // Where a name is gone, the bytes are not.
        let mut received = blobs.receive(&limits).unwrap();
        received.write(b"PK\x03\x04 other").unwrap();
        let received = received.finish().unwrap();
        fs::remove_file(received.file.path()).unwrap();
        let again = blobs.receive_again(&received).unwrap();
        let digest = again.sealed().digest();
        again.keep(&blobs, &blobs.keep().await).unwrap();
        assert_eq!(blobs.open_sealed(&digest, &limits).unwrap().digest(), digest);
    }
}
