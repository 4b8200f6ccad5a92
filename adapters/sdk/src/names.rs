//! The contract's rules for names and short texts, for constants and for what is read in a package.

/// The most bytes of a text that machines compare.
const WORD: usize = 256;
/// The most bytes of a name, a label, a unit.
const NAME: usize = 64;

/// `^[a-z0-9](-?[a-z0-9])*$`, at most 64 bytes.
const fn is_hyphenated(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let inner = at > 0 && at + 1 < bytes.len();
        match bytes[at] {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'-' if inner && bytes[at - 1] != b'-' => {}
            _ => return false,
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len() <= NAME
}

/// The key of a field.
pub(crate) const fn is_key(text: &str) -> bool {
    is_hyphenated(text) && text.len() >= 2
}

/// The name of an input: `x-` and then words with hyphens.
pub(crate) const fn is_input(text: &str) -> bool {
    match text.as_bytes() {
        [b'x', b'-', ..] => is_hyphenated(text) && text.len() > 2,
        _ => false,
    }
}

/// A label, as far as it can be known when it is compiled.
pub(crate) const fn is_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME
}

/// Whether a text may stand where machines compare it: not empty, at most 256 bytes, no space around it, and nothing in
/// it that a reader would not see: control characters, and what hides in a line or turns it around.
pub(crate) fn is_word(text: &str) -> bool {
    let treacherous = |c: char| {
        c.is_control()
            || matches!(c,
                '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
    };
    !text.is_empty() && text.len() <= WORD && text.trim() == text && !text.contains(treacherous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_words_with_single_hyphens() {
        assert!(["ab", "allowed-tools", "a1-2b"].into_iter().all(is_key));
        let long = "a".repeat(65);
        assert!(!["", "a", "-a", "a-", "a--b", "A-b", "a_b", "a b", "é-e", &long].into_iter().any(is_key));
    }

    #[test]
    fn an_input_is_a_field_that_only_the_category_knows() {
        assert!(["x-mood", "x-a", "x-frame-rate"].into_iter().all(is_input));
        assert!(!["", "x-", "mood", "X-mood", "x-mood-", "x--mood", "x-Mood"].into_iter().any(is_input));
    }

    #[test]
    fn a_word_has_no_edges_and_nothing_hidden() {
        assert!(["MIT", "1920 × 1080", "日本語"].into_iter().all(is_word));
        let long = "x".repeat(257);
        assert!(!["", " a", "a ", "a\nb", "a\u{200b}b", "\u{202e}a", &long].into_iter().any(is_word));
    }
}
