//! Licenses: a document that the vendor signed, and the gates that follow from it.
//!
//! The signature is Ed25519 over the RFC 8785 form of the document without its field
//! `signature`: the same rule as a manifest's. A license that is missing, expired, not
//! yet valid, of another tenant or not signed by the vendor counts as tier Free.

use std::collections::BTreeMap;

use marketplace_manifest::{CategoryId, PublicKey, SigningKey, Tenant, canonical, strict};
use marketplace_store::{Event, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock;

/// The largest license document, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// The gate that decides about publishing.
pub const PUBLISH: &str = "marketplace_publish";
/// The gate that decides about browsing.
pub const BROWSE: &str = "marketplace_browse";
/// What `marketplace_install_skills_cap` was called before there were categories.
const LEGACY_CAP: &str = "marketplace_install_cap";

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

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
    /// Over, or not yet begun.
    #[error("the license is valid from {0} to {1}")]
    Validity(String, String),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
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
        let malformed = |error: &dyn std::fmt::Display| LicenseError::Malformed(error.to_string());
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
        let time = |text: &str| {
            clock::parse_rfc3339(text).ok_or_else(|| malformed(&format!("`{text}` is no RFC 3339 time")))
        };
        let begins = time(&document.issued_at)?;
        let ends = document.expires_at.as_deref().map(time).transpose()?;
        if now < begins || ends.is_some_and(|ends| now >= ends) {
            let ends = document.expires_at.unwrap_or_else(|| "ever".into());
            return Err(LicenseError::Validity(document.issued_at, ends));
        }
        Ok(document)
    }
}

/// Puts a signed document in force.
///
/// # Errors
/// When it is not in force for that tenant now.
pub async fn install(
    store: &Store,
    vendor: &PublicKey,
    actor: &str,
    tenant: &Tenant,
    text: &str,
) -> Result<Document, LicenseError> {
    let document = Document::verify(text, vendor, tenant, clock::now())?;
    super::ensure_tenant(store, actor, tenant).await?;
    let event = Event::new(actor, "license.installed", format!("tenant:{tenant}")).with(
        serde_json::json!({ "id": document.id, "tier": document.tier, "expires_at": document.expires_at }),
    );
    store.put_license(tenant, text, event).await?;
    Ok(document)
}

/// What a tenant may do now.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    /// The tier in force.
    pub tier: Tier,
    overrides: BTreeMap<String, Value>,
}

impl Gates {
    /// What follows from the license of a tenant. Nobody in particular is Free.
    ///
    /// # Errors
    /// When the database says no. A license that is not in force is no error.
    pub async fn of(store: &Store, vendor: &PublicKey, tenant: Option<&Tenant>) -> Result<Self, StoreError> {
        let Some(tenant) = tenant else { return Ok(Self::default()) };
        let Some(text) = store.license(tenant).await? else { return Ok(Self::default()) };
        match Document::verify(&text, vendor, tenant, clock::now()) {
            Ok(document) => Ok(Self { tier: document.tier, overrides: document.gates }),
            Err(error) => {
                tracing::warn!(%tenant, %error, "the license is not in force: tier Free");
                Ok(Self::default())
            }
        }
    }

    /// The name of a category's gate.
    #[must_use]
    pub fn cap_gate(category: &CategoryId) -> String {
        format!("marketplace_install_{category}_cap")
    }

    /// How many items of a category may be installed; `None` is no limit.
    #[must_use]
    pub fn install_cap(&self, category: &CategoryId, free_install_cap: u32) -> Option<u32> {
        let gate = Self::cap_gate(category);
        let legacy = || {
            let value =
                (gate == "marketplace_install_skills_cap").then(|| self.overrides.get(LEGACY_CAP))??;
            tracing::warn!(
                "the license uses the gate `{LEGACY_CAP}`, which the next release no longer reads; use `{gate}`"
            );
            Some(value)
        };
        match self.overrides.get(&gate).or_else(legacy) {
            Some(Value::Null) => None,
            Some(value) => Some(value.as_u64().map_or(0, |cap| u32::try_from(cap).unwrap_or(u32::MAX))),
            None if self.tier == Tier::Free => Some(free_install_cap),
            None => None,
        }
    }

    /// Whether a gate that is open or closed is open.
    #[must_use]
    pub fn open(&self, gate: &str) -> bool {
        match self.overrides.get(gate) {
            Some(value) => value.as_bool().unwrap_or(false),
            None => gate == BROWSE || self.tier != Tier::Free,
        }
    }
}
