//! `data:` URLs (RFC 2397): a file that lies in the stylesheet is checked like one that lies beside it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use marketplace_adapter_checks::assets::{START, begins_like};
use marketplace_adapter_sdk::Findings;
use percent_encoding::percent_decode_str;

use crate::{assets::Kind, svg};

/// The extension that a media type stands for, and what it may be used as.
const TYPES: &[(&str, &str, Kind)] = &[
    ("application/font-woff", "woff", Kind::Font),
    ("application/font-woff2", "woff2", Kind::Font),
    ("application/x-font-woff", "woff", Kind::Font),
    ("application/x-font-woff2", "woff2", Kind::Font),
    ("font/otf", "otf", Kind::Font),
    ("font/ttf", "ttf", Kind::Font),
    ("font/woff", "woff", Kind::Font),
    ("font/woff2", "woff2", Kind::Font),
    ("image/avif", "avif", Kind::Image),
    ("image/gif", "gif", Kind::Image),
    ("image/jpeg", "jpeg", Kind::Image),
    ("image/jpg", "jpg", Kind::Image),
    ("image/png", "png", Kind::Image),
    ("image/svg+xml", "svg", Kind::Image),
    ("image/webp", "webp", Kind::Image),
];

/// The URL as it is installed, if what it carries is what it says: a picture or a font.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(crate) fn canonical(url: &str, used_as: Kind) -> Result<String, String> {
    // A browser drops tabs and newlines, and we would not.
    if url.chars().any(char::is_control)
        || !url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
    {
        return Err("holds a control character, or something before `data:`".into());
    }
    let (head, body) = url[5..].split_once(',').ok_or("has no comma, and so no content")?;
    let mut words = head.split(';').map(|word| word.trim().to_ascii_lowercase());
    let media = words.next().unwrap_or_default();
    let Some((_, extension, kind)) = TYPES.iter().find(|(known, ..)| *known == media) else {
        return Err(format!(
            "is `{}`, and a theme has pictures and fonts alone",
            crate::values::shorten(&media)
        ));
    };
    if *kind != used_as {
        return Err(format!("is `{media}`, and is used as something else"));
    }
    let mut encoded = false;
    for word in words {
        match word.as_str() {
            "base64" => encoded = true,
            "charset=utf-8" | "charset=utf8" | "charset=us-ascii" | "utf8" | "utf-8" if !encoded => {}
            _ => {
                return Err(format!(
                    "has the parameter `{}`, which means nothing here",
                    crate::values::shorten(&word)
                ));
            }
        }
    }
    if body.contains('#') {
        return Err("holds `#`, where a browser ends it. Write `%23`".into());
    }
    let decoded: Vec<u8> = percent_decode_str(body).collect();
    let bytes = if encoded { STANDARD.decode(&decoded).map_err(|_| "is no base64")? } else { decoded };
    if *extension == "svg" {
        let text = String::from_utf8(bytes).map_err(|_| "is an SVG that is not UTF-8")?;
        let mut findings = Findings::new();
        svg::check("data:", &text, &mut findings);
        if let Some(first) = findings.into_vec().into_iter().next() {
            return Err(format!(
                "holds a picture that does more than draw: {}",
                first.message.trim_end_matches('.')
            ));
        }
    } else {
        let start = &bytes[..bytes.len().min(START as usize)];
        if begins_like(extension, start) != Some(true) {
            return Err(format!("says `{media}`, and does not begin like one"));
        }
    }
    // The same URL (RFC 3986, section 2.1), which cannot close the element that holds the stylesheet.
    Ok(format!("data:{head},{}", body.replace('<', "%3C").replace('>', "%3E")))
}
