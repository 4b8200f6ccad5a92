//! Pictures and fonts that are what their names say.
//!
//! A file is served as what its name says. One that is a page inside, under a picture's name, must not exist in
//! what is installed: some day something would show it as a page.

/// How many bytes of a file [`begins_like`] looks at.
pub const START: u32 = 16;

/// Whether a file that starts so ([`START`]) is of the kind that its extension says, which is in lower case; `None` if that is no kind
/// of picture or font. An SVG is none here: it is text, and its start says nothing about what it does.
#[must_use]
pub fn begins_like(extension: &str, start: &[u8]) -> Option<bool> {
    Some(match extension {
        "png" => start.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => start.starts_with(b"\xff\xd8\xff"),
        "gif" => start.starts_with(b"GIF87a") || start.starts_with(b"GIF89a"),
        "webp" => start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP"),
        "avif" => {
            start.get(4..8) == Some(b"ftyp") && matches!(start.get(8..12), Some(b"avif" | b"avis" | b"mif1"))
        }
        "woff2" => start.starts_with(b"wOF2"),
        "woff" => start.starts_with(b"wOFF"),
        "ttf" => start.starts_with(b"\0\x01\0\0") || start.starts_with(b"true"),
        "otf" => start.starts_with(b"OTTO") || start.starts_with(b"\0\x01\0\0"),
        _ => return None,
    })
}

/// Whether a file is of those that every package has and nobody installs: a license, a README, a manifest.
#[must_use]
pub fn is_paperwork(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_uppercase();
    ["README", "LICENSE", "LICENCE", "NOTICE", "COPYING", "CHANGELOG"]
        .iter()
        .any(|word| name.starts_with(word))
        || matches!(name.as_str(), "PACKAGE.JSON" | "MANIFEST.YAML" | "MANIFEST.YML" | "MANIFEST.JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes_and_by_no_name() {
        let starts: [(&str, &[u8]); 11] = [
            ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            ("jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("jpeg", b"\xff\xd8\xff\xe1"),
            ("gif", b"GIF89a\x01\0"),
            ("webp", b"RIFF\x24\0\0\0WEBPVP8 "),
            ("avif", b"\0\0\0\x20ftypavif\0\0\0\0"),
            ("avif", b"\0\0\0\x20ftypmif1\0\0\0\0"),
            ("woff2", b"wOF2\0\x01\0\0"),
            ("woff", b"wOFF\0\x01\0\0"),
            ("ttf", b"\0\x01\0\0\0\x0f"),
            ("otf", b"OTTO\0\x0b"),
        ];
        for (extension, start) in starts {
            assert_eq!(begins_like(extension, start), Some(true), "{extension}");
            for disguised in [&b"<html><script>"[..], b"", b"RIFF\x24\0\0\0WAVE", b"\0\0\0\x20ftypisom"] {
                assert_eq!(begins_like(extension, disguised), Some(false), "{extension}");
            }
        }
        assert_eq!(["svg", "html", "js", ""].map(|extension| begins_like(extension, b"GIF89a")), [None; 4]);
    }

    #[test]
    fn what_every_package_has_is_paperwork_in_any_folder_and_case() {
        assert!(
            ["README.md", "docs/readme.txt", "LICENSE", "lib/package.json"].into_iter().all(is_paperwork)
        );
        assert!(!["theme.css", "widget.js", "package.js", "my-license.png"].into_iter().any(is_paperwork));
    }
}
