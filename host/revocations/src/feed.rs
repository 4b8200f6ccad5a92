//! Signing a feed, and checking one.

use marketplace_manifest::{PublicKey, SigningKey, canonical, strict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use unicode_normalization::UnicodeNormalization;

use crate::{Entry, Installed};

/// The largest feed that is read, in bytes: some hundred thousand entries.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// How long a feed is good for. Whoever cannot fetch a new one for so long knows too little to go on as before.
pub const LIFETIME: Duration = Duration::days(7);

/// The format that this crate writes, and the only one that it reads.
const FORMAT: u64 = 1;

/// What was taken back, as of one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    format: u64,
    /// Grows with every change of the entries.
    pub version: u64,
    /// When it was signed.
    #[serde(with = "time::serde::rfc3339")]
    pub issued_at: OffsetDateTime,
    /// From when on it is too old to be relied on.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// Sorted, each once: the same withdrawals make the same bytes.
    pub entries: Vec<Entry>,
    /// The fingerprint of the key that signed it.
    pub key: String,
}

/// Why a feed is not to be relied on.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Not the shape of a feed.
    #[error("this is no revocation feed: {0}")]
    Malformed(String),
    /// Of a later format.
    #[error("the feed is of format {0}, and this program reads format {FORMAT}; update the program")]
    Format(u64),
    /// Signed by somebody else, or changed since.
    #[error(
        "the feed is not signed by the key {expected}, or was changed after it was signed; fetch it again"
    )]
    Signature {
        /// The key that it was checked with.
        expected: String,
    },
    /// Too old to be relied on.
    #[error("the feed expired at {}; fetch a new one", text(*.0))]
    Expired(OffsetDateTime),
    /// Not newer than what is known already: somebody may be hiding what came after.
    #[error("the feed has version {version}, which is not above {known}; fetch a new one")]
    Old {
        /// Its version.
        version: u64,
        /// What it had to be above.
        known: u64,
    },
}

impl Feed {
    /// A feed of these withdrawals, good for [`LIFETIME`], as signed text.
    ///
    /// Reasons are brought to Unicode form NFC: a reader refuses any other.
    #[must_use]
    pub fn sign(version: u64, entries: Vec<Entry>, issued_at: OffsetDateTime, key: &SigningKey) -> String {
        let nfc = |entry: Entry| Entry { reason: entry.reason.map(|reason| reason.nfc().collect()), ..entry };
        let mut entries: Vec<Entry> = entries.into_iter().map(nfc).collect();
        entries.sort();
        entries.dedup();
        // Whole seconds: one spelling of a time, in every language.
        let issued_at = issued_at.replace_nanosecond(0).unwrap_or(issued_at);
        let feed = Self {
            format: FORMAT,
            version,
            issued_at,
            expires_at: issued_at + LIFETIME,
            entries,
            key: key.public_key().fingerprint(),
        };
        let mut document = serde_json::to_value(&feed).expect("a feed is plain JSON");
        let signature = key.sign_base64(canonical::to_jcs(&document).as_bytes());
        document["signature"] = Value::String(signature);
        serde_json::to_string_pretty(&document).expect("a feed is plain JSON")
    }

    /// Reads a feed and checks everything about it: the signature, that it is not too old `at` that time, and that
    /// its version is above what is known already, if anything is.
    ///
    /// # Errors
    /// Why it is not to be relied on.
    pub fn verify(
        text: &str,
        key: &PublicKey,
        at: OffsetDateTime,
        newer_than: Option<u64>,
    ) -> Result<Self, FeedError> {
        let malformed = |error: &dyn std::fmt::Display| FeedError::Malformed(error.to_string());
        let mut value = strict::parse_json(text.as_bytes(), MAX_BYTES).map_err(|error| malformed(&error))?;
        let signature = value
            .as_object_mut()
            .and_then(|object| object.remove("signature"))
            .and_then(|signature| signature.as_str().map(str::to_owned))
            .ok_or_else(|| malformed(&"it has no signature"))?;
        // Before anything in it is believed.
        key.verify_base64(canonical::to_jcs(&value).as_bytes(), &signature)
            .map_err(|_| FeedError::Signature { expected: key.fingerprint() })?;
        match value.get("format").and_then(Value::as_u64) {
            Some(FORMAT) => {}
            Some(other) => return Err(FeedError::Format(other)),
            None => return Err(malformed(&"it has no `format`")),
        }
        let feed: Self = serde_json::from_value(value).map_err(|error| malformed(&error))?;
        if at >= feed.expires_at {
            return Err(FeedError::Expired(feed.expires_at));
        }
        match newer_than {
            Some(known) if feed.version <= known => Err(FeedError::Old { version: feed.version, known }),
            _ => Ok(feed),
        }
    }

    /// The withdrawals of something that is installed, or about to be: the gravest first.
    pub fn concerning<'a>(&'a self, what: &'a Installed<'a>) -> impl Iterator<Item = &'a Entry> {
        // They are sorted by kind, and kinds are in that order.
        self.entries.iter().filter(|entry| entry.applies_to(what))
    }
}

fn text(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_else(|_| time.to_string())
}
