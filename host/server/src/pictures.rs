//! The pictures that a manifest names: icon and screenshots, taken out of the package once and kept in the cache.
//!
//! A package is an archive of any size; a page shows two dozen icons. What is kept is named by the package's digest, can
//! be thrown away, and is made again from bytes that were checked.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use marketplace_archive::Limits;
use marketplace_manifest::Digest;
use tokio::sync::Semaphore;

use crate::blobs::{BlobError, Blobs};
use crate::pipeline::blocking;
use crate::trees::Trees;

/// The largest picture that is shown, in bytes.
pub const MAX_PICTURE: u64 = 4 << 20;
/// Packages that are opened at once for their pictures.
const AT_ONCE: usize = 2;

/// The folder of pictures. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pictures {
    folder: PathBuf,
    turns: Arc<Semaphore>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The package is not there, or damaged.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The package does not open.
    #[error(transparent)]
    Archive(#[from] marketplace_archive::ArchiveError),
    /// The disk.
    #[error("the folder of pictures: {0}")]
    Io(#[from] io::Error),
}

impl Pictures {
    /// In the data folder's cache.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(data: &Path) -> io::Result<Self> {
        let folder = data.join("cache").join("pictures");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// One picture of a package: the file at `path`, which is one of `named`. `None` if it is over [`MAX_PICTURE`], or not
    /// in the package.
    ///
    /// # Errors
    /// See [`PictureError`].
    pub async fn of(
        &self,
        blobs: &Blobs,
        trees: &Trees,
        limits: &Limits,
        package: &Digest,
        named: Vec<String>,
        path: &str,
    ) -> Result<Option<Vec<u8>>, PictureError> {
        let Some(number) = named.iter().position(|name| name == path) else { return Ok(None) };
        let folder = self.folder.join(package.to_string());
        if !folder.is_dir() {
            let _turn = self.turns.acquire().await;
            // Somebody may have taken them out while this one waited.
            if !folder.is_dir() {
                let (blobs, trees, limits, package, target) =
                    (blobs.clone(), trees.clone(), limits.clone(), *package, folder.clone());
                blocking(move || take_out(&blobs, &trees, &limits, &package, &named, &target)).await?;
            }
        }
        blocking(move || match std::fs::read(folder.join(number.to_string())) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        })
        .await
    }
}

/// All of a package's pictures at once: its archive is read from the beginning whatever is wanted of it.
fn take_out(
    blobs: &Blobs,
    trees: &Trees,
    limits: &Limits,
    package: &Digest,
    named: &[String],
    target: &Path,
) -> Result<(), PictureError> {
    let sealed = blobs.open_sealed(package, limits)?;
    let workshop = trees.workshop()?;
    let unpacked = workshop.make("package")?;
    sealed.unpack(&unpacked, limits)?;
    workshop.make("pictures")?;
    let pictures = workshop.path("pictures");
    for (number, name) in named.iter().enumerate() {
        let file = match unpacked.open(name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        file.take(MAX_PICTURE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= MAX_PICTURE {
            std::fs::write(pictures.join(number.to_string()), bytes)?;
        }
    }
    match std::fs::rename(&pictures, target) {
        // Another process was as fast.
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        other => Ok(other?),
    }
}
