//! The signed description of a release: strict parsing, canonical form, keys and
//! signatures; and the names, digests and versions that the whole host shares.
//!
//! No I/O, and no category is known here: OS, CP, command line and other people's tools
//! read a manifest with the same code and the same refusals.
//!
//! A manifest grows through types, so that code which skips a step does not compile:
//!
//! | type | what is known about it |
//! |---|---|
//! | [`Draft`] | well-formed; the author, the package and the signature may be missing |
//! | [`Unsigned`] | complete, but for the signature |
//! | [`Manifest`] | complete, and carries a signature that nobody has checked yet |
//! | [`VerifiedManifest`] | the signature is that of a key which was checked |
//!
//! ```
//! use marketplace_manifest::{AuthorId, Digest, Draft, Manifest, SigningKey};
//!
//! let draft = Draft::parse(b"kind: widget\nname: clock\nversion: 1.0.0\npermissions: []\n")?;
//! let author: AuthorId = "ada".parse()?;
//! let key = SigningKey::generate();
//! let signed = draft.fill(&author, &Digest::of(b"the package"))?.sign(&key);
//!
//! let received = Manifest::parse(signed.to_yaml().as_bytes())?;
//! let verified = received.verify(&key.public_key())?;
//! assert_eq!(verified.name().as_str(), "clock");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

pub mod canonical;
mod describe;
mod digest;
mod draft;
mod error;
mod field;
mod key;
pub mod limits;
mod manifest;
mod name;
#[cfg(feature = "openapi")]
mod openapi;
mod render;
pub mod rotation;
mod signature;
pub mod strict;
mod text;
mod version;

pub use describe::Description;
pub use digest::{Digest, DigestError};
pub use draft::{Draft, FillError};
pub use error::{ManifestError, MissingField};
pub use key::{KeyError, PublicKey, SigningKey};
pub use manifest::{Manifest, Unsigned, VerifiedManifest};
pub use name::{AuthorId, CategoryId, NameError, NameRule, Slug, Tenant};
pub use rotation::Rotation;
pub use signature::{Signature, SignatureError};
pub use strict::StrictError;
pub use version::{Version, VersionError};
