//! Whether a file is the picture that it says it is.
//!
//! Read is what a picture says about itself, and where it ends. Its pixels are not decoded: a large
//! picture has more of them than an adapter has memory for, and whoever shows it decodes
//! it anyway, knowing from here how large it will be.

mod extent;

use imagesize::{Compression, ImageType};
use marketplace_adapter_sdk::{Finding, paths};

/// Smaller pictures look blurred on any screen.
const SMALLEST: (u32, u32) = (1280, 720);

/// 8192 × 8192 pixels take 256 MiB once decoded. Larger ones are a way to make the
/// desktop run out of memory, from a file of some kilobytes.
const LARGEST: u32 = 8192;

/// A picture that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// In the package.
    pub path: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// By its content, and its name agrees.
    pub format: Format,
}

/// The formats that every browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// AV1 Image File Format.
    Avif,
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// WebP (RFC 9649).
    Webp,
}

impl Format {
    /// What a file's name says.
    pub(crate) fn of_name(path: &str) -> Option<Self> {
        match paths::extension(path) {
            "avif" => Some(Self::Avif),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::Webp),
            _ => None,
        }
    }

    /// What a file's content says.
    fn of_content(bytes: &[u8]) -> Option<Self> {
        match imagesize::image_type(bytes).ok()? {
            ImageType::Heif(Compression::Av1) => Some(Self::Avif),
            ImageType::Jpeg => Some(Self::Jpeg),
            ImageType::Png => Some(Self::Png),
            ImageType::Webp => Some(Self::Webp),
            _ => None,
        }
    }

    /// Lower case, as in a media type after `image/`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

impl Picture {
    /// A picture, or the first reason why the file is none.
    pub(crate) fn check(path: &str, bytes: &[u8]) -> Result<Self, Finding> {
        let finding =
            |rule: &str, message: String| Finding { rule: rule.into(), subject: path.into(), message };
        let not_a_picture = || {
            finding(
                "picture.unreadable",
                format!(
                    "`{path}` cannot be read as AVIF, JPEG, PNG or WebP. Save it again with a program for pictures."
                ),
            )
        };
        let format = Format::of_content(bytes).ok_or_else(not_a_picture)?;
        // A browser that trusts the name, and one that looks, must see the same.
        if Format::of_name(path) != Some(format) {
            let name = format.name();
            return Err(finding(
                "picture.format",
                format!("`{path}` is a {name} file by its content. Name it `.{name}`."),
            ));
        }
        let size = imagesize::blob_size(bytes).map_err(|_| not_a_picture())?;
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (width, height) = (side(size.width), side(size.height));
        // Screens stand on either side.
        let (long, short) = (width.max(height), width.min(height));
        if long > LARGEST || long < SMALLEST.0 || short < SMALLEST.1 {
            let message = format!(
                "`{path}` is {width} × {height} pixels. A wallpaper has at least {} × {}, and no side is longer than {LARGEST}.",
                SMALLEST.0, SMALLEST.1
            );
            return Err(finding("picture.size", message));
        }
        match extent::of(format, bytes) {
            Some(end) if end == bytes.len() => Ok(Self { path: path.into(), width, height, format }),
            // Bytes behind a picture are how a file is two things at once.
            Some(end) if end < bytes.len() => Err(finding(
                "picture.trailing",
                format!(
                    "`{path}` goes on for {} bytes after the picture's end. Save it again.",
                    bytes.len() - end
                ),
            )),
            _ => Err(finding(
                "picture.truncated",
                format!("`{path}` ends before the picture does. Copy it again."),
            )),
        }
    }
}

#[cfg(test)]
mod tests;
