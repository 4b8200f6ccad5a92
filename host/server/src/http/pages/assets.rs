//! Our own style, scripts and pictures: files in `host/server/assets`, part of the program.
//!
//! Their addresses change with their content, so browsers keep them for ever and never have an old one. Style sheets are
//! one answer, in the order of their names; scripts are modules, which name each other.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use include_dir::{Dir, include_dir};
use marketplace_manifest::Digest;

use crate::http::Problem;
use crate::market::Market;

static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// The worker governs the whole site, so it has an address of its own.
const WORKER: &str = "worker.js";

/// What is served, by name.
static FILES: LazyLock<BTreeMap<&'static str, Cow<'static, [u8]>>> = LazyLock::new(|| {
    let in_folder = |name: &str| FOLDER.get_dir(name).into_iter().flat_map(Dir::files);
    let mut sheets: Vec<_> = in_folder("style").collect();
    sheets.sort_by_key(|sheet| sheet.path());
    let style: Vec<u8> = sheets.iter().flat_map(|sheet| sheet.contents()).copied().collect();
    let plain = FOLDER.files().chain(in_folder("script"));
    let named =
        plain.filter_map(|file| Some((file.path().file_name()?.to_str()?, Cow::Borrowed(file.contents()))));
    named.chain([("style.css", Cow::Owned(style))]).collect()
});

/// One name for all files together, so that scripts find each other by relative addresses.
static NAME: LazyLock<String> = LazyLock::new(|| {
    let listing = FILES.iter().fold(String::new(), |mut listing, (name, bytes)| {
        let _ = writeln!(listing, "{} {name}", Digest::of(bytes));
        listing
    });
    Digest::of(listing.as_bytes()).to_string()[..16].to_owned()
});

/// The address of a file.
pub(super) fn asset(file: &str) -> String {
    debug_assert!(FILES.contains_key(file), "there is no asset {file}");
    format!("/assets/{}/{file}", *NAME)
}

/// A file. One of an earlier program is there no longer: the page that names it is older than the server.
pub(in crate::http) async fn file(Path((name, file)): Path<(String, String)>) -> Result<Response, Problem> {
    let found = (name == *NAME).then(|| FILES.get(&*file)).flatten();
    let found = found.ok_or_else(|| Problem::not_found("there is no such file; load the page again"))?;
    let kept = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, media_type(&file)), (header::CACHE_CONTROL, kept)], found.as_ref())
        .into_response())
}

/// The script that shows a page of ours when the server cannot be reached.
pub(in crate::http) async fn worker() -> Response {
    let script = FILES.get(WORKER).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    let script = format!("const ASSETS = \"/assets/{}/\";\n{script}", *NAME);
    ([(header::CONTENT_TYPE, media_type(WORKER)), (header::CACHE_CONTROL, "no-cache")], script)
        .into_response()
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
pub(in crate::http) async fn category_icons(State(market): State<Market>) -> Result<Response, Problem> {
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
