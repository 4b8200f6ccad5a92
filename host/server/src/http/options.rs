//! What an operator may choose about the HTTP side. The defaults are on, and safe.

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;

use super::limit::Rate;
use crate::account::sign_on::SignOn;

/// How a market is served.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How many calls a minute.
    pub rate: Rate,
    /// Whether browsing needs a token with the scope `browse`.
    pub closed: bool,
    /// Whether the connections come from a proxy, which says in `X-Forwarded-For` who calls.
    pub behind_proxy: bool,
    /// Web pages of these origins may call the API with a token of theirs. None, unless said.
    pub cors_origins: Vec<HeaderValue>,
    /// Where people find the pages, if that is not where the server listens: with `https`, cookies travel over nothing else.
    pub public_url: Option<reqwest::Url>,
    /// Signs in whoever has an account of an identity provider. Without it, people sign in with tokens.
    pub sign_on: Option<SignOn>,
}

impl Options {
    /// Whether people come over HTTPS.
    pub(super) fn is_secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Nothing for no origin: a browser then lets no page but ours read an answer. No cookies are ever allowed.
    pub(super) fn cors(&self) -> Option<CorsLayer> {
        if self.cors_origins.is_empty() {
            return None;
        }
        let answers = ["ratelimit", "ratelimit-policy", "x-request-id"].map(HeaderName::from_static);
        Some(
            CorsLayer::new()
                .allow_origin(self.cors_origins.clone())
                .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
                .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH])
                .expose_headers(
                    [header::ETAG, header::LOCATION, header::RETRY_AFTER]
                        .into_iter()
                        .chain(answers)
                        .collect::<Vec<_>>(),
                )
                .max_age(std::time::Duration::from_secs(600)),
        )
    }
}
