//! What text may hold.

use unicode_normalization::is_nfc;

/// A stranger's text for a message: one line, no control or direction characters,
/// 80 characters.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 80;
    let mut out: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}

/// Whether the text is in Unicode Normalization Form C (UAX #15). Two spellings of one
/// text look equal and sign differently, so only one is accepted.
pub(crate) fn normalized(text: &str) -> bool {
    is_nfc(text)
}

/// The first character that a line of text must not hold: a control character, one that
/// reorders or hides its neighbours (a title that reads otherwise than it is), or a
/// line break that is not a control character.
pub(crate) fn unfit_for_line(text: &str) -> Option<char> {
    text.chars().find(|&c| c.is_control() || is_deceptive(c))
}

/// The first character that running text (Markdown) must not hold: controls but line
/// breaks and tabs.
pub(crate) fn unfit_for_prose(text: &str) -> Option<char> {
    text.chars().find(|&c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Direction controls (UAX #9), invisible characters, and separators. Joiners
/// (U+200C, U+200D) are not among them: Persian and emoji are spelled with them.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}')
}
