use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use marketplace_manifest::{CategoryId, Slug, Version};
use tokio_util::io::ReaderStream;

use super::known;
use crate::http::Problem;
use crate::http::extract::Path;
use crate::market::Market;
use crate::pipeline::blocking;

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
    let (blobs, limits) = (market.blobs.clone(), market.limits.clone());
    let digest = release.package_sha256;
    // Hashed before the first byte is sent: a damaged package is never served.
    let sealed = blocking(move || blobs.open_sealed(&digest, &limits)).await?;
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
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok((headers, body).into_response())
}
