//! Tokens: `mkt_` and Base58Check of 32 random bytes, so that a token is recognised
//! where it leaked, and a mistyped one is refused without asking the database.
//!
//! The database holds the SHA-256 of a token, never the token.

use std::time::Duration;

use marketplace_manifest::{Digest, Tenant};
use marketplace_store::{Event, NewToken, Store, StoreError, Token, TokenError};

use super::scope::{Scope, Scopes};
use crate::clock;
use crate::secrets::random;

/// The longest label, in characters.
pub const MAX_LABEL: usize = 100;

/// How every token begins.
pub const PREFIX: &str = "mkt_";

/// A token as its holder has it. Printed once, stored never.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    fn generate() -> Self {
        Self(format!("{PREFIX}{}", bs58::encode(random::<32>()).with_check().into_string()))
    }

    /// What a caller presented, if it could be a token at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(PREFIX)?;
        let bytes = bs58::decode(body).with_check(None).into_vec().ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// For printing to whoever asked for it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// Enough to recognise it in a list, too little to use it.
    fn hint(&self) -> String {
        self.0[..PREFIX.len() + 6].to_owned()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({}…)", self.hint())
    }
}

/// Who a caller turned out to be.
#[derive(Clone, Debug)]
pub struct Caller {
    /// For whom the call counts.
    pub tenant: Tenant,
    /// What the token allows.
    pub scopes: Scopes,
    /// The token, as the audit log names it.
    pub token_id: String,
}

impl Caller {
    /// Whoever holds this token.
    #[must_use]
    pub fn of(token: &Token) -> Self {
        Self {
            tenant: token.tenant.clone(),
            scopes: token.scopes.iter().filter_map(|word| word.parse().ok()).collect(),
            token_id: token.id.clone(),
        }
    }

    /// As the audit log names an actor.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("{}/token:{}", self.tenant, self.token_id)
    }
}

/// Why no token was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// There is none.
    #[error("there is no token `{0}`; the list of tokens shows their ids")]
    Unknown(String),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token for a tenant, and the tenant if it is new.
///
/// # Errors
/// When the database says no.
pub async fn create(
    store: &Store,
    actor: &str,
    tenant: &Tenant,
    label: &str,
    scopes: &Scopes,
    lifetime: Option<Duration>,
) -> Result<(Secret, Token), TokenError> {
    create_for(store, actor, tenant, label, scopes, lifetime, None).await
}

/// Makes a token for somebody whom an identity provider vouches for; `vouched` says who and by whom, for the audit log.
pub(super) async fn create_for(
    store: &Store,
    actor: &str,
    tenant: &Tenant,
    label: &str,
    scopes: &Scopes,
    lifetime: Option<Duration>,
    vouched: Option<serde_json::Value>,
) -> Result<(Secret, Token), TokenError> {
    let secret = Secret::generate();
    let words: Vec<String> = scopes.iter().map(Scope::to_string).collect();
    let expires_at =
        lifetime.map(|lifetime| clock::now() + i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX / 2));
    super::ensure_tenant(store, actor, tenant).await?;
    let id = uuid::Uuid::now_v7().to_string();
    // What the token does later is logged under its id.
    let mut details = serde_json::json!({
        "token": id, "label": label, "hint": secret.hint(), "scopes": words, "expires_at": expires_at.map(clock::rfc3339),
    });
    if let (Some(details), Some(vouched)) = (details.as_object_mut(), vouched) {
        details.insert("signed_in".to_owned(), vouched);
    }
    let token = store
        .insert_token(
            NewToken {
                id,
                tenant: tenant.clone(),
                label: label.to_owned(),
                hash: secret.hash().to_string(),
                hint: secret.hint(),
                scopes: words,
                expires_at,
            },
            Event::new(actor, "token.created", format!("tenant:{tenant}")).with(details),
        )
        .await?;
    Ok((secret, token))
}

/// Who presents this token, if it is one that is in force.
///
/// # Errors
/// When the database says no.
pub async fn caller(store: &Store, secret: &Secret) -> Result<Option<Caller>, StoreError> {
    Ok(find(store, secret).await?.map(|token| Caller::of(&token)))
}

/// The token that is presented, if it is one that is in force.
///
/// # Errors
/// When the database says no.
pub async fn find(store: &Store, secret: &Secret) -> Result<Option<Token>, StoreError> {
    Ok(store.token_by_hash(&secret.hash().to_string()).await?.filter(is_in_force))
}

/// Neither expired nor revoked.
#[must_use]
pub fn is_in_force(token: &Token) -> bool {
    token.revoked_at.is_none() && token.expires_at.is_none_or(|at| at > clock::now())
}

/// Revokes a token, from the next request on. Again changes nothing.
///
/// # Errors
/// See [`RevokeError`].
pub async fn revoke(
    store: &Store,
    actor: &str,
    id: &str,
    reason: Option<&str>,
) -> Result<Token, RevokeError> {
    let unknown = || RevokeError::Unknown(id.to_owned());
    let token = store.token(id).await?.ok_or_else(unknown)?;
    let mut event = Event::new(actor, "token.revoked", format!("token:{id}"))
        .with(serde_json::json!({ "tenant": token.tenant, "label": token.label, "hint": token.hint }));
    event.reason = reason.map(str::to_owned);
    store.revoke_token(id, event).await?.ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_was_mistyped_is_not_one() {
        let secret = Secret::generate();
        assert!(Secret::parse(secret.reveal()).is_some());
        let mut typo = secret.reveal().to_owned();
        let last = typo.pop();
        typo.push(if last == Some('a') { 'b' } else { 'a' });
        assert!(Secret::parse(&typo).is_none());
        assert!(Secret::parse("mkt_").is_none());
        assert!(Secret::parse(&secret.reveal()[PREFIX.len()..]).is_none());
    }

    #[test]
    fn a_token_does_not_show_itself_in_a_log() {
        let secret = Secret::generate();
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }
}
