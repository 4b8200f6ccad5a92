//! Ed25519 signatures (RFC 8032), written as base64 (RFC 4648, section 4).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An Ed25519 signature that nobody has checked yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not 64 bytes in padded base64.
    #[error("a signature is 64 bytes in base64 with padding (88 characters)")]
    Encoding,
    /// It is not this key's signature of these bytes.
    #[error(
        "the signature is not that of key {fingerprint}: what was signed has been changed since, or was signed with another key; sign it again"
    )]
    Mismatch {
        /// [`crate::PublicKey::fingerprint`] of the key that was asked.
        fingerprint: String,
    },
}

impl SignatureError {
    /// A stable name for the cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encoding => "signature.encoding",
            Self::Mismatch { .. } => "signature.mismatch",
        }
    }
}

impl Signature {
    /// A signature that something else made.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Its 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl FromStr for Signature {
    type Err = SignatureError;

    /// Accepts one spelling only: `STANDARD` requires the padding, and zero in the bits
    /// that no byte uses. Otherwise a signed manifest could be respelled by anyone.
    fn from_str(text: &str) -> Result<Self, SignatureError> {
        let bytes = STANDARD.decode(text).map_err(|_| SignatureError::Encoding)?;
        bytes.try_into().map(Self).map_err(|_| SignatureError::Encoding)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}
