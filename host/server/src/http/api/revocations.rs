use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use marketplace_manifest::{CategoryId, Digest, Slug, Version};
use marketplace_store::Taken;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Problem;
use crate::market::Market;
use crate::withdrawal;

/// Everything that was taken back. `signature` is base64 of Ed25519 over the RFC 8785 form of the rest.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevocationFeed)]
#[allow(dead_code, reason = "a schema: the feed is sent as it was signed")]
pub(crate) struct Feed {
    /// 1.
    format: u64,
    /// Grows with every change of the entries: take nothing below what you have seen.
    version: u64,
    #[schema(format = DateTime)]
    issued_at: String,
    /// From then on it is too old to be relied on: seven days after it was issued.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Sorted, each once.
    entries: Vec<Entry>,
    /// The fingerprint of the key that signed it.
    key: String,
    signature: String,
}

/// One withdrawal, of whatever agrees with all that is named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revocation)]
#[allow(dead_code, reason = "a schema: the feed is sent as it was signed")]
struct Entry {
    /// What is `blocked` must not run.
    kind: Taken,
    #[schema(nullable = false)]
    category: Option<CategoryId>,
    #[schema(nullable = false)]
    slug: Option<Slug>,
    #[schema(nullable = false)]
    version: Option<Version>,
    #[schema(nullable = false)]
    package_sha256: Option<Digest>,
    #[schema(nullable = false)]
    manifest_sha256: Option<Digest>,
    /// The fingerprint of the key that signed it.
    #[schema(nullable = false)]
    key: Option<String>,
    #[schema(nullable = false)]
    reason: Option<String>,
    #[schema(format = DateTime)]
    since: String,
}

/// The signed feed of everything that was taken back.
///
/// Whoever keeps a copy can check it offline, with the key of `revocations/key`.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/revocations",
    operation_id = "get_revocations",
    tag = "catalogue",
    responses((status = OK, body = Feed, description = "As it was signed.")),
)]
pub(crate) async fn revocations(State(market): State<Market>) -> Result<impl IntoResponse, Problem> {
    let feed = withdrawal::feed(&market).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], feed.to_string()))
}

/// The public key that the revocation feed is checked with.
///
/// Take it once, from somebody you trust; whoever could forge the feed on its way could forge this answer too.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/revocations/key",
    operation_id = "get_revocations_key",
    tag = "catalogue",
    responses((status = OK, body = String, content_type = "application/x-pem-file", description = "PEM (SPKI).")),
)]
pub(crate) async fn revocations_key(State(market): State<Market>) -> Result<impl IntoResponse, Problem> {
    let key = market.secrets.feed_key().map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], key.public_key().to_pem()))
}
