//! URLs in a stylesheet: always a file of the package.

use marketplace_adapter_sdk::paths;

/// Why a URL is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has a scheme or a host: the browser would ask somebody else.
    Remote,
    /// It carries its bytes with it.
    Data,
    /// It is spelled in a way that a browser may read differently from us.
    Spelling,
}

/// A file of the package, as a stylesheet names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its path in the package.
    pub(crate) path: String,
    /// How the stylesheet spells it, with its `#fragment`.
    pub(crate) spelled: String,
}

/// The file that `url`, written in a stylesheet in `folder` (empty for the root), names.
///
/// An allowlist of characters, and no repair: a browser drops tabs and newlines, trims spaces and reads `\`
/// as `/` (WHATWG URL, section 4.4), so that `ht\ntp://…` and `/\host` are URLs of elsewhere. With no `:`, no
/// `\`, no `%`, no `?` and no leading `/`, none of these can be written. `..` may only lead, and not out of the
/// package.
pub(crate) fn resolve(folder: &str, url: &str) -> Result<Link, Refusal> {
    let squeezed: String = url
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect::<String>()
        .to_ascii_lowercase();
    if squeezed.starts_with("data:") {
        return Err(Refusal::Data);
    }
    if looks_remote(&squeezed) {
        return Err(Refusal::Remote);
    }
    let (path, fragment) = match url.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (url, None),
    };
    let path = path.strip_prefix("./").unwrap_or(path);
    let below = path.trim_start_matches("../");
    let plain = |part: &str| paths::is_plain(part) && !matches!(part, "." | "..");
    if !below.split('/').all(plain) || !fragment.is_none_or(paths::is_plain) {
        return Err(Refusal::Spelling);
    }
    let spelled = fragment.map_or(path.to_owned(), |fragment| format!("{path}#{fragment}"));
    Ok(Link { path: paths::join(folder, path).ok_or(Refusal::Spelling)?, spelled })
}

/// Whether text could be the address of something elsewhere. Strings that could are refused wherever they
/// stand, because a string in a variable becomes a URL where `image-set()` or `src()` uses the variable.
pub(crate) fn looks_remote(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase().replace('\\', "/");
    let scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
            && !rest.is_empty()
            && !rest.starts_with(' ')
    });
    text.contains("//") || scheme
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(path: &str, spelled: &str) -> Result<Link, Refusal> {
        Ok(Link { path: path.into(), spelled: spelled.into() })
    }

    #[test]
    fn a_relative_path_is_a_file_of_the_package() {
        assert_eq!(resolve("", "img/bg.webp"), link("img/bg.webp", "img/bg.webp"));
        assert_eq!(resolve("", "./bg@2x.png"), link("bg@2x.png", "bg@2x.png"));
        assert_eq!(resolve("", "icons.svg#leaf"), link("icons.svg", "icons.svg#leaf"));
    }

    #[test]
    fn a_path_is_relative_to_the_stylesheet_and_stays_in_the_package() {
        assert_eq!(resolve("dist/css", "bg.png"), link("dist/css/bg.png", "bg.png"));
        assert_eq!(resolve("dist/css", "../fonts/a.woff2"), link("dist/fonts/a.woff2", "../fonts/a.woff2"));
        assert_eq!(resolve("dist/css", "../../a.woff2#x"), link("a.woff2", "../../a.woff2#x"));
        for url in ["../../../a.png", "a/../../../../b.png", "img/../bg.png", "..", "../", "../../../"] {
            assert_eq!(resolve("dist/css", url), Err(Refusal::Spelling), "{url}");
        }
    }

    #[test]
    fn every_spelling_of_elsewhere_is_refused() {
        for url in [
            "https://evil.example/x",
            "HTTPS://evil.example",
            "//evil.example/x",
            "\\\\evil.example",
            "/\\evil.example",
            "ht\ntps://evil.example",
            " https://evil.example",
            "javascript:alert(1)",
            "blob:x",
            "ftp:x",
            "\u{1}//evil.example",
        ] {
            assert_eq!(resolve("", url), Err(Refusal::Remote), "{url:?}");
        }
        assert_eq!(resolve("", "da\tta:image/png;base64,AA"), Err(Refusal::Data));
        for url in [
            "",
            "/etc/passwd",
            "../x.png",
            "a/../../x.png",
            "a//b.png\u{0}",
            "%2e%2e/x.png",
            "x.png?a=1",
            "#paint",
            "a b.png",
            "é.png",
            "x/",
        ] {
            assert!(resolve("", url).is_err(), "{url:?}");
        }
    }
}
