//! The second stage: these bytes are what that author signed.

use std::sync::Arc;

use marketplace_archive::Sealed;
use marketplace_manifest::{Manifest, PublicKey, VerifiedManifest};

use super::{Fetched, PipelineError};
use crate::category::Category;

/// A package that its author signed, for a category. Nothing was unpacked yet.
#[derive(Debug)]
pub struct Verified {
    pub(super) sealed: Sealed,
    pub(super) manifest: VerifiedManifest,
    pub(super) category: Arc<Category>,
}

impl Fetched {
    /// Compares the hash with the one that was signed, and checks the signature with
    /// the key that is registered for the author.
    ///
    /// # Errors
    /// [`PipelineError::Digest`] or [`PipelineError::Signature`].
    pub fn verify(
        self,
        manifest: Manifest,
        key: &PublicKey,
        category: Arc<Category>,
    ) -> Result<Verified, PipelineError> {
        let (declared, actual) = (*manifest.package_sha256(), self.digest());
        if declared != actual {
            return Err(PipelineError::Digest { declared, actual });
        }
        let author = manifest.author_id().clone();
        let manifest = manifest.verify(key).map_err(|_| PipelineError::Signature(author))?;
        Ok(Verified { sealed: self.sealed, manifest, category })
    }
}
