//! The secrets of the data folder: files that only the server's user can read, made at
//! first start, and never in the database, a log or a URL.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use marketplace_manifest::{AuthorId, KeyError, PublicKey, SigningKey};

/// The folder `keys` of the data folder.
#[derive(Clone, Debug)]
pub struct Secrets {
    folder: PathBuf,
}

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A file could not be read or made.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path} does not hold {what}; restore it from a backup")]
    Damaged {
        /// The file.
        path: String,
        /// What it should hold.
        what: &'static str,
    },
    /// A held key was encrypted under another master key, or its row was changed.
    #[error("the held key of author `{0}` does not open with this data folder's master key")]
    HeldKey(AuthorId),
    /// A key file holds no usable key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Secrets {
    /// Opens the folder, making it and what belongs in it at first start.
    ///
    /// # Errors
    /// When a file cannot be made.
    pub fn open(data: &Path) -> Result<Self, SecretError> {
        let secrets = Self::for_cache(data)?;
        secrets.make("master.key", &random::<32>())?;
        for name in ["vendor.pem", "feed.pem"] {
            secrets.make(name, SigningKey::generate().to_pem().as_bytes())?;
        }
        Ok(secrets)
    }

    /// The same, with the one key that a cache needs and no other: an author's machine serves nobody.
    ///
    /// # Errors
    /// When a file cannot be made.
    pub fn for_cache(data: &Path) -> Result<Self, SecretError> {
        let folder = data.join("keys");
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(&folder).map_err(|source| io_error(&folder, source))?;
        let secrets = Self { folder };
        secrets.make("cache.key", &random::<32>())?;
        Ok(secrets)
    }

    /// The key that authenticates the ahead-of-time cache.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn cache_key(&self) -> Result<[u8; 32], SecretError> {
        self.key("cache.key")
    }

    /// The key that signs licenses, of whoever runs this control plane.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn vendor_key(&self) -> Result<SigningKey, SecretError> {
        self.signing_key("vendor.pem")
    }

    /// The key that signs the revocation feed. Replicas share the folder `keys`: who checks a feed has one key.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn feed_key(&self) -> Result<SigningKey, SecretError> {
        self.signing_key("feed.pem")
    }

    /// The key that licenses are checked with: `vendor.pub.pem` where somebody else
    /// sells them, else the public half of this data folder's own.
    ///
    /// # Errors
    /// When a file is missing or damaged.
    pub fn vendor_public_key(&self) -> Result<PublicKey, SecretError> {
        let path = self.folder.join("vendor.pub.pem");
        match fs::read_to_string(&path) {
            Ok(pem) => Ok(PublicKey::from_pem(&pem)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(self.vendor_key()?.public_key()),
            Err(source) => Err(io_error(&path, source)),
        }
    }

    /// Encrypts an author's key, bound to that author: a row moved to another author
    /// does not open.
    ///
    /// # Errors
    /// When the master key is missing or damaged.
    pub fn seal(&self, author: &AuthorId, key: &SigningKey) -> Result<Vec<u8>, SecretError> {
        let nonce = random::<24>();
        let bytes = key.to_bytes();
        let payload = Payload { msg: bytes.as_slice(), aad: author.as_str().as_bytes() };
        let sealed = self
            .cipher()?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SecretError::HeldKey(author.clone()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Secrets::seal`] made.
    ///
    /// # Errors
    /// [`SecretError::HeldKey`] if it was not made here for that author.
    pub fn unseal(&self, author: &AuthorId, sealed: &[u8]) -> Result<SigningKey, SecretError> {
        let wrong = || SecretError::HeldKey(author.clone());
        let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or_else(wrong)?;
        let payload = Payload { msg: sealed, aad: author.as_str().as_bytes() };
        let bytes = self.cipher()?.decrypt(&XNonce::from(*nonce), payload).map_err(|_| wrong())?;
        Ok(SigningKey::from_bytes(&bytes.try_into().map_err(|_| wrong())?))
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, SecretError> {
        Ok(XChaCha20Poly1305::new(&self.key("master.key")?.into()))
    }

    fn signing_key(&self, name: &str) -> Result<SigningKey, SecretError> {
        let path = self.folder.join(name);
        let pem = fs::read_to_string(&path).map_err(|source| io_error(&path, source))?;
        Ok(SigningKey::from_pem(&pem)?)
    }

    fn key(&self, name: &str) -> Result<[u8; 32], SecretError> {
        let path = self.folder.join(name);
        let bytes = fs::read(&path).map_err(|source| io_error(&path, source))?;
        bytes
            .try_into()
            .map_err(|_| SecretError::Damaged { path: path.display().to_string(), what: "a key of 32 bytes" })
    }

    /// Makes a file unless it is there: whole or not at all, and never replaced, also
    /// when two commands start at once.
    fn make(&self, name: &str, bytes: &[u8]) -> Result<(), SecretError> {
        let path = self.folder.join(name);
        if path.exists() {
            return Ok(());
        }
        let draft = self.folder.join(format!(".{name}.{}", uuid::Uuid::now_v7()));
        let write = || -> io::Result<()> {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            let linked = fs::hard_link(&draft, &path);
            fs::remove_file(&draft)?;
            match linked {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other?,
            }
            // A key that a power cut takes away is one that nothing opens with any more.
            fs::File::open(&self.folder)?.sync_all()
        };
        write().map_err(|source| io_error(&path, source))
    }
}

/// Bytes from the operating system's generator.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn io_error(path: &Path, source: io::Error) -> SecretError {
    SecretError::Io { path: path.display().to_string(), source }
}
