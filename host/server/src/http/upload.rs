//! Parts of a form, as they arrive: what may be large is written to the disk and never held in memory.

use std::time::Duration;

use axum::RequestExt as _;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use marketplace_archive::ArchiveError;
use marketplace_manifest::limits;
use marketplace_sandbox::LoadError;

use super::Problem;
use crate::blobs::{Incoming, Received};
use crate::market::Market;
use crate::pipeline::blocking;

/// The longest pause in an upload.
const PAUSE: Duration = Duration::from_secs(30);

/// The parts of a form. Whoever reads one says how much of it may be in memory.
pub(super) async fn parts(market: &Market, mut request: Request) -> Result<Multipart, Problem> {
    // The package is streamed to the disk and counted there, so it needs no limit in memory.
    DefaultBodyLimit::disable().apply(&mut request);
    Multipart::from_request(request.with_limited_body(), market).await.map_err(not_multipart)
}

/// The next part.
pub(super) async fn part(form: &mut Multipart) -> Result<Option<Field<'_>>, Problem> {
    form.next_field().await.map_err(|error| broken(&error))
}

/// The next piece of a part, which may take a while, but not for ever.
async fn piece(field: &mut Field<'_>) -> Result<Option<Bytes>, Problem> {
    match tokio::time::timeout(PAUSE, field.chunk()).await {
        Ok(chunk) => chunk.map_err(|error| broken(&error)),
        Err(_) => Err(Problem::slow_body()),
    }
}

/// A manifest, as far as one may be that long.
pub(super) async fn manifest(field: Field<'_>) -> Result<Vec<u8>, Problem> {
    let most = limits::BYTES;
    read(field, most).await?.ok_or_else(|| {
        let detail = format!("the manifest is larger than {most} bytes; make its texts shorter");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "manifest_too_large", detail)
    })
}

/// A short text, as a field of a page has it.
pub(super) async fn text(field: Field<'_>) -> Result<String, Problem> {
    const MOST: usize = 1024;
    let name = field.name().unwrap_or_default().to_owned();
    let bytes = read(field, MOST).await?;
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        let detail =
            format!("the field `{name}` is longer than {MOST} bytes, or no text; load the page again");
        Problem::new(StatusCode::BAD_REQUEST, "bad_form", detail)
    })
}

/// All of a part, unless that is more than `most` bytes.
async fn read(mut field: Field<'_>, most: usize) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = piece(&mut field).await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// Hashes the package while it is written, in one pass.
pub(super) async fn package(
    market: &Market,
    mut field: Field<'_>,
) -> Result<Result<Received, ArchiveError>, Problem> {
    let mut incoming: Incoming =
        market.blobs.receive(&market.limits).map_err(|error| Problem::io(&error, &error))?;
    while let Some(piece) = piece(&mut field).await? {
        incoming = blocking(move || {
            incoming.write(&piece)?;
            Ok::<_, ArchiveError>(incoming)
        })
        .await?;
    }
    Ok(blocking(move || incoming.finish()).await)
}

/// The body, if it is a component of at most `most` bytes. That much is held in memory, as the compiler wants it.
pub(super) async fn component(request: Request, most: usize) -> Result<Vec<u8>, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !["application/wasm", "application/octet-stream"].iter().any(|known| kind.eq_ignore_ascii_case(known))
    {
        let detail = "send the component itself as the body, with `Content-Type: application/wasm`";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_media_type", detail));
    }
    let mut body = request.into_body();
    let (mut bytes, mut size) = (Vec::new(), 0_usize);
    // Somewhat more is read and thrown away: a client that is still sending does not hear what is wrong.
    while size <= most.saturating_mul(2) {
        let frame = match tokio::time::timeout(PAUSE, body.frame()).await {
            Ok(None) => break,
            Ok(Some(frame)) => frame.map_err(|error| {
                let detail = format!("the component did not arrive whole ({error}); send it again");
                Problem::new(StatusCode::BAD_REQUEST, "bad_body", detail)
            })?,
            Err(_) => return Err(Problem::slow_body()),
        };
        let Ok(piece) = frame.into_data() else { continue };
        size += piece.len();
        if size <= most {
            bytes.extend_from_slice(&piece);
        } else {
            bytes = Vec::new();
        }
    }
    if size > most { Err(LoadError::TooLarge { size, limit: most }.into()) } else { Ok(bytes) }
}

fn not_multipart(error: MultipartRejection) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "bad_form",
        format!("{}; send multipart/form-data with `manifest` and `package`", error.body_text()),
    )
}

fn broken(error: &MultipartError) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_form", error.body_text())
}
