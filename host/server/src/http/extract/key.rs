//! Keys and signatures, as a request carries them: text with a fixed shape, which the OpenAPI document states. Whether
//! a key is one that can be registered, and whether a signature counts, is for the domain to say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use marketplace_manifest::{KeyError, PublicKey, Signature};
use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// How the base64 of every Ed25519 key in SPKI (RFC 8410) begins.
const SPKI: &str = "MCowBQYDK2VwAyEA";

/// A public key of Ed25519: SPKI in PEM, as `marketplace keygen` and `openssl pkey -pubout` write it.
#[derive(Clone, Debug)]
pub(crate) struct KeyPem(String);

impl KeyPem {
    const PATTERN: &str = concat!(
        r"^-----BEGIN PUBLIC KEY-----\r?\nMCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\r?\n",
        r"-----END PUBLIC KEY-----(\r?\n)?$",
    );

    /// The key, if it is one that signatures can be trusted to.
    pub(crate) fn key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_pem(&self.0)
    }

    fn has_shape(text: &str) -> bool {
        let lines: Vec<&str> = text.trim_end_matches(['\r', '\n']).lines().collect();
        let ["-----BEGIN PUBLIC KEY-----", body, "-----END PUBLIC KEY-----"] = lines.as_slice() else {
            return false;
        };
        body.starts_with(SPKI) && STANDARD.decode(body).is_ok_and(|der| der.len() == 44)
    }
}

impl<'de> Deserialize<'de> for KeyPem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if Self::has_shape(&text) { Ok(Self(text)) } else { Err(de::Error::custom(KeyError::PublicPem)) }
    }
}

impl PartialSchema for KeyPem {
    fn schema() -> RefOr<Schema> {
        text(Self::PATTERN)
            .description(Some("An Ed25519 public key: SPKI (RFC 8410) in PEM (RFC 7468)."))
            .into()
    }
}

impl ToSchema for KeyPem {
    fn name() -> std::borrow::Cow<'static, str> {
        "PublicKeyPem".into()
    }
}

/// An Ed25519 signature in base64 with padding, which nobody has checked.
#[derive(Clone, Debug)]
pub(crate) struct RotationSignature(String);

impl RotationSignature {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for RotationSignature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let signature: Signature =
            String::deserialize(deserializer)?.trim_end().parse().map_err(de::Error::custom)?;
        Ok(Self(signature.to_string()))
    }
}

impl PartialSchema for RotationSignature {
    fn schema() -> RefOr<Schema> {
        text("^[A-Za-z0-9+/]{85}[AQgw]==$")
            .description(Some(
                "The old key's Ed25519 signature, in base64, of the RFC 8785 form of `{\"author_id\", \"new_key\", \
                 \"old_key\", \"purpose\": \"marketplace-key-rotation\"}`, the keys by their fingerprints.",
            ))
            .into()
    }
}

impl ToSchema for RotationSignature {}

fn text(pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).pattern(Some(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;
    use marketplace_manifest::SigningKey;

    #[test]
    fn a_key_has_the_shape_that_every_tool_writes() {
        let pem = SigningKey::generate().public_key().to_pem();
        for good in [pem.clone(), pem.trim_end().to_owned(), pem.replace('\n', "\r\n")] {
            assert!(KeyPem::has_shape(&good), "{good}");
        }
        let secret = SigningKey::generate().to_pem();
        for bad in
            ["", "MCowBQYDK2VwAyEA", &secret, &format!(" {pem}"), &pem.replace(SPKI, "AAAAAAAAAAAAAAAA")]
        {
            assert!(!KeyPem::has_shape(bad), "{bad}");
        }
    }
}
