//! What is installed, on disk: one immutable folder for each distinct tree, named by
//! the SHA-256 of its listing, and a staging area where trees are put together.
//!
//! A folder that no installation names is rubbish, whatever it holds; a folder is
//! renamed into place whole, before the row that names it is written. So a crash at
//! any moment leaves the old or the new, and rubbish that the next start removes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use marketplace_manifest::Digest;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::faults::step;

/// The folders `trees` and `staging` of the data folder.
#[derive(Clone, Debug)]
pub struct Trees {
    trees: PathBuf,
    staging: PathBuf,
    /// Held for reading from before a tree is renamed into place until its row is
    /// committed, for writing by whoever removes trees that no row names: otherwise
    /// the sweep after an uninstall could take a tree just before its row appears.
    gate: Arc<RwLock<()>>,
}

/// A promise that no tree is swept while it is held.
#[derive(Debug)]
pub struct Kept(#[allow(dead_code, reason = "held, never read")] OwnedRwLockReadGuard<()>);

/// A folder of one operation in the staging area; removed when dropped.
#[derive(Debug)]
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Trees {
    /// Opens the two folders, making them if they are not there.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn open(data: &Path) -> io::Result<Self> {
        let (trees, staging) = (data.join("trees"), data.join("staging").join("work"));
        fs::create_dir_all(&trees)?;
        fs::create_dir_all(&staging)?;
        Ok(Self { trees, staging, gate: Arc::default() })
    }

    /// An empty folder to work in.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn workshop(&self) -> io::Result<Workshop> {
        Ok(Workshop { folder: tempfile::TempDir::new_in(&self.staging)? })
    }

    /// Nothing is swept while the answer is held.
    pub async fn keep(&self) -> Kept {
        Kept(self.gate.clone().read_owned().await)
    }

    /// Where the tree under `digest` is, or would be.
    #[must_use]
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.trees.join(digest.to_string())
    }

    /// Whether that tree is there. It may go unless it is [kept](Self::keep).
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.path(digest).is_dir()
    }

    /// Makes what was built the tree under `digest`, durably. A tree that is already there
    /// is the same tree, and stays.
    ///
    /// # Errors
    /// When the disk says no; then there is no such tree.
    pub fn settle(&self, built: &Path, digest: &Digest, _kept: &Kept) -> io::Result<()> {
        if built.is_dir() {
            step!("tree.rename");
            match fs::rename(built, self.path(digest)) {
                // Somebody else settled the same tree in the meantime.
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                other => other?,
            }
        }
        step!("tree.sync-parent");
        // Also where it was there: whoever settled it may not have come as far as this.
        File::open(&self.trees)?.sync_all()
    }

    /// Removes the tree under `digest` unless `named` still names it.
    ///
    /// # Errors
    /// When the database or the disk says no; the next start tries again.
    pub async fn release<E: From<io::Error>>(
        &self,
        digest: &Digest,
        named: impl Future<Output = Result<bool, E>>,
    ) -> Result<(), E> {
        let trash = {
            let _nobody_commits = self.gate.write().await;
            if named.await? {
                return Ok(());
            }
            step!("tree.release");
            let trash = tempfile::TempDir::new_in(&self.staging)?;
            match fs::rename(self.path(digest), trash.path().join("tree")) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                other => other?,
            }
            trash
        };
        step!("tree.released");
        // Deleting a big tree is slow, and nobody needs to wait for it.
        tokio::task::spawn_blocking(move || drop(trash));
        Ok(())
    }

    /// Removes every tree that `named` does not name, and whatever is left in the
    /// staging area. Only at start-up, when no install is under way. Returns how many.
    ///
    /// # Errors
    /// When a folder cannot be read. What cannot be removed is logged, and stays.
    pub fn sweep(&self, named: &dyn Fn(&Digest) -> bool) -> io::Result<usize> {
        let mut rubbish = entries(&self.staging)?;
        let digest = |path: &Path| path.file_name()?.to_str()?.parse::<Digest>().ok();
        let nameless = |path: &PathBuf| !digest(path).is_some_and(|digest| named(&digest));
        rubbish.extend(entries(&self.trees)?.into_iter().filter(nameless));
        let removed = rubbish.into_iter().filter(|path| {
            let result = remove(path);
            if let Err(error) = &result {
                tracing::warn!(path = %path.display(), %error, "what nothing names stays");
            }
            result.is_ok()
        });
        Ok(removed.count())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    step!("recover.tree");
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

impl Workshop {
    /// Makes durable what is in it: one sync for a whole tree, not one for each file.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn sync(&self) -> io::Result<()> {
        step!("tree.sync");
        Ok(rustix::fs::syncfs(File::open(self.folder.path())?)?)
    }

    /// The path of a folder in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a folder in it, and opens that without the way out.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn make(&self, name: &str) -> io::Result<Dir> {
        let path = self.path(name);
        fs::create_dir(&path)?;
        Dir::open_ambient_dir(path, ambient_authority())
    }
}
