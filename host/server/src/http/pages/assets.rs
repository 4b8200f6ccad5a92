//! Our own style, scripts and pictures: files in `host/server/assets`, part of the program.
//!
//! Their addresses change with their content, so browsers keep them for ever and never have an old one.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};
use marketplace_manifest::Digest;

use crate::http::Problem;
use crate::market::Market;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// One name for all files together, so that scripts find each other by relative addresses.
static NAME: LazyLock<String> = LazyLock::new(|| {
    let mut files: Vec<_> = FILES.files().map(|file| (file.path(), Digest::of(file.contents()))).collect();
    files.sort();
    let mut listing = String::new();
    for (path, digest) in files {
        let _ = writeln!(listing, "{digest} {}", path.display());
    }
    Digest::of(listing.as_bytes()).to_string()[..16].to_owned()
});

/// The address of a file.
pub(super) fn asset(file: &str) -> String {
    debug_assert!(FILES.get_file(file).is_some(), "there is no asset {file}");
    format!("/assets/{}/{file}", *NAME)
}

/// A file. One of an earlier program is there no longer: the page that names it is older than the server.
pub(in crate::http) async fn file(Path((name, file)): Path<(String, String)>) -> Result<Response, Problem> {
    let found = (name == *NAME).then(|| FILES.get_file(&file)).flatten();
    let found = found.ok_or_else(|| Problem::not_found("there is no such file; load the page again"))?;
    let kept = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, media_type(&file)), (header::CACHE_CONTROL, kept)], found.contents())
        .into_response())
}

/// The script that shows a page of ours when the server cannot be reached. It governs the whole site, so it is served
/// from the top.
pub(in crate::http) async fn service_worker() -> Response {
    let script = format!("const NAME = {:?};\n{}", *NAME, text("worker.js"));
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], script)
        .into_response()
}

fn text(file: &str) -> &'static str {
    FILES.get_file(file).and_then(include_dir::File::contents_utf8).unwrap_or_default()
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The icons of the categories, as masks in the colour of the text beside them.
pub(in crate::http) async fn category_icons(
    axum::extract::State(market): axum::extract::State<Market>,
) -> Result<Response, Problem> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let mut style = String::new();
    for category in market.categories.all().await?.iter() {
        let row = &category.row;
        if row.icon.is_empty() {
            continue;
        }
        // An id is letters, digits and single hyphens: nothing in a selector means anything else.
        let _ = writeln!(
            style,
            ".icon-{} {{ mask-image: url(\"data:image/svg+xml;base64,{}\"); }}",
            row.id,
            STANDARD.encode(&row.icon)
        );
    }
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], style).into_response())
}
