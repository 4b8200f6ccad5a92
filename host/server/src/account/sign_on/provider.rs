//! What is asked of the identity provider, over HTTP: who it is, and what a code stands for.
//!
//! Nothing here is asked before somebody wants to sign in, and no other request waits for it.

use std::pin::Pin;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdToken, IdTokenClaims,
    IdTokenFields, IssuerUrl, JwsSigningAlgorithm as _, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::claims::Claims;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// How long what a provider says of itself is believed.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// A token with an unknown key is a reason to look again, but not more often than this.
const AGAIN: Duration = Duration::from_secs(5);
/// How long an attempt that failed stands for others: not everybody should wait for a provider that is down.
const RESPITE: Duration = Duration::from_secs(2);

/// Who we are to which provider.
#[derive(Debug)]
pub(super) struct Registration {
    pub(super) issuer: IssuerUrl,
    pub(super) client: ClientId,
    /// A public client has none.
    pub(super) secret: Option<ClientSecret>,
    /// Where the provider sends people back to.
    pub(super) redirect: RedirectUrl,
    /// The claim with somebody's groups.
    pub(super) groups_claim: String,
}

/// What has to come back unchanged, or fit, when somebody comes back from the provider. Their browser keeps it.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

impl Flow {
    /// Whether whoever comes back is who was sent.
    #[must_use]
    pub fn began_with(&self, state: &str) -> bool {
        self.state.secret() == state
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flow(…)")
    }
}

/// Whom the provider vouches for.
#[derive(Debug)]
pub(super) struct Person {
    /// What the provider knows them by, for ever.
    pub(super) subject: String,
    /// What people call them.
    pub(super) name: String,
    pub(super) groups: Vec<String>,
}

/// Why the provider is of no help.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderError {
    /// It is not there, or does not say who it is.
    #[error("{0}")]
    NoAnswer(String),
    /// It does not vouch for anybody, or not in a way that can be checked.
    #[error("{0}")]
    NotConfirmed(String),
}

#[derive(Debug)]
pub(super) struct Provider {
    us: Registration,
    http: Http,
    known: Mutex<Known>,
}

/// What the provider said of itself, with its keys, and when.
#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Instant, CoreProviderMetadata)>,
    failed: Option<(Instant, String)>,
}

type Token = IdToken<Claims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Answer = StandardTokenResponse<Fields, CoreTokenType>;
type OurClient = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    pub(super) fn new(us: Registration) -> Result<Self, reqwest::Error> {
        let http = Http::new(us.issuer.url())?;
        Ok(Self { us, http, known: Mutex::default() })
    }

    pub(super) fn issuer(&self) -> &str {
        self.us.issuer.as_str()
    }

    /// Where to send somebody, and what has to fit when they come back.
    pub(super) async fn begin(&self) -> Result<(reqwest::Url, Flow), ProviderError> {
        let metadata = self.metadata(FRESH).await?;
        // Some providers tell groups only to who asks for them by this name, and some refuse names that they do not know.
        let groups = Scope::new(self.us.groups_claim.clone());
        let knows_groups = metadata.scopes_supported().is_some_and(|known| known.contains(&groups));
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(metadata);
        let code = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (address, state, nonce) = client
            .authorize_url(code, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .add_scopes(knows_groups.then_some(groups))
            .set_pkce_challenge(challenge)
            .url();
        Ok((address, Flow { state, nonce, verifier }))
    }

    /// Whom a code stands for.
    pub(super) async fn finish(&self, flow: Flow, code: String) -> Result<Person, ProviderError> {
        let client = self.client(self.metadata(FRESH).await?);
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::NoAnswer(error.to_string()))?;
        let answer = request
            .set_pkce_verifier(flow.verifier)
            .request_async(&self.http)
            .await
            .map_err(not_exchanged)?;
        let id_token = answer
            .id_token()
            .ok_or_else(|| ProviderError::NotConfirmed("its answer has no ID token".to_owned()))?;
        match verify(&client, id_token, &answer, &flow.nonce) {
            Ok(claims) => self.person(&client, claims, &answer).await,
            // The provider may have begun to sign with another key since.
            Err(error) if may_be_a_new_key(&error) => {
                let client = self.client(self.metadata(AGAIN).await?);
                let claims = verify(&client, id_token, &answer, &flow.nonce).map_err(not_confirmed)?;
                self.person(&client, claims, &answer).await
            }
            Err(error) => Err(not_confirmed(error)),
        }
    }

    /// What the provider says of itself, not older than this.
    pub(super) async fn metadata(&self, age: Duration) -> Result<CoreProviderMetadata, ProviderError> {
        // Held while it is asked: whoever else wants to sign in then would only ask for the same.
        let mut known = self.known.lock().await;
        if let Some((_, metadata)) = known.metadata.as_ref().filter(|(at, _)| at.elapsed() < age) {
            return Ok(metadata.clone());
        }
        if let Some((_, error)) = known.failed.as_ref().filter(|(at, _)| at.elapsed() < RESPITE) {
            return Err(ProviderError::NoAnswer(error.clone()));
        }
        match self.discover().await {
            Ok(metadata) => {
                *known = Known { metadata: Some((Instant::now(), metadata.clone())), failed: None };
                Ok(metadata)
            }
            Err(error) => {
                known.failed = Some((Instant::now(), error.clone()));
                Err(ProviderError::NoAnswer(error))
            }
        }
    }

    async fn discover(&self) -> Result<CoreProviderMetadata, String> {
        let found = CoreProviderMetadata::discover_async(self.us.issuer.clone(), &self.http).await;
        let metadata = found.map_err(|error| chain(&error))?;
        // An issuer over HTTPS is not to send our secret over anything less. (One over HTTP is on this machine.)
        let endpoints = [
            Some(metadata.authorization_endpoint().url()),
            metadata.token_endpoint().map(|endpoint| endpoint.url()),
            metadata.userinfo_endpoint().map(|endpoint| endpoint.url()),
            Some(metadata.jwks_uri().url()),
        ];
        let safe = ["https", self.us.issuer.url().scheme()];
        if let Some(unsafe_one) = endpoints.into_iter().flatten().find(|one| !safe.contains(&one.scheme())) {
            return Err(format!("its endpoint {unsafe_one} is not HTTPS"));
        }
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> OurClient {
        let accepts = metadata.token_endpoint_auth_methods_supported();
        // Without a word, the standard's default is the header.
        let in_body = accepts.is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        Client::from_provider_metadata(metadata, self.us.client.clone(), self.us.secret.clone())
            .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
            .set_redirect_uri(self.us.redirect.clone())
    }

    /// Who it is. What the ID token does not say, the provider may say when it is asked.
    async fn person(
        &self,
        client: &OurClient,
        claims: &IdTokenClaims<Claims, CoreGenderClaim>,
        answer: &Answer,
    ) -> Result<Person, ProviderError> {
        let subject = claims.subject().clone();
        let mut name = name_in(claims.preferred_username(), claims.name(), claims.email());
        let mut groups = claims.additional_claims().groups(&self.us.groups_claim);
        if name.is_none() || groups.is_none() {
            let access = answer.access_token().clone();
            // A provider that has no such address has said all in the token.
            if let Ok(request) = client.user_info(access, Some(subject.clone())) {
                let more: UserInfoClaims<Claims, CoreGenderClaim> =
                    request.request_async(&self.http).await.map_err(|error| {
                        ProviderError::NotConfirmed(format!("what it says of the person: {}", chain(&error)))
                    })?;
                name = name.or_else(|| name_in(more.preferred_username(), more.name(), more.email()));
                groups = groups.or_else(|| more.additional_claims().groups(&self.us.groups_claim));
            }
        }
        let name = name.unwrap_or_else(|| subject.to_string());
        Ok(Person { subject: subject.to_string(), name, groups: groups.unwrap_or_default() })
    }
}

