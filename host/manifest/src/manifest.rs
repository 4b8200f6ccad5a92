//! A complete manifest: before it is signed, signed, and verified.

use std::ops::Deref;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::render::Parts;
use crate::{
    AuthorId, Description, Digest, Draft, ManifestError, PublicKey, Signature, SignatureError, SigningKey,
};

/// A manifest that is complete but for the signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsigned {
    description: Description,
    author_id: AuthorId,
    package_sha256: Digest,
}

impl Unsigned {
    pub(crate) fn new(description: Description, author_id: AuthorId, package_sha256: Digest) -> Self {
        Self { description, author_id, package_sha256 }
    }

    /// Who publishes.
    #[must_use]
    pub fn author_id(&self) -> &AuthorId {
        &self.author_id
    }

    /// The package that it describes.
    #[must_use]
    pub fn package_sha256(&self) -> &Digest {
        &self.package_sha256
    }

    /// What is signed: RFC 8785 (JCS) of the manifest as JSON without
    /// `manifest_signature`. Fields that were left out are not in it.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.parts().canonical()
    }

    /// The SHA-256 of [`Unsigned::canonical`]: equal for every spelling of one manifest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Signs it.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> Manifest {
        let signature = key.sign_bytes(self.canonical().as_bytes());
        Manifest::new(self, signature)
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            author_id: Some(&self.author_id),
            package_sha256: Some(&self.package_sha256),
            ..Parts::of(&self.description)
        }
    }
}

impl Deref for Unsigned {
    type Target = Description;

    fn deref(&self) -> &Description {
        &self.description
    }
}

/// A manifest that is complete and carries a signature, which nobody has checked yet.
///
/// Serialises as [`Manifest::to_json`]. It is read with [`Manifest::parse`] only:
/// other readers of JSON keep the last of two equal keys and round large numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    unsigned: Unsigned,
    signature: Signature,
}

impl Manifest {
    pub(crate) fn new(unsigned: Unsigned, signature: Signature) -> Self {
        Self { unsigned, signature }
    }

    /// Reads a complete manifest: [`Draft::parse`], with nothing left out.
    ///
    /// # Errors
    /// As [`Draft::parse`]; and [`ManifestError::MissingField`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        Ok(Draft::parse(bytes)?.signed()?)
    }

    /// The signature that it carries.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Checks the signature. `key` must come from what is registered for the
    /// authenticated author, never from the manifest.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub fn verify(self, key: &PublicKey) -> Result<VerifiedManifest, SignatureError> {
        key.verify_bytes(self.canonical().as_bytes(), &self.signature)?;
        Ok(VerifiedManifest { manifest: self, key: key.clone() })
    }

    /// As JSON, with the signature.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.parts().to_json()
    }

    /// As YAML in the order that people read, the signature last.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        self.parts().to_yaml()
    }

    fn parts(&self) -> Parts<'_> {
        Parts { signature: Some(&self.signature), ..self.unsigned.parts() }
    }
}

impl Deref for Manifest {
    type Target = Unsigned;

    fn deref(&self) -> &Unsigned {
        &self.unsigned
    }
}

impl Serialize for Manifest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// A manifest whose signature was checked. [`Manifest::verify`] alone makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedManifest {
    manifest: Manifest,
    key: PublicKey,
}

impl VerifiedManifest {
    /// The key that signed it.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The manifest, without the proof that it was verified.
    #[must_use]
    pub fn into_manifest(self) -> Manifest {
        self.manifest
    }
}

impl Deref for VerifiedManifest {
    type Target = Manifest;

    fn deref(&self) -> &Manifest {
        &self.manifest
    }
}
