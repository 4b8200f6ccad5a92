//! What the vendor signs.
//!
//! The signature is Ed25519 over the RFC 8785 form of the document without its field
//! `signature`: the same rule as a manifest's.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use marketplace_manifest::{PublicKey, SigningKey, Tenant, canonical, strict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock;

/// The largest license document, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// What a tenant pays for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// No license.
    #[default]
    Free,
    /// One person.
    Pro,
    /// Several.
    Team,
    /// Many.
    Enterprise,
}

impl Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "Free",
            Self::Pro => "Pro",
            Self::Team => "Team",
            Self::Enterprise => "Enterprise",
        })
    }
}

/// What the vendor states about a tenant. Times are RFC 3339.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Names this document in the audit log.
    pub id: String,
    /// Whose license it is.
    pub tenant: Tenant,
    /// What it buys.
    pub tier: Tier,
    /// When it was signed, which is when it begins.
    pub issued_at: String,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Gates that differ from the tier's: `true`, `false`, a cap, or `null` for no cap.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gates: BTreeMap<String, Value>,
}

/// Why a license is not in force.
#[derive(Debug, thiserror::Error)]
pub enum LicenseError {
    /// Not the shape of a license.
    #[error("this is no license document: {0}")]
    Malformed(String),
    /// Not signed by the vendor whose key this server has.
    #[error("the license is not signed by the vendor whose key this server trusts")]
    Signature,
    /// Somebody else's.
    #[error("the license is for tenant `{0}`, not for `{1}`")]
    Tenant(Tenant, Tenant),
    /// Not yet begun.
    #[error("the license begins at {0}; if that is past, this server's clock is behind")]
    NotYet(String),
    /// Over.
    #[error("the license ended at {0}; put a newer one in force")]
    Expired(String),
}

impl Document {
    /// The signed document, as text.
    #[must_use]
    pub fn sign(&self, vendor: &SigningKey) -> String {
        let mut document = serde_json::to_value(self).expect("a license is plain JSON");
        let signature = vendor.sign_base64(canonical::to_jcs(&document).as_bytes());
        document["signature"] = Value::String(signature);
        serde_json::to_string_pretty(&document).expect("a license is plain JSON")
    }

    /// Reads a signed document and checks everything about it.
    ///
    /// # Errors
    /// Why it is not in force for `tenant` at `now`.
    pub fn verify(text: &str, vendor: &PublicKey, tenant: &Tenant, now: i64) -> Result<Self, LicenseError> {
        let document = Self::authentic(text, vendor, tenant)?;
        document.check_validity(now)?;
        Ok(document)
    }

    /// Reads a document that the vendor signed for this tenant, whenever it is good for.
    ///
    /// # Errors
    /// [`LicenseError::Malformed`], [`LicenseError::Signature`] or [`LicenseError::Tenant`].
    pub fn authentic(text: &str, vendor: &PublicKey, tenant: &Tenant) -> Result<Self, LicenseError> {
        let mut value = strict::parse_json(text.as_bytes(), MAX_BYTES).map_err(|error| malformed(&error))?;
        let signature = value
            .as_object_mut()
            .and_then(|object| object.remove("signature"))
            .and_then(|signature| signature.as_str().map(str::to_owned))
            .ok_or_else(|| malformed(&"it has no signature"))?;
        vendor
            .verify_base64(canonical::to_jcs(&value).as_bytes(), &signature)
            .map_err(|_| LicenseError::Signature)?;
        let document: Self = serde_json::from_value(value).map_err(|error| malformed(&error))?;
        if document.tenant != *tenant {
            return Err(LicenseError::Tenant(document.tenant, tenant.clone()));
        }
        Ok(document)
    }

    /// Whether it is good at `now`.
    ///
    /// # Errors
    /// [`LicenseError::NotYet`], [`LicenseError::Expired`], or [`LicenseError::Malformed`] if
    /// it does not say when in RFC 3339.
    pub fn check_validity(&self, now: i64) -> Result<(), LicenseError> {
        let begins = self.begins()?;
        let ends = self.expires_at.as_deref().map(time).transpose()?;
        if now < begins {
            return Err(LicenseError::NotYet(self.issued_at.clone()));
        }
        match &self.expires_at {
            Some(text) if ends.is_some_and(|ends| now >= ends) => Err(LicenseError::Expired(text.clone())),
            _ => Ok(()),
        }
    }

    /// When it was signed, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`LicenseError::Malformed`].
    pub fn begins(&self) -> Result<i64, LicenseError> {
        time(&self.issued_at)
    }
}

fn time(text: &str) -> Result<i64, LicenseError> {
    clock::parse_rfc3339(text).ok_or_else(|| malformed(&format!("`{text}` is no RFC 3339 time")))
}

fn malformed(error: &dyn Display) -> LicenseError {
    LicenseError::Malformed(error.to_string())
}
