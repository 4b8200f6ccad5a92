//! The signed feed of everything that was taken back. Its form, and how it is checked, stand in
//! [`marketplace_revocations`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use marketplace_revocations::{Entry, Feed, Kind, OffsetDateTime};
use marketplace_store::{Revocation, StoreError, Taken};

use crate::clock;
use crate::market::Market;
use crate::secrets::SecretError;

/// How long a signed feed is handed out before it is signed anew: whoever fetches it has at least the rest of its
/// lifetime, and asking for it costs no signature.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// Why there is no feed.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The key that signs it.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The feed that was signed last.
#[derive(Debug, Default)]
pub struct Latest(Mutex<Option<Signed>>);

#[derive(Clone, Debug)]
struct Signed {
    version: i64,
    /// Unix milliseconds.
    at: i64,
    text: Arc<str>,
}

/// Every withdrawal that holds now, signed: see [`Feed`].
///
/// # Errors
/// See [`FeedError`].
pub async fn feed(market: &Market) -> Result<Arc<str>, FeedError> {
    let version = market.store.revocations_version().await?;
    let now = clock::now();
    if let Some(latest) = market.feed.fresh(version, now) {
        return Ok(latest);
    }
    let revocations = market.store.revocations().await?;
    let entries = revocations.entries.into_iter().map(entry).collect();
    let version = u64::try_from(revocations.version).unwrap_or_default();
    let issued_at = OffsetDateTime::now_utc();
    let text: Arc<str> = Feed::sign(version, entries, issued_at, &market.secrets.feed_key()?).into();
    market.feed.keep(Signed { version: revocations.version, at: now, text: text.clone() });
    Ok(text)
}

impl Latest {
    fn fresh(&self, version: i64, now: i64) -> Option<Arc<str>> {
        let latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |signed: &Signed| u128::try_from(now - signed.at).unwrap_or(u128::MAX);
        let fresh = |signed: &&Signed| signed.version == version && age(signed) < FRESH.as_millis();
        latest.as_ref().filter(fresh).map(|signed| signed.text.clone())
    }

    /// Keeps it, unless another request signed a later one meanwhile.
    fn keep(&self, signed: Signed) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.as_ref().is_none_or(|latest| latest.version <= signed.version) {
            *latest = Some(signed);
        }
    }
}

fn entry(revocation: Revocation) -> Entry {
    Entry {
        kind: match revocation.kind {
            Taken::Blocked => Kind::Blocked,
            Taken::KeyRevoked => Kind::KeyRevoked,
            Taken::Yanked => Kind::Yanked,
        },
        category: revocation.category,
        slug: revocation.slug,
        version: revocation.version,
        package_sha256: revocation.package_sha256,
        manifest_sha256: revocation.manifest_sha256,
        key: revocation.key,
        reason: revocation.reason,
        since: clock::rfc3339(revocation.since),
    }
}
