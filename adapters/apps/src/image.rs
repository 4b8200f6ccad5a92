//! References to images.

use crate::forms::is_name;

/// `[HOST[:PORT]/]PATH[:TAG][@sha256:HEX]`, by its characters; the engine reads it in full.
pub(crate) fn is_image(image: &str) -> bool {
    let (name, digest) = image.split_once('@').map_or((image, None), |(name, digest)| (name, Some(digest)));
    let digest_ok = digest.is_none_or(|digest| {
        digest.strip_prefix("sha256:").is_some_and(|hex| {
            hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
        })
    });
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    };
    let tag_ok = tag.is_none_or(is_tag);
    let path_ok = !path.is_empty()
        && path.split('/').all(|part| is_name(&part.replace(':', "")))
        && path
            .rsplit('/')
            .next()
            .is_some_and(|last| !last.contains(':') && !last.chars().any(|c| c.is_ascii_uppercase()));
    digest_ok && tag_ok && path_ok && image.len() <= 512
}

fn is_tag(tag: &str) -> bool {
    !tag.is_empty()
        && tag.len() <= 128
        && !tag.starts_with(['.', '-'])
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}
