//! Characters that a person does not see and an assistant reads.
//!
//! Text that reaches an assistant is a program. A moderator who reads it on a screen must
//! see all of it: zero-width characters, direction overrides (Trojan Source,
//! CVE-2021-42574) and tag characters carry instructions that no screen shows.

/// A character that no screen shows, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The character itself: do not print it.
    pub character: char,
}

impl std::fmt::Display for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "U+{:04X} at line {}, column {}", u32::from(self.character), self.line, self.column)
    }
}

/// The first hidden character of `text`, if there is one.
///
/// Hidden are: controls other than tab and line ends; the code points with the property
/// `Default_Ignorable_Code_Point` (Unicode Standard, section 5.21); interlinear annotations.
/// Four uses are writing and no hiding place, and pass: a byte order mark at the very start; one variation
/// selector that follows a visible character (most emoji); one zero-width joiner or non-joiner between
/// two visible characters that are not ASCII (emoji families, Persian, Indic scripts); the tags that make the flags of
/// England, Scotland and Wales of a black flag (Unicode Technical Standard 51, the only such sequences that are emoji).
#[must_use]
pub fn hidden(text: &str) -> Option<Hidden> {
    let (mut line, mut column) = (1, 0);
    let mut previous: Option<char> = None;
    let mut characters = text.chars().enumerate().peekable();
    // How many tags of a flag follow.
    let mut tags = 0;
    while let Some((index, character)) = characters.next() {
        column += 1;
        if tags > 0 {
            tags -= 1;
            previous = Some(character);
            continue;
        }
        if character == '\u{1F3F4}' {
            let ahead: String = characters.clone().take(FLAG_LENGTH).map(|(_, tag)| tag).collect();
            if FLAGS.contains(&ahead.as_str()) {
                tags = FLAG_LENGTH;
            }
        }
        let next = characters.peek().map(|(_, next)| *next);
        let writes = match character {
            '\t' | '\n' => true,
            // Alone, it returns to the start of the line, and what follows overwrites what was there.
            '\r' => next == Some('\n'),
            '\u{FEFF}' => index == 0,
            '\u{FE00}'..='\u{FE0F}' => previous.is_some_and(visible),
            '\u{200C}' | '\u{200D}' => {
                previous.is_some_and(|c| !c.is_ascii() && (visible(c) || is_variation_selector(c)))
                    && next.is_some_and(|c| !c.is_ascii() && visible(c))
            }
            other => !other.is_control() && !is_ignorable(other),
        };
        if !writes {
            return Some(Hidden { line, column, character });
        }
        if character == '\n' {
            (line, column) = (line + 1, 0);
        }
        previous = Some(character);
    }
    None
}

/// The tags `gbeng`, `gbsct` and `gbwls`, each with the one that ends them.
const FLAGS: [&str; 3] = [
    "\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
];
/// Characters in each of [`FLAGS`].
const FLAG_LENGTH: usize = 6;

fn visible(character: char) -> bool {
    !character.is_control() && !character.is_whitespace() && !is_ignorable(character)
}

fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}')
}

/// `Default_Ignorable_Code_Point`, and the interlinear annotation characters. The property
/// is stable by policy but for unassigned code points, which these ranges include.
fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ordinary_writing_in_many_scripts_passes() {
        for text in [
            "Plain text,\twith tabs\nand lines.\r\nAnd more.",
            "\u{FEFF}# Saved with a byte order mark",
            "Great ❤\u{FE0F} work 👩\u{200D}💻, a family 👨\u{200D}👩\u{200D}👧, a flag 🏳\u{FE0F}\u{200D}🌈",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F} Cymru",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "café, naïve, 日本語, עברית, العربية",
        ] {
            assert_eq!(hidden(text), None, "{text}");
        }
    }

    #[test]
    fn each_kind_of_hidden_character_is_found() {
        for character in [
            '\u{200B}',
            '\u{200E}',
            '\u{202E}',
            '\u{2066}',
            '\u{2060}',
            '\u{00AD}',
            '\u{E0041}',
            '\u{E0100}',
            '\u{3164}',
            '\u{FFF9}',
            '\u{1b}',
            '\u{0}',
            '\u{85}',
            '\u{7f}',
            '\u{FEFF}',
            '\u{200D}',
            '\u{200C}',
        ] {
            let found = hidden(&format!("ab\nc{character}d")).unwrap();
            assert_eq!(found, Hidden { line: 2, column: 2, character });
        }
    }

    #[test]
    fn a_joiner_cannot_stand_alone_or_in_a_row() {
        for text in ["a\u{200D}b", "é\u{200D}\u{200D}é", "\u{200C}é", "é\u{200C}", "é \u{200D}é"] {
            assert!(hidden(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn tags_that_are_no_flag_are_found() {
        for text in [
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}",
            "\u{1F3F4}\u{E0069}\u{E0067}\u{E006E}\u{E006F}\u{E0072}\u{E0065}\u{E007F}",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}\u{E0068}",
            "\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
        ] {
            assert!(hidden(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn bytes_smuggled_in_variation_selectors_are_found() {
        assert!(hidden("😀\u{FE0F}\u{FE01}\u{FE02}").is_some());
        assert!(hidden(" \u{FE0F}").is_some());
    }

    #[test]
    fn a_lone_carriage_return_overwrites_and_is_found() {
        assert_eq!(hidden("rm -rf /\recho hello").unwrap().column, 9);
    }

    #[test]
    fn a_finding_names_the_code_point_and_never_prints_it() {
        assert_eq!(hidden("x\u{202E}").unwrap().to_string(), "U+202E at line 1, column 2");
    }
}
