//! Sessions of the web pages: a cookie that stands for a token. A session may do what its token may, and ends with it.
//!
//! The database holds the SHA-256 of a session's secret, never the secret; the cookie never holds the token.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use marketplace_manifest::Digest;
use marketplace_store::{Event, NewSession, Store, StoreError, Token};
use serde_json::json;

use super::token::{self, Caller};
use crate::clock;
use crate::secrets::random;

/// The longest session, unless its token ends before.
pub const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What the cookie holds: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionSecret([u8; 32]);

impl SessionSecret {
    /// What a browser sent, if it could be a session at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// For the cookie.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Keys derived from it are as secret as it is.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn hash(&self) -> String {
        Digest::of(&self.0).to_string()
    }
}

impl std::fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionSecret(…)")
    }
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// For whom its calls count, and what they may do.
    pub caller: Caller,
    /// What a person called its token.
    pub label: String,
    /// Of its cookie.
    pub secret: SessionSecret,
    /// Unix milliseconds.
    pub expires_at: i64,
}

/// Begins a session for whoever presents a token. `None` if the token is unknown, expired or revoked.
///
/// # Errors
/// When the database says no.
pub async fn begin(store: &Store, secret: &token::Secret) -> Result<Option<Session>, StoreError> {
    match token::find(store, secret).await? {
        Some(token) => begin_for(store, token).await,
        None => Ok(None),
    }
}

/// Begins a session that stands for a token which was looked at already.
///
/// # Errors
/// When the database says no.
pub async fn begin_for(store: &Store, token: Token) -> Result<Option<Session>, StoreError> {
    let secret = SessionSecret(random());
    let longest = clock::now() + i64::try_from(LIFETIME.as_millis()).unwrap_or(i64::MAX / 2);
    let expires_at = token.expires_at.map_or(longest, |end| end.min(longest));
    let session = Session { caller: Caller::of(&token), label: token.label.clone(), secret, expires_at };
    let row = NewSession { hash: session.secret.hash(), token: token.id.clone(), expires_at };
    let event = Event::new(session.caller.actor(), "session.began", format!("token:{}", token.id))
        .with(json!({ "expires_at": clock::rfc3339(expires_at) }));
    let begun = store.begin_session(&row, event).await?;
    Ok(begun.then_some(session))
}

/// The session of a cookie, if it and its token are in force.
///
/// # Errors
/// When the database says no.
pub async fn find(store: &Store, secret: SessionSecret) -> Result<Option<Session>, StoreError> {
    let Some(row) = store.session(&secret.hash()).await? else { return Ok(None) };
    if row.expires_at <= clock::now() || !token::is_in_force(&row.token) {
        return Ok(None);
    }
    let (caller, label, expires_at) = (Caller::of(&row.token), row.token.label, row.expires_at);
    Ok(Some(Session { caller, label, secret, expires_at }))
}

/// Ends a session.
///
/// # Errors
/// When the database says no.
pub async fn end(store: &Store, session: &Session) -> Result<(), StoreError> {
    let subject = format!("token:{}", session.caller.token_id);
    let event = Event::new(session.caller.actor(), "session.ended", subject);
    store.end_session(&session.secret.hash(), event).await.map(drop)
}
