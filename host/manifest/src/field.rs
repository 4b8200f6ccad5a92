//! What each kind of field may hold.

use crate::ManifestError;
use crate::limits;
use crate::text::{excerpt, normalized, unfit_for_line, unfit_for_prose};

type Checked = Result<(), ManifestError>;

/// Which unit a limit counts.
#[derive(Clone, Copy)]
pub(crate) enum Most {
    Bytes(usize),
    Chars(usize),
}

/// One line: a title, a keyword, a permission.
pub(crate) fn line(field: &str, text: &str, most: Most) -> Checked {
    if text.trim().is_empty() {
        return Err(ManifestError::bad(field, "it is empty; write something, or leave the field out"));
    }
    if let Some(c) = unfit_for_line(text) {
        return Err(unfit(field, c, "one line without control, direction or invisible characters"));
    }
    common(field, text, most)
}

/// Running text: Markdown.
pub(crate) fn prose(field: &str, text: &str, most: Most) -> Checked {
    if let Some(c) = unfit_for_prose(text) {
        return Err(unfit(field, c, "text without control characters"));
    }
    common(field, text, most)
}

/// An absolute web address, for people to click.
pub(crate) fn web(field: &str, text: &str) -> Checked {
    line(field, text, Most::Bytes(limits::URL_BYTES))?;
    let bad = |rule: &str| Err(ManifestError::bad(field, rule));
    // The URL parser drops white space and turns `\` into `/` in silence, so that what a
    // person reads and what the browser opens may differ: refuse before parsing.
    if text.contains(char::is_whitespace) || text.contains('\\') {
        return bad("a web address has no spaces and no backslashes; percent-encode them");
    }
    let address = match url::Url::parse(text) {
        Ok(address) if ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) => address,
        _ => return bad("write an absolute web address that begins with `https://` or `http://`"),
    };
    // `https://bank.example@evil.example` leads to the second.
    if !address.username().is_empty() || address.password().is_some() {
        return bad("a web address must not carry a user name or password; remove what is before the `@`");
    }
    Ok(())
}

/// An SPDX license expression.
pub(crate) fn license(field: &str, text: &str) -> Checked {
    line(field, text, Most::Bytes(limits::LICENSE_BYTES))?;
    match spdx::Expression::parse(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(ManifestError::bad(
            field,
            format!(
                "`{}` is not an SPDX license expression ({}); write one as in `MIT` or `MIT OR Apache-2.0`, see spdx.org/licenses",
                excerpt(text),
                error.reason
            ),
        )),
    }
}

/// The path of a file in the package.
pub(crate) fn path(field: &str, text: &str) -> Checked {
    line(field, text, Most::Bytes(limits::PATH_BYTES))?;
    let parts_are_names = text.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if !parts_are_names || text.contains(['\\', ':']) {
        return Err(ManifestError::bad(
            field,
            "write the path of a file in the package, from its root, as in `images/icon.png`: no `/` in front, no `.`, `..`, `\\` or `:`",
        ));
    }
    Ok(())
}

/// The name of a stranger's field.
pub(crate) fn extra_key(key: &str) -> Checked {
    if key == "x-" {
        return Err(ManifestError::bad(key, "an `x-` key needs a name, as in `x-tool`"));
    }
    line(key, key, Most::Chars(limits::EXTRA_KEY_CHARS))
}

/// A list, each of whose entries keeps a rule.
pub(crate) fn list(
    field: &str,
    entries: &[String],
    most: usize,
    rule: impl Fn(&str, &str) -> Checked,
) -> Checked {
    if entries.len() > most {
        let rule = format!("it has {} entries; list at most {most}", entries.len());
        return Err(ManifestError::bad(field, rule));
    }
    entries.iter().enumerate().try_for_each(|(index, entry)| rule(&format!("{field}/{index}"), entry))
}

fn common(field: &str, text: &str, most: Most) -> Checked {
    let (has, limit, unit) = match most {
        Most::Bytes(limit) => (text.len(), limit, "bytes"),
        Most::Chars(limit) => (text.chars().count(), limit, "characters"),
    };
    if has > limit {
        return Err(ManifestError::bad(field, format!("it has {has} {unit}; use at most {limit}")));
    }
    // The parser has checked what came from a file; this is for drafts made in code.
    if !normalized(text) {
        return Err(ManifestError::bad(field, "its text is not in Unicode form NFC; normalise it"));
    }
    Ok(())
}

fn unfit(field: &str, c: char, rule: &str) -> ManifestError {
    ManifestError::bad(field, format!("it holds the character U+{:04X}; use {rule}", u32::from(c)))
}
