use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use marketplace_manifest::{CategoryId, Slug, Version};
use marketplace_store::Release;
use tokio_util::io::ReaderStream;

use super::known;
use crate::http::Problem;
use crate::http::extract::Path;
use crate::market::Market;
use crate::pipeline::blocking;

/// Bytes that are read from the disk at once.
const PIECE: usize = 128 * 1024;

/// `GET /api/v1/marketplace/{category}/items/{slug}/versions/{version}/package`
pub(crate) async fn package(
    State(market): State<Market>,
    Path((category, slug, version)): Path<(CategoryId, Slug, Version)>,
) -> Result<Response, Problem> {
    known(&*market.categories.all().await?, &category)?;
    let release =
        market.store.approved_release(&category, &slug, Some(&version)).await?.ok_or_else(|| {
            Problem::not_found(format!("there is no approved release {version} of `{category}/{slug}`"))
        })?;
    send(&market, &release).await
}

/// The bytes of a release's package, whatever its status: who may have them is the
/// caller's business.
pub(in crate::http) async fn send(market: &Market, release: &Release) -> Result<Response, Problem> {
    let Release { slug, version, package_sha256: digest, .. } = release;
    let (blobs, limits) = (market.blobs.clone(), market.limits.clone());
    let wanted = *digest;
    // Hashed before the first byte is sent: a damaged package is never served.
    let sealed = blocking(move || blobs.open_sealed(&wanted, &limits)).await?;
    // Opened for this request alone, and hashed without moving its cursor.
    let file = sealed.file().try_clone().map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, sealed.format().media_type().to_owned()),
        (header::CONTENT_LENGTH, sealed.size().to_string()),
        // Never shown in a browser, whatever is in it.
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{slug}-{version}.{}\"", sealed.format()),
        ),
        (header::ETAG, format!("\"{digest}\"")),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    let body = Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), PIECE));
    Ok((headers, body).into_response())
}
