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
/// Five uses are writing and no hiding place, and pass: a byte order mark at the very start; one variation
/// selector that follows a visible character (most emoji); one zero-width joiner or non-joiner between
/// two visible characters that are not ASCII (emoji families, Persian, Indic scripts); one directional mark
/// where the last letter or the next character is of a right-to-left script (Hebrew, Arabic); and the flags of
/// England, Scotland and Wales, which are the only emoji that tag characters spell (Unicode TS 51, RGI set).
#[must_use]
pub fn hidden(text: &str) -> Option<Hidden> {
    let (mut line, mut column) = (1, 0);
    let mut previous: Option<char> = None;
    let mut letter: Option<char> = None;
    let mut characters = text.chars().enumerate().peekable();
    let mut rest = text;
    while let Some((index, character)) = characters.next() {
        column += 1;
        rest = &rest[character.len_utf8()..];
        if character == FLAG
            && let Some(tags) = FLAGS.iter().find(|tags| rest.starts_with(**tags))
        {
            for _ in tags.chars() {
                characters.next();
            }
            rest = &rest[tags.len()..];
            column += tags.chars().count();
            previous = Some(character);
            continue;
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
            '\u{200E}' | '\u{200F}' | '\u{061C}' => {
                previous.is_some_and(|c| !is_mark(c))
                    && (letter.is_some_and(is_right_to_left) || next.is_some_and(is_right_to_left))
            }
            other => !other.is_control() && !is_ignorable(other),
        };
        if !writes {
            return Some(Hidden { line, column, character });
        }
        if character == '\n' {
            (line, column) = (line + 1, 0);
        }
        if character.is_alphabetic() {
            letter = Some(character);
        }
        previous = Some(character);
    }
    None
}

/// A black flag, which tag characters turn into that of a part of a country.
const FLAG: char = '\u{1F3F4}';

/// What follows it: England, Scotland, Wales.
const FLAGS: [&str; 3] = [
    "\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
];

fn is_mark(character: char) -> bool {
    matches!(character, '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// The blocks of scripts that are written from right to left, Hebrew to Arabic and what is above the BMP.
fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
        && !is_mark(character)
}

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
    fn bytes_smuggled_in_variation_selectors_are_found() {
        assert!(hidden("😀\u{FE0F}\u{FE01}\u{FE02}").is_some());
        assert!(hidden(" \u{FE0F}").is_some());
    }

    #[test]
    fn a_directional_mark_passes_where_a_script_is_written_from_right_to_left() {
        for text in ["שלום!\u{200F} Hello", "قال \u{200E}C++", "a \u{200F}שלום", "هذا\u{061C} نص"]
        {
            assert_eq!(hidden(text), None, "{text:?}");
        }
        for text in ["a\u{200F}b", "שלום\u{200F}\u{200F}", "\u{200E}x", "שלום then latin\u{200F}!"] {
            assert!(hidden(text).is_some(), "{text:?}");
        }
        // An override changes the order of what is not of that script: never.
        assert!(hidden("שלום\u{202E}").is_some() && hidden("שלום\u{2067}").is_some());
    }

    #[test]
    fn tag_characters_spell_three_flags_and_nothing_else() {
        let flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}";
        assert_eq!(hidden(&format!("From {flag} with {flag}{flag}\nand more")), None);
        assert_eq!(hidden(&format!("{flag}\u{E0041}")).unwrap().column, 8);
        assert!(hidden("\u{1F3F4}\u{E0072}\u{E006D}\u{E007F}").is_some());
        assert!(hidden(&flag[4..]).is_some());
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
