use std::collections::BTreeMap;

use marketplace_manifest::Tenant;
use serde_json::Value;

use super::{Document, GateError, InstallError, Tier, check_gate, install};
use crate::clock;
use crate::market::Market;
use crate::secrets::SecretError;

/// What a license shall say.
#[derive(Clone, Debug)]
pub struct Order {
    /// For whom; a new tenant is made.
    pub tenant: Tenant,
    /// What it buys.
    pub tier: Tier,
    /// How long it is good for; without, for ever.
    pub days: Option<u32>,
    /// Gates that differ from the tier's.
    pub gates: BTreeMap<String, Value>,
}

/// Why no license was signed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The vendor is somebody else, whose secret key is not here.
    #[error(
        "this server trusts licenses that {trusted} signed, and does not have that key: ask the vendor for a license, \
         and put it in force with `marketplace license install`"
    )]
    VendorElsewhere {
        /// The fingerprint of the key that is trusted.
        trusted: String,
    },
    /// An override that would mean nothing.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The vendor's key cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It could not be put in force.
    #[error(transparent)]
    Install(#[from] InstallError),
}

/// Signs a license with this data folder's vendor key, and puts it in force. Returns the
/// document, and its signed text.
///
/// # Errors
/// See [`IssueError`].
pub async fn issue(market: &Market, actor: &str, order: Order) -> Result<(Document, String), IssueError> {
    let vendor = market.secrets.vendor_key()?;
    // Signed with a key that nobody trusts, it would only look like a license.
    if vendor.public_key() != market.vendor {
        return Err(IssueError::VendorElsewhere { trusted: market.vendor.fingerprint() });
    }
    for (gate, value) in &order.gates {
        check_gate(gate, value)?;
    }
    let now = clock::now();
    let document = Document {
        id: uuid::Uuid::now_v7().to_string(),
        tenant: order.tenant,
        tier: order.tier,
        issued_at: clock::rfc3339(now),
        expires_at: order.days.map(|days| clock::rfc3339(now + i64::from(days) * 24 * 60 * 60 * 1000)),
        gates: order.gates,
    };
    let text = document.sign(&vendor);
    install(&market.store, &market.vendor, actor, &document.tenant, &text).await?;
    Ok((document, text))
}
