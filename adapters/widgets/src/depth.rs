//! How deep a module nests its brackets. The parser calls itself for each level, and an adapter has only so much stack: a
//! module that is all brackets would crash it, which is no verdict, where there should be one.

/// Levels of brackets. Bundles have some dozens; from about 330 on, the stack may not suffice.
pub(crate) const LEVELS: usize = 200;

/// Where brackets nest deeper than [`LEVELS`], if they do.
pub(crate) fn beyond(source: &str) -> Option<usize> {
    // What is in texts and comments is no bracket; but where those begin, only a parser knows for sure, as a pattern
    // (`/["(]/`) looks like the beginning of one. So a module is too deep only if it is with them and without.
    deeper(source.bytes().enumerate()).and(deeper(code(source)))
}

fn deeper(bytes: impl Iterator<Item = (usize, u8)>) -> Option<usize> {
    let mut levels = 0_usize;
    for (at, byte) in bytes {
        match byte {
            b'(' | b'[' | b'{' => levels += 1,
            b')' | b']' | b'}' => levels = levels.saturating_sub(1),
            _ => {}
        }
        if levels > LEVELS {
            return Some(at);
        }
    }
    None
}

/// The bytes that are in no quoted text and in no comment.
fn code(source: &str) -> impl Iterator<Item = (usize, u8)> {
    let bytes = source.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let byte = *bytes.get(at)?;
            let rest = &bytes[at..];
            at += match byte {
                b'"' | b'\'' => quoted(rest, byte),
                b'/' if rest.starts_with(b"//") => until(rest, b"\n"),
                b'/' if rest.starts_with(b"/*") => until(rest, b"*/"),
                _ => {
                    at += 1;
                    return Some((at - 1, byte));
                }
            };
        }
    })
}

/// The length of a quoted text; it ends with its line, if not before.
fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn until(bytes: &[u8], end: &[u8]) -> usize {
    // Behind its two characters of beginning: `/*/` is no whole comment.
    let found = bytes[2..].windows(end.len()).position(|window| window == end);
    found.map_or(bytes.len(), |position| 2 + position + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_is_all_brackets_is_too_deep_wherever_they_are_in_it() {
        let deep = format!("let a = {}{};", "[".repeat(LEVELS + 1), "]".repeat(LEVELS + 1));
        assert_eq!(beyond(&deep), Some("let a = ".len() + LEVELS));
        assert_eq!(beyond(&format!("// it's \"odd\n{deep}")), Some("// it's \"odd\nlet a = ".len() + LEVELS));
        assert!(beyond(&"f({a:[".repeat(100)).is_some());
        assert!(beyond(&format!("`${{{}", "`${".repeat(LEVELS))).is_some());
    }

    #[test]
    fn what_people_write_is_not() {
        assert_eq!(beyond(&"a(b[c({d: [1]})]);\n".repeat(5_000)), None);
        let sad = format!("const faces = [\"{}\"];", ":( ".repeat(5_000));
        assert_eq!(beyond(&sad), None, "brackets in a text");
        assert_eq!(beyond(&format!("/* {} */ f();", "[".repeat(5_000))), None, "brackets in a comment");
        assert_eq!(beyond("'unfinished \\"), None);
        assert_eq!(beyond("/*"), None);
    }
}
