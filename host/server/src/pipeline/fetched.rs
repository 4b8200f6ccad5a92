//! The first stage: bytes, hashed.

use marketplace_archive::{Limits, Sealed};
use marketplace_manifest::Digest;

use super::{PipelineError, blocking};
use crate::blobs::{Blobs, Received};
use crate::operation::Work;

/// A package whose hash is known. What it is the hash *of* is what will be unpacked:
/// both go through the same file handle.
#[derive(Debug)]
pub struct Fetched {
    pub(super) sealed: Sealed,
}

impl Fetched {
    /// From the blob store.
    ///
    /// # Errors
    /// When there is no such blob, or it is damaged.
    pub async fn stored(
        blobs: &Blobs,
        digest: &Digest,
        limits: &Limits,
        work: &Work,
    ) -> Result<Self, PipelineError> {
        let (blobs, digest, limits, work) = (blobs.clone(), *digest, limits.clone(), work.clone());
        let sealed =
            blocking(move || blobs.open_sealed_watched(&digest, &limits, &|bytes| work.done(bytes, 0)))
                .await?;
        Ok(Self { sealed })
    }

    /// From a caller, who sent it just now.
    ///
    /// # Errors
    /// When its handle cannot be duplicated.
    pub fn received(received: &Received) -> Result<Self, PipelineError> {
        Ok(Self { sealed: received.sealed().try_clone()? })
    }

    /// The SHA-256 of the bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.sealed.digest()
    }
}
