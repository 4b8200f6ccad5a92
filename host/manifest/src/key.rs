//! Ed25519 keys (RFC 8032). Files are PEM (RFC 7468): PKCS#8 for the secret half, SPKI
//! for the public one, with the identifiers of RFC 8410.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, KeypairBytes,
};
use ed25519_dalek::{Signer as _, VerifyingKey};
use zeroize::Zeroizing;

use crate::{Digest, Signature, SignatureError};

/// Why bytes or a file are not a usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the PEM file of an Ed25519 secret key.
    #[error(
        "this is not an Ed25519 secret key in PKCS#8 PEM (`-----BEGIN PRIVATE KEY-----`); make one with `marketplace keygen` or `openssl genpkey -algorithm ed25519`"
    )]
    SecretPem,
    /// Not the PEM file of an Ed25519 public key.
    #[error(
        "this is not an Ed25519 public key in SPKI PEM (`-----BEGIN PUBLIC KEY-----`); print one with `openssl pkey -in key.pem -pubout`"
    )]
    PublicPem,
    /// Not a point of the curve.
    #[error("these 32 bytes are not an Ed25519 public key; make a new key pair")]
    NotAPoint,
    /// Another spelling of a point that has a canonical one.
    #[error("this public key is not in its canonical encoding; make a new key pair")]
    NotCanonical,
    /// A key of small order, for which anyone can make signatures.
    #[error("this public key is weak: anyone could sign for it; make a new key pair")]
    Weak,
    /// A key with a part of small order, for which one signature may count in one
    /// library and not in another.
    #[error("this public key is not in the group that Ed25519 signs in; make a new key pair")]
    MixedOrder,
}

/// The secret half of a key pair. Wiped from memory when dropped, and never printed.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key, from the operating system's randomness.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing secure can be done then.
    #[must_use]
    pub fn generate() -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).expect("the operating system gives randomness");
        Self::from_bytes(&seed)
    }

    /// The key of this seed (RFC 8032, section 5.1.5), as [`SigningKey::to_bytes`] gave it.
    #[must_use]
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The seed: 32 bytes that must be encrypted before they are stored.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Reads a PKCS#8 PEM file. Where the file names the public half as well, it has to fit.
    ///
    /// # Errors
    /// [`KeyError::SecretPem`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError::SecretPem)
    }

    /// The PKCS#8 PEM file of this key. Not encrypted: give the file mode 0600.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        // Version 1, without the public half: version 2 (RFC 5958) is what other
        // people's tools often fail to read.
        KeypairBytes { secret_key: self.0.to_bytes(), public_key: None }
            .to_pkcs8_pem(LineEnding::LF)
            .expect("32 bytes fit in PKCS#8")
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        // A multiple of the base point: canonical and torsion-free by construction.
        PublicKey(self.0.verifying_key())
    }

    /// Signs these bytes: a canonical form, so that others can make the same bytes.
    #[must_use]
    pub fn sign_bytes(&self, bytes: &[u8]) -> Signature {
        Signature::from_bytes(self.0.sign(bytes).to_bytes())
    }

    /// [`SigningKey::sign_bytes`], as base64.
    #[must_use]
    pub fn sign_base64(&self, bytes: &[u8]) -> String {
        self.sign_bytes(bytes).to_string()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.public_key().fingerprint())
    }
}

/// The public half of a key pair. There is none that was not checked: canonical, not
/// weak, torsion-free.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads an SPKI PEM file.
    ///
    /// # Errors
    /// [`KeyError::PublicPem`], or what is wrong with the key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = ed25519_dalek::pkcs8::PublicKeyBytes::from_public_key_pem(pem)
            .map_err(|_| KeyError::PublicPem)?;
        Self::from_bytes(&key.0)
    }

    /// Checks the 32 bytes of RFC 8032, section 5.1.2.
    ///
    /// # Errors
    /// What is wrong with the key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        let point = key.to_edwards();
        // `from_bytes` reduces a coordinate past the field's order, and takes a sign for
        // zero: other libraries refuse those, so such a key verifies here and not there.
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(KeyError::Weak);
        }
        // `verify_strict` accepts these, batch and cofactored verifiers may not.
        if !point.is_torsion_free() {
            return Err(KeyError::MixedOrder);
        }
        Ok(Self(key))
    }

    /// The SPKI PEM file of this key.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("32 bytes fit in SPKI")
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// A short name for people to compare: `SHA256:` and the SHA-256 of the key's SPKI
    /// DER in base64 without padding. It is written like OpenSSH's, but is not equal to
    /// it: OpenSSH hashes its own key format. To get it elsewhere:
    /// `openssl pkey -pubin -in key.pem -outform DER | openssl dgst -sha256 -binary | base64`,
    /// without the `=` at the end.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let der = self.0.to_public_key_der().expect("32 bytes fit in SPKI");
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Digest::of(der.as_bytes()).as_bytes()))
    }

    /// Checks a signature of these bytes, strictly: one that was altered without the key
    /// does not count, even where the equation of RFC 8032 would still hold.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub fn verify_bytes(&self, bytes: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        self.0
            .verify_strict(bytes, &signature)
            .map_err(|_| SignatureError::Mismatch { fingerprint: self.fingerprint() })
    }

    /// [`PublicKey::verify_bytes`], for a signature in base64.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify_base64(&self, bytes: &[u8], signature: &str) -> Result<(), SignatureError> {
        self.verify_bytes(bytes, &signature.parse()?)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}
