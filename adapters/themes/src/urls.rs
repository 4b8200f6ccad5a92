//! URLs in a stylesheet: always a file of the package.

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

/// The package path that `url`, written in a stylesheet at the root, names, and its `#fragment`.
///
/// An allowlist of characters, and no repair: a browser drops tabs and newlines, trims spaces and reads `\`
/// as `/` (WHATWG URL, section 4.4), so that `ht\ntp://…` and `/\host` are URLs of elsewhere. With no `:`, no
/// `\`, no `%`, no `?` and no leading `/`, none of these can be written.
pub(crate) fn resolve(url: &str) -> Result<(String, Option<String>), Refusal> {
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
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@+".contains(&b));
    let path = path.strip_prefix("./").unwrap_or(path);
    let spelled_well = !path.is_empty()
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && plain(part))
        && fragment.is_none_or(|f| !f.is_empty() && plain(f));
    if spelled_well { Ok((path.to_owned(), fragment.map(str::to_owned))) } else { Err(Refusal::Spelling) }
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

    #[test]
    fn a_relative_path_is_a_file_of_the_package() {
        assert_eq!(resolve("img/bg.webp"), Ok(("img/bg.webp".into(), None)));
        assert_eq!(resolve("./bg@2x.png"), Ok(("bg@2x.png".into(), None)));
        assert_eq!(resolve("icons.svg#leaf"), Ok(("icons.svg".into(), Some("leaf".into()))));
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
            assert_eq!(resolve(url), Err(Refusal::Remote), "{url:?}");
        }
        assert_eq!(resolve("da\tta:image/png;base64,AA"), Err(Refusal::Data));
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
            assert!(resolve(url).is_err(), "{url:?}");
        }
    }
}
