//! Pictures and fonts: what is inside must be what the name says.

use marketplace_adapter_checks::assets::{START, begins_like};
use marketplace_adapter_sdk::{Files, Findings, paths};

use crate::svg;

/// As what a stylesheet uses a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A background, a mask, a list's bullet.
    Image,
    /// `src` of `@font-face`.
    Font,
}

/// An SVG is read whole; larger than this, in bytes, it should be a WebP.
pub const MAX_SVG: u64 = 512 * 1024;

/// Checks that a file is of the kind that its extension says and its use needs: a page that is served under a
/// picture's name must not exist in what we install.
///
/// Adds `theme.asset-type`, `theme.asset-content`, and for SVG what [`svg::check`] adds.
pub fn check(files: &dyn Files, path: &str, used_as: Kind, findings: &mut Findings) {
    let extension = paths::extension(path).to_ascii_lowercase();
    let kind = match extension.as_str() {
        "png" | "jpg" | "jpeg" | "webp" | "avif" | "gif" | "svg" => Kind::Image,
        "woff2" | "woff" | "ttf" | "otf" => Kind::Font,
        _ => {
            findings.add(
                "theme.asset-type",
                path,
                format!("`{path}` is no picture or font that a theme may use. Pictures are `.png`, `.jpg`, `.webp`, `.avif`, `.gif` or `.svg`, fonts `.woff2`, `.woff`, `.ttf` or `.otf`."),
            );
            return;
        }
    };
    if kind != used_as {
        let (is, wanted) = if kind == Kind::Font { ("a font", "a picture") } else { ("a picture", "a font") };
        findings.add(
            "theme.asset-type",
            path,
            format!("`{path}` is {is}, and used as {wanted}. Use {wanted}."),
        );
        return;
    }
    if extension == "svg" {
        if files.size(path).is_some_and(|size| size > MAX_SVG) {
            findings.add("theme.asset-content", path, format!("`{path}` is larger than the {MAX_SVG} bytes that an SVG may have. Make it simpler, or a WebP."));
            return;
        }
        match files.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => svg::check(path, &text, findings),
            Ok(Err(_)) => findings.add(
                "theme.asset-content",
                path,
                format!("`{path}` is not UTF-8 text. Save it as UTF-8."),
            ),
            Err(reasons) => findings.extend(reasons),
        }
        return;
    }
    match files.read_start(path, START) {
        Ok(start) if begins_like(&extension, &start) == Some(true) => {}
        Ok(_) => findings.add("theme.asset-content", path, format!("`{path}` does not begin like a .{extension} file. Give it the name of what it is, or replace it.")),
        Err(reasons) => findings.extend(reasons),
    }
}
