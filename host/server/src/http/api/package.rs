use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{HeaderMapExt as _, IfNoneMatch};
use marketplace_store::Release;
use tokio_util::io::ReaderStream;

use super::{known, refuse_blocked};
use crate::http::conditional::is_known;
use crate::http::extract::{OfRelease, Path};
use crate::http::{Problem, view};
use crate::market::Market;
use crate::pipeline::blocking;

/// Bytes that are read from the disk at once.
const PIECE: usize = 128 * 1024;

/// The bytes of a version never change; but a block must reach whoever keeps them, and that soon.
const KEPT: &str = "public, max-age=3600";

/// The package of an approved release; also of one that was yanked, but of none that is blocked.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/{category}/items/{slug}/versions/{version}/package",
    operation_id = "get_package",
    tag = "catalogue",
    params(OfRelease),
    responses((
        status = OK,
        description = "The bytes, which are of the SHA-256 that the manifest names. The `ETag` is that digest.",
        content((view::Archive = "application/gzip"), (view::Archive = "application/zip")),
    )),
)]
pub(crate) async fn package(
    State(market): State<Market>,
    Path(OfRelease { category, slug, version }): Path<OfRelease>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    known(&*market.categories.all().await?, &category)?;
    let offered = market.store.offered(&category, &slug, Some(&version)).await?.ok_or_else(|| {
        Problem::not_found(format!("there is no approved release {version} of `{category}/{slug}`"))
    })?;
    refuse_blocked(offered.withdrawn.as_ref())?;
    send(&market, &offered.release, &request).await
}

/// The bytes of a release's package, whatever its status: who may have them is the
/// caller's business.
pub(in crate::http) async fn send(
    market: &Market,
    release: &Release,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    let Release { slug, version, package_sha256: digest, .. } = release;
    let mut tags = HeaderMap::new();
    let tag = HeaderValue::from_str(&format!("\"{digest}\"")).expect("a digest in quotes is a header");
    tags.insert(header::ETAG, tag);
    tags.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    // Before anything is opened and hashed: who has the bytes needs none of that.
    if is_known(request.typed_get::<IfNoneMatch>().as_ref(), &tags) {
        return Ok((StatusCode::NOT_MODIFIED, tags).into_response());
    }
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
    ];
    let body = Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), PIECE));
    Ok((tags, headers, body).into_response())
}