/// What somebody is called: their account's name, or else that which people call them by.
fn name_in(
    account: Option<&openidconnect::EndUserUsername>,
    name: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>,
    email: Option<&openidconnect::EndUserEmail>,
) -> Option<String> {
    let name = || name.and_then(|name| name.get(None).or_else(|| name.iter().next().map(|(_, name)| name)));
    let words = account.map(|account| account.as_str()).or_else(|| name().map(|name| name.as_str()));
    words.or_else(|| email.map(|email| email.as_str())).map(str::to_owned)
}

/// The claims of a token that is signed, for us, in force, and the answer to what was asked.
fn verify<'a>(
    client: &OurClient,
    id_token: &'a Token,
    answer: &Answer,
    nonce: &Nonce,
) -> Result<&'a IdTokenClaims<Claims, CoreGenderClaim>, ClaimsVerificationError> {
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let odd = |error: &dyn std::fmt::Display| ClaimsVerificationError::Other(error.to_string());
        let algorithm = id_token.signing_alg().map_err(|error| odd(&error))?;
        if algorithm.uses_shared_secret() {
            // There is no public key to look for, and the check is of little use here: both came in one answer over TLS.
            return Ok(claims);
        }
        let key = id_token.signing_key(&verifier).map_err(|error| odd(&error))?;
        let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key)
            .map_err(|error| odd(&error))?;
        if actual != *expected {
            return Err(odd(&"the access token is of another answer"));
        }
    }
    Ok(claims)
}

fn may_be_a_new_key(error: &ClaimsVerificationError) -> bool {
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_)
        )
    )
}

fn not_confirmed(error: ClaimsVerificationError) -> ProviderError {
    ProviderError::NotConfirmed(format!("its ID token does not hold: {}", chain(&error)))
}

/// Never with what was sent, nor with what came back: one is the code, the other a token.
fn not_exchanged(
    error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>,
) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(said) => {
            ProviderError::NotConfirmed(format!("it refuses the code: {}", said.error().as_ref()))
        }
        RequestTokenError::Request(error) => ProviderError::NoAnswer(chain(&error)),
        RequestTokenError::Parse(error, _) => {
            ProviderError::NotConfirmed(format!("its answer is not what it should be, at {}", error.path()))
        }
        RequestTokenError::Other(what) => ProviderError::NotConfirmed(what),
    }
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("no answer")]
    Request(#[from] reqwest::Error),
    #[error("the answer has more than {MAX_BODY} bytes")]
    TooLarge,
    #[error("the answer cannot be read")]
    Form(#[from] openidconnect::http::Error),
}

/// Goes nowhere but where it was sent, waits for a while, and reads so much.
#[derive(Debug)]
struct Http(reqwest::Client);

impl Http {
    fn new(issuer: &reqwest::Url) -> Result<Self, reqwest::Error> {
        // Chosen here because the process may have only one; a second choice is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT);
        if super::is_this_machine(issuer) {
            // Nobody's proxy knows this machine's own addresses.
            builder = builder.no_proxy();
        }
        builder.build().map(Self)
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut response = self.0.execute(request.try_into()?).await?;
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await? {
            if body.len() + bytes.len() > MAX_BODY {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&bytes);
        }
        let mut answer = openidconnect::http::Response::new(body);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
