//! Icons and screenshots of items: strangers' files, served as pictures and as nothing else.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use marketplace_manifest::{CategoryId, Slug, Version};
use marketplace_store::Release;
use serde::Deserialize;
use serde_json::Value;

use super::parts;
use crate::account::Scope;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::api::refuse_blocked;
use crate::http::extract::Path;
use crate::market::Market;

/// A picture that is opened on its own, an SVG above all, runs nothing and loads nothing.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// `/pictures/{category}/{slug}/{version}/{path}`
#[derive(Debug, Deserialize)]
pub(in crate::http) struct OfPicture {
    category: CategoryId,
    slug: Slug,
    version: Version,
    path: String,
}

/// `/pictures/submissions/{id}/{path}`
#[derive(Debug, Deserialize)]
pub(in crate::http) struct OfSubmission {
    id: String,
    path: String,
}

/// The address of a picture of a release that is offered.
pub(super) fn address(category: &CategoryId, slug: &Slug, version: &Version, path: &str) -> String {
    format!("/pictures/{category}/{slug}/{version}/{}", segments(path))
}

/// The address of a picture of a submission, for its author and for moderators.
pub(super) fn address_of_submission(id: &str, path: &str) -> String {
    format!("/pictures/submissions/{id}/{}", segments(path))
}

/// A package path, as a URL has it.
pub(super) fn segments(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(parts::in_url).collect();
    segments.join("/")
}

/// One picture of a release that is offered.
pub(in crate::http) async fn picture(
    State(market): State<Market>,
    Path(OfPicture { category, slug, version, path }): Path<OfPicture>,
) -> Result<Response, Problem> {
    let offered = market.store.offered(&category, &slug, Some(&version)).await?.ok_or_else(missing)?;
    refuse_blocked(offered.withdrawn.as_ref())?;
    // A release never changes, but it may be taken back.
    serve(&market, &offered.release, &path, "public, max-age=3600").await
}

/// One picture of a submission, however that stands.
pub(in crate::http) async fn submission_picture(
    State(market): State<Market>,
    Path(OfSubmission { id, path }): Path<OfSubmission>,
    caller: Caller,
) -> Result<Response, Problem> {
    let release = market.store.submission(&id).await?.ok_or_else(missing)?.release;
    let is_own = caller.tenant == release.tenant && caller.scopes.contains(&Scope::Publish);
    if !is_own && !caller.scopes.contains(&Scope::Moderate) {
        return Err(missing());
    }
    serve(&market, &release, &path, "private, no-cache").await
}

fn missing() -> Problem {
    Problem::not_found("there is no such picture")
}

async fn serve(
    market: &Market,
    release: &Release,
    path: &str,
    kept: &'static str,
) -> Result<Response, Problem> {
    let named = named(&release.manifest);
    let found = market.pictures.of(
        &market.blobs,
        &market.trees,
        &market.limits,
        &release.package_sha256,
        named,
        path,
    );
    let bytes = found.await.map_err(|error| Problem::internal(&error))?.ok_or_else(missing)?;
    let media_type = media_type(&bytes).ok_or_else(missing)?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, kept),
    ];
    Ok((headers, bytes).into_response())
}

/// The pictures that a manifest names: its icon first.
fn named(manifest: &str) -> Vec<String> {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    let icon = manifest.get("icon").and_then(Value::as_str);
    let screenshots = manifest.get("screenshots").and_then(Value::as_array).into_iter().flatten();
    icon.into_iter().chain(screenshots.filter_map(Value::as_str)).map(str::to_owned).collect()
}

/// What kind of picture bytes are, by the bytes and not by a name; `None` if they are none that a page shows.
pub(super) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let after = |at: usize, magic: &[u8]| bytes.get(at..at + magic.len()) == Some(magic);
    if after(0, b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if after(0, b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    if after(0, b"RIFF") && after(8, b"WEBP") {
        return Some("image/webp");
    }
    if after(0, b"GIF87a") || after(0, b"GIF89a") {
        return Some("image/gif");
    }
    if after(4, b"ftypavif") {
        return Some("image/avif");
    }
    let start = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    (start.starts_with("<svg") || start.starts_with("<?xml") && start.contains("<svg"))
        .then_some("image/svg+xml")
}
