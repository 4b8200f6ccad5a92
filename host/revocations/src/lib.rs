//! The revocation feed: a signed document that says what was taken back, and that whoever has something
//! installed checks without asking anybody. No I/O.
//!
//! ```json
//! {
//!   "format": 1,
//!   "version": 7,
//!   "issued_at": "2026-03-01T12:00:00Z",
//!   "expires_at": "2026-03-08T12:00:00Z",
//!   "entries": [
//!     {"kind": "blocked", "category": "widgets", "slug": "clock", "reason": "malware", "since": "2026-02-27T08:30:00Z"}
//!   ],
//!   "key": "SHA256:…",
//!   "signature": "…"
//! }
//! ```
//!
//! * **`signature`** is base64 of Ed25519 over the RFC 8785 form of the document without `signature`: the rule of
//!   manifests and licenses. `key` names the key, as [`PublicKey::fingerprint`] does.
//! * **`version`** grows with every change of `entries`: whoever has seen 7 takes nothing below, so that an old feed
//!   cannot hide what is new. The same version may be issued again, later.
//! * **`expires_at`** makes a stale copy show: a feed past it may lack anything.
//! * **An entry** applies to whatever agrees with all that it names: a package under whatever name, every version
//!   of an item, everything that a key signed. See [`Feed::concerning`].
//!
//! A reader of format 1 refuses what format 1 does not have: a member that it does not know might be the one that
//! matters.
#![forbid(unsafe_code)]

mod entry;
mod feed;

pub use entry::{Entry, Installed, Kind};
pub use feed::{Feed, FeedError, LIFETIME, MAX_BYTES};
pub use marketplace_manifest::{PublicKey, SigningKey};
pub use time::OffsetDateTime;
