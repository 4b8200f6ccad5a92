//! Signing in with an account of an identity provider: OpenID Connect, authorization code flow with PKCE.
//!
//! Who comes back gets a token like any other, whose secret nobody has, and a session that stands for it. So lists of
//! tokens, revocation and the audit log know no second kind of caller.

mod claims;
mod grant;
mod provider;

pub use grant::{EVERYBODY, Grant, GrantError, Grants};
pub use provider::Flow;

use std::sync::Arc;
use std::time::Duration;

use marketplace_manifest::Tenant;
use marketplace_store::{Store, StoreError, TokenError};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl};
use serde_json::json;

use super::session::{self, Session};
use super::token;
use provider::{Person, Provider, ProviderError, Registration};

/// How long somebody is signed in: what groups they are in is asked again after that.
pub const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/sign-in/provider/callback";

/// Who the audit log names for what a sign-in makes; its details name issuer and subject.
const ACTOR: &str = "identity provider";

/// What an operator says of the provider.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its name, letter for letter as in its metadata.
    pub issuer: IssuerUrl,
    /// What it knows this server by.
    pub client: ClientId,
    /// A public client has none.
    pub secret: Option<ClientSecret>,
    /// Where people find the pages.
    pub public_url: reqwest::Url,
    /// Whose people they are.
    pub tenant: Tenant,
    /// The claim with somebody's groups.
    pub groups_claim: String,
    /// What the groups may do.
    pub grants: Grants,
}

/// Signs people in who have an account elsewhere.
#[derive(Clone, Debug)]
pub struct SignOn(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    provider: Provider,
    tenant: Tenant,
    grants: Grants,
}

/// Why it cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The public address.
    #[error("{0} is no address that a provider can send people back to; say another with --public-url")]
    Redirect(reqwest::Url),
    /// The client.
    #[error("no connections to an identity provider can be made: {0}")]
    Http(#[from] reqwest::Error),
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignOnError {
    /// The provider is down, or not what the options say.
    #[error("the identity provider does not answer: try again in a minute, or sign in with a token")]
    NoAnswer,
    /// It does not vouch for whoever came.
    #[error("the identity provider did not confirm who you are: sign in again, or use a token")]
    NotConfirmed,
    /// They are somebody, and may not come in.
    #[error(
        "you are “{0}” to the identity provider, and none of your groups may use this marketplace: \
         ask whoever runs it to let one of them in"
    )]
    NotGranted(String),
    /// A token could not be made.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignOn {
    /// Asks nobody anything yet.
    ///
    /// # Errors
    /// See [`SetUpError`].
    pub fn new(config: Config) -> Result<Self, SetUpError> {
        let Config { issuer, client, secret, public_url, tenant, groups_claim, grants } = config;
        let redirect = public_url.join(CALLBACK).map_err(|_| SetUpError::Redirect(public_url))?;
        let redirect = RedirectUrl::from_url(redirect);
        let provider = Provider::new(Registration { issuer, client, secret, redirect, groups_claim })?;
        Ok(Self(Arc::new(Inner { provider, tenant, grants })))
    }

    /// Asks the provider who it is, so that an operator reads of a mistake when the server starts, and the first to sign in
    /// does not wait.
    pub async fn introduce(&self) {
        match self.0.provider.metadata(LIFETIME).await {
            Ok(_) => {
                tracing::info!(issuer = self.0.provider.issuer(), "people can sign in with the provider")
            }
            Err(error) => self.log(&error),
        }
    }

    /// Where to send somebody, and what has to fit when they come back.
    ///
    /// # Errors
    /// [`SignOnError::NoAnswer`].
    pub async fn begin(&self) -> Result<(reqwest::Url, Flow), SignOnError> {
        self.0.provider.begin().await.map_err(|error| self.because(&error))
    }

    /// Whether an answer that names its issuer (RFC 9207) is of this provider.
    #[must_use]
    pub fn is_of(&self, issuer: &str) -> bool {
        issuer == self.0.provider.issuer()
    }

    /// Begins a session for whomever the code stands for.
    ///
    /// # Errors
    /// See [`SignOnError`].
    pub async fn finish(&self, store: &Store, flow: Flow, code: String) -> Result<Session, SignOnError> {
        let person = self.0.provider.finish(flow, code).await.map_err(|error| self.because(&error))?;
        let scopes = self.0.grants.scopes(&person.groups);
        let Person { subject, name, .. } = person;
        if scopes.is_empty() {
            tracing::info!(subject, "who signed in is in no group that may use the marketplace");
            return Err(SignOnError::NotGranted(readable(&name)));
        }
        let by = json!({ "issuer": self.0.provider.issuer(), "subject": subject });
        let label = readable(&format!("signed in as {name}"));
        // Nobody ever had the secret: the session is all that there is of this token.
        let (_, token) =
            token::create_for(store, ACTOR, &self.0.tenant, &label, &scopes, Some(LIFETIME), Some(by))
                .await?;
        // A new token is in force, so there is a session for it.
        session::begin_for(store, token).await?.ok_or(SignOnError::NotConfirmed)
    }

    fn because(&self, error: &ProviderError) -> SignOnError {
        self.log(error);
        match error {
            ProviderError::NoAnswer(_) => SignOnError::NoAnswer,
            ProviderError::NotConfirmed(_) => SignOnError::NotConfirmed,
        }
    }

    fn log(&self, error: &ProviderError) {
        tracing::warn!(issuer = self.0.provider.issuer(), %error, "nobody can sign in with the identity provider");
    }
}

/// An address of a provider that can be believed: over HTTPS, unless it is on this very machine.
///
/// # Errors
/// What to write instead.
pub fn issuer(text: &str) -> Result<IssuerUrl, String> {
    let url: reqwest::Url = text.parse().map_err(|_| "write it like https://id.example.org".to_owned())?;
    if url.scheme() != "https" && !(url.scheme() == "http" && is_this_machine(&url)) {
        return Err("a provider is believed over https; http will do only for one on this machine".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err("write the issuer as its metadata has it, without a query and without a name".to_owned());
    }
    IssuerUrl::new(text.to_owned()).map_err(|_| "write it like https://id.example.org".to_owned())
}

fn is_this_machine(url: &reqwest::Url) -> bool {
    url.host_str().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host))
}

/// A stranger's name as a label: in one line, and not too long.
fn readable(name: &str) -> String {
    let shown = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    shown.take(token::MAX_LABEL).collect::<String>().trim().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_believed_over_https_or_on_this_machine() {
        for good in ["https://id.example.org", "https://id.example.org/realms/home/", "http://127.0.0.1:9000"]
        {
            assert_eq!(issuer(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "id.example.org",
            "http://id.example.org",
            "ftp://localhost",
            "https://a.org/?x=1",
            "https://a.org/#x",
        ] {
            assert!(issuer(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_label_is_one_line_of_a_hundred_characters() {
        assert_eq!(readable("a\nb\0 "), "a b");
        assert_eq!(readable(&"é".repeat(300)).chars().count(), token::MAX_LABEL);
    }
}
