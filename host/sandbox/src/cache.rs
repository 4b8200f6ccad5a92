//! What was compiled once is not compiled again.
//!
//! Loading machine code is the one thing here that WebAssembly does not make safe:
//! whoever can write such a file can run anything. So each entry carries a keyed BLAKE3
//! of what it is: the component, the engine, and the code. An entry that is forged,
//! damaged, or somebody else's is no error: it is ignored, and compiled anew.

use std::fmt;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::Digest;

/// The kind of file, and the version of its layout.
const MAGIC: &[u8; 16] = b"marketplace-aot1";

/// The suffix of entries.
const SUFFIX: &str = "aot";

/// Separates this use of the key from any other.
const CONTEXT: &str = "marketplace-sandbox 2026-11 authentication of ahead-of-time compiled components";

/// A folder for compiled components, and the key that authenticates them.
pub struct CacheFolder {
    folder: PathBuf,
    key: [u8; 32],
}

impl CacheFolder {
    /// Uses `folder`, which is made if it is not there, for its owner only. `key` is secret
    /// and stays the same between starts; with another key the folder counts as empty.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>, key: [u8; 32]) -> io::Result<Self> {
        let folder = folder.into();
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self { folder, key: blake3::derive_key(CONTEXT, &key) })
    }
}

impl fmt::Debug for CacheFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the key.
        f.debug_struct("CacheFolder").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The folder, for one engine.
pub(crate) struct Cache {
    folder: CacheFolder,
    engine: [u8; 32],
}

/// A component from the cache, and the size of the file that it was compiled from.
pub(crate) struct Hit {
    pub(crate) component: Component,
    pub(crate) size: u64,
}

impl Cache {
    pub(crate) fn new(folder: CacheFolder, engine: &Engine) -> Self {
        let mut hash = EngineHash(blake3::Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut hash);
        Self { folder, engine: *hash.0.finalize().as_bytes() }
    }

    /// The compiled form of the component with this digest, if this host stored it.
    pub(crate) fn load(&self, engine: &Engine, digest: &Digest) -> Option<Hit> {
        let mut file = File::open(self.path(digest)).ok()?;
        let mut head = [0; 16 + 32 + 8];
        file.read_exact(&mut head).ok()?;
        let (magic, rest) = head.split_at(16);
        let (mac, size) = rest.split_at(32);
        let size = u64::from_le_bytes(size.try_into().ok()?);
        let mut code = Vec::with_capacity(usize::try_from(file.metadata().ok()?.len()).ok()?);
        file.read_to_end(&mut code).ok()?;
        let expected = self.mac(digest, size, &code);
        // blake3::Hash compares in constant time.
        if magic != MAGIC || expected != blake3::Hash::from_bytes(mac.try_into().ok()?) {
            tracing::warn!(adapter = %digest, "an entry of the compiled components is not ours; it is ignored");
            return None;
        }
        let component = deserialize(engine, &code)?;
        Some(Hit { component, size })
    }

    /// Keeps the compiled form. A failure costs a compilation at the next start, no more.
    pub(crate) fn store(&self, digest: &Digest, size: u64, component: &Component) {
        let stored = component
            .serialize()
            .map_err(|error| error.to_string())
            .and_then(|code| self.write(digest, size, &code).map_err(|error| error.to_string()));
        if let Err(reason) = stored {
            tracing::warn!(adapter = %digest, reason, "a compiled component could not be kept");
        }
    }

    fn write(&self, digest: &Digest, size: u64, code: &[u8]) -> io::Result<()> {
        // In the same folder, for its owner only (0600), and renamed when complete: a crash
        // or a second server never leaves half of an entry.
        let mut file = tempfile::Builder::new().prefix(".aot").tempfile_in(&self.folder.folder)?;
        file.write_all(MAGIC)?;
        file.write_all(self.mac(digest, size, code).as_bytes())?;
        file.write_all(&size.to_le_bytes())?;
        file.write_all(code)?;
        file.persist(self.path(digest)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Covers the name as well: an entry is not another's, nor another engine's.
    fn mac(&self, digest: &Digest, size: u64, code: &[u8]) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.folder.key);
        mac.update(MAGIC).update(&self.engine).update(digest.as_bytes()).update(&size.to_le_bytes());
        mac.update(code).finalize()
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let engine = blake3::Hash::from_bytes(self.engine).to_hex();
        self.folder.folder.join(format!("{digest}-{}.{SUFFIX}", &engine[..16]))
    }
}

#[allow(unsafe_code)]
fn deserialize(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: `code` must come from `Component::serialize` of a compatible engine. The caller
    // has checked a MAC over it, the engine's compatibility hash and the component's digest,
    // whose key only this host has and uses only on what `Component::serialize` returned. The
    // bytes are in memory of our own: no file can change between that check and this use.
    unsafe { Component::deserialize(engine, code) }.ok()
}

/// Hashes with something that stays the same between releases of the standard library.
struct EngineHash(blake3::Hasher);

impl Hasher for EngineHash {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        // `Hash` only writes; the full hash is taken from the field.
        let hash = self.0.finalize();
        hash.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
