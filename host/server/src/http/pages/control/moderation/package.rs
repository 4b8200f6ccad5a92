use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::http::extract::{OfId, Path};
use crate::http::{Problem, cp};
use crate::market::Market;

/// The package that a moderator decides on, to be saved.
pub(in crate::http) async fn package(
    state: State<Market>,
    path: Path<OfId>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let mut response = cp::package::package(state, path, request).await?;
    // It is behind a session, and nobody else's to keep.
    let kept = HeaderValue::from_static("private, no-cache");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    Ok(response)
}
