//! What an operator names when blocking a key.

use std::fmt;
use std::str::FromStr;

/// How every fingerprint begins.
const PREFIX: &str = "SHA256:";
/// Characters of base64, without padding, that 32 bytes are.
const LENGTH: usize = 43;

/// A key's fingerprint, as [`PublicKey::fingerprint`](marketplace_manifest::PublicKey::fingerprint) writes it. The key
/// need not be known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

/// A text that is no fingerprint.
#[derive(Clone, Debug, thiserror::Error)]
#[error("a fingerprint is `SHA256:` and 43 characters of base64, as `marketplace keygen` prints it")]
pub struct FingerprintError;

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let digits = text.strip_prefix(PREFIX).ok_or(FingerprintError)?;
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        if digits.len() == LENGTH && digits.bytes().all(is_base64) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FingerprintError)
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_what_a_key_says_of_itself() {
        let key = marketplace_manifest::SigningKey::generate().public_key().fingerprint();
        assert_eq!(key.parse::<Fingerprint>().unwrap().to_string(), key);
        for wrong in [&key[1..], &key[..49], "", "SHA256:", &format!("{key}="), &key.replace(':', "-")] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
