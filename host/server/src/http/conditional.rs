//! Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13), for everything that can be read.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};
use http_body_util::BodyExt as _;
use marketplace_manifest::Digest;

use super::Problem;

/// Tags answers by their content, and sends those that the caller has already without their body.
pub(super) async fn conditional(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let has = request.headers().typed_get::<IfNoneMatch>();
    let knows_caller = request.headers().contains_key(header::AUTHORIZATION);
    let mut response = next.run(request).await;
    // What nobody may keep, such as a stream of events, is not asked for again by its tag.
    let kept = response.headers().get(header::CACHE_CONTROL).is_none_or(|cache| cache != "no-store");
    if !reads || !kept || response.status() != StatusCode::OK {
        return response;
    }
    if !response.headers().contains_key(header::ETAG) {
        response = match tag(response).await {
            Ok(response) => response,
            Err(problem) => return problem.into_response(),
        };
    }
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        // Keep it, and ask each time whether it is still so. Nobody but the caller may keep what a token opened.
        let cache = if knows_caller { "private, no-cache" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    headers.append(header::VARY, HeaderValue::from_static("authorization"));
    match is_known(has.as_ref(), headers) {
        true => not_modified(response),
        false => response,
    }
}

/// Whether the caller has the very answer that these headers are of.
pub(super) fn is_known(has: Option<&IfNoneMatch>, headers: &HeaderMap) -> bool {
    let tag = headers.typed_get::<ETag>();
    has.zip(tag).is_some_and(|(has, tag)| !has.precondition_passes(&tag))
}

fn not_modified(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    for about_the_body in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_DISPOSITION] {
        parts.headers.remove(about_the_body);
    }
    Response::from_parts(parts, Body::empty())
}

/// The same answer with a tag. Its body is in memory already: what is streamed tags itself.
async fn tag(response: Response) -> Result<Response, Problem> {
    let (mut parts, body) = response.into_parts();
    let bytes: Bytes = body.collect().await.map_err(|error| Problem::internal(&error))?.to_bytes();
    // 128 bits tell answers apart; the whole digest would be a longer header for nothing.
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Digest::of(&bytes).as_bytes()[..16]));
    parts.headers.insert(header::ETAG, HeaderValue::from_str(&tag).expect("base64 in quotes is a header"));
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
