//! How one key of an author hands over to the next.
//!
//! Whoever holds the key in force signs a *rotation statement*: the RFC 8785 form of
//!
//! ```json
//! {
//!   "author_id": "ada",
//!   "new_key": "SHA256:…",
//!   "old_key": "SHA256:…",
//!   "purpose": "marketplace-key-rotation"
//! }
//! ```
//!
//! with Ed25519, by the **old** key; `rotation_signature` is that signature in base64. The keys are named by
//! [`PublicKey::fingerprint`]. Any language with a JCS and an Ed25519 library can make one, and so can a key that never
//! leaves its hardware: what it signs is the text of [`Rotation::statement`], to the byte.
//!
//! The statement names the author, so that it moves nobody else's name; the old key, so that it is good for one step
//! and cannot be replayed later; and its purpose, so that no signature of anything else (a manifest has no `purpose`)
//! passes for one.

use serde_json::json;

use crate::{AuthorId, PublicKey, SignatureError, SigningKey, canonical};

/// What a rotation statement says it is for.
pub const PURPOSE: &str = "marketplace-key-rotation";

/// One key of an author in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'a> {
    /// Whose keys they are.
    pub author: &'a AuthorId,
    /// The key in force, which signs.
    pub old: &'a PublicKey,
    /// The key that comes into force.
    pub new: &'a PublicKey,
}

impl Rotation<'_> {
    /// The text that the old key signs.
    #[must_use]
    pub fn statement(&self) -> String {
        canonical::to_jcs(&json!({
            "author_id": self.author.as_str(),
            "new_key": self.new.fingerprint(),
            "old_key": self.old.fingerprint(),
            "purpose": PURPOSE,
        }))
    }

    /// The old key's signature, in base64. That `key` is the old one is the caller's business: another's does not
    /// verify.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign_base64(self.statement().as_bytes())
    }

    /// Whether the old key agreed.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, signature: &str) -> Result<(), SignatureError> {
        self.old.verify_base64(self.statement().as_bytes(), signature)
    }
}
