//! Text that a stranger's program wrote, made fit for terminals, logs and pages.

/// Whether a character could move a cursor, reorder a line or hide in it: control
/// characters (which start terminal escapes), line and paragraph separators, and the
/// bidirectional controls of UAX #9, with which a text shows something else than it says.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// One line of at most `limit` bytes, and an ellipsis if it was cut. What is treacherous
/// is shown escaped: whoever reads it should see that it was tried.
pub(crate) fn line(text: &str, limit: usize) -> String {
    clean(text, limit, false)
}

/// Like [`line`], but its own line feeds stay.
pub(crate) fn prose(text: &str, limit: usize) -> String {
    clean(text, limit, true)
}

fn clean(text: &str, limit: usize, line_feeds: bool) -> String {
    let mut clean = String::with_capacity(text.len().min(limit));
    for c in text.chars() {
        let before = clean.len();
        if is_treacherous(c) && !(line_feeds && c == '\n') {
            clean.extend(c.escape_unicode());
        } else {
            clean.push(c);
        }
        if clean.len() > limit {
            clean.truncate(before);
            clean.push('…');
            break;
        }
    }
    clean
}

/// Whether `text` may stand where machines compare it: not empty, at most `limit` bytes,
/// and nothing in it that a reader would not see.
pub(crate) fn is_word(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.len() <= limit && text.trim() == text && !text.contains(is_treacherous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_are_shown_not_sent() {
        assert_eq!(line("\u{1b}[2Jgone\r\n", 100), "\\u{1b}[2Jgone\\u{d}\\u{a}");
        assert_eq!(prose("two\nlines\u{7}", 100), "two\nlines\\u{7}");
    }

    #[test]
    fn a_text_cannot_show_something_else_than_it_says() {
        assert_eq!(line("exe.\u{202e}fdp", 100), "exe.\\u{202e}fdp");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(line("äöü", 4), "äö…");
        assert_eq!(line("äöü", 5), "äö…");
        assert_eq!(line("äöü", 6), "äöü");
    }

    #[test]
    fn a_word_has_no_edges_and_nothing_hidden() {
        assert!(is_word("data:read.metrics.*", 256));
        for bad in ["", " a", "a ", "a\nb", "a\u{200b}b", "abcde"] {
            assert!(!is_word(bad, 4), "{bad:?}");
        }
    }
}
