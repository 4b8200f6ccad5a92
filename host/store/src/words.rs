//! Text to words, once for both databases: they then find the same items, whatever their own idea of letters.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::releases::Card;
use marketplace_manifest::Digest;

/// Raised with every change of what this file makes of a text: the next start then fills the index anew.
pub(crate) const RULES: i64 = 1;

/// Longer words are cut: PostgreSQL refuses a search word past 2,046 bytes.
const WORD_CHARS: usize = 64;
/// More words than this in one search are ignored.
const QUERY_WORDS: usize = 12;
/// More words than this in one field are not indexed.
const FIELD_WORDS: usize = 5_000;
/// Text in a script without spaces is indexed from each of its characters on, this far.
const WINDOW_CHARS: usize = 8;
/// Shorter words are not in the vocabulary: at three letters, any word is a typing error of any other.
pub(crate) const SPELLED_MIN: usize = 4;
/// More words than this of one item are not in the vocabulary.
const SPELLED_WORDS: usize = 2_000;

/// What a search looks for. Letters and digits only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// Each must be the start of a word of the item.
    pub(crate) each: Vec<String>,
    /// All of them in one: `git hub` also means `github`.
    pub(crate) joined: String,
}

/// An item's indexed text, folded: in each field, words with a space between them; each where it counts most, and only
/// there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The title, and the slug, each as one word.
    pub(crate) name: String,
    /// The slug counts as title: people search for the name they type.
    pub(crate) title: String,
    /// Keywords and the author.
    pub(crate) labels: String,
    pub(crate) summary: String,
    pub(crate) description: String,
}

impl Words {
    /// The words of a search.
    pub(crate) fn of(text: &str) -> Self {
        let mut each: Vec<String> = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Word(word) => each.push(word),
                Piece::Run(run) => each.extend(run.chunks(WINDOW_CHARS).map(String::from_iter)),
            }
        }
        Self::from_each(each)
    }

    /// A search for these words.
    pub(crate) fn from_each(mut each: Vec<String>) -> Self {
        each.truncate(QUERY_WORDS);
        let joined = cut(each.iter().flat_map(|word| word.chars()));
        Self { each, joined }
    }

    /// Whether these can be words of a search at all.
    pub(crate) fn are(each: &[String]) -> bool {
        let is_word = |word: &String| {
            (1..=WORD_CHARS).contains(&word.chars().count()) && word.chars().all(char::is_alphanumeric)
        };
        (1..=QUERY_WORDS).contains(&each.len()) && each.iter().all(is_word)
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.each.is_empty()
    }
}

impl Fields {
    /// The words of an item.
    pub(crate) fn of(slug: &str, author: &str, card: &Card) -> Self {
        let labels = card.keywords.iter().map(String::as_str).chain([author]);
        let mut seen = BTreeSet::new();
        Self {
            name: distinct([joined(&card.title), joined(slug)], &mut BTreeSet::new()),
            title: distinct(names([card.title.as_str(), slug]), &mut seen),
            labels: distinct(names(labels), &mut seen),
            summary: distinct(indexed(&card.summary), &mut seen),
            description: distinct(indexed(&card.description), &mut seen),
        }
    }

    /// The words that a typing error may have meant.
    pub(crate) fn spelled(&self) -> BTreeSet<String> {
        let fields = [&self.title, &self.labels, &self.summary, &self.description];
        let words = fields.into_iter().flat_map(|field| field.split(' '));
        words.filter(|word| is_spelled(word)).take(SPELLED_WORDS).map(str::to_owned).collect()
    }
}

/// Whether a word is one that people spell: long enough, with a letter, and in a script with words.
pub(crate) fn is_spelled(word: &str) -> bool {
    word.chars().count() >= SPELLED_MIN
        && word.chars().any(char::is_alphabetic)
        && !word.chars().any(is_unspaced)
}

/// A title as lists sort it: folded, so that `Ábaco` stands by `abacus`.
pub(crate) fn sort_name(title: &str) -> String {
    let words = pieces(title).into_iter().map(|piece| match piece {
        Piece::Word(word) => word,
        Piece::Run(run) => cut(run),
    });
    words.take(FIELD_WORDS).collect::<Vec<_>>().join(" ")
}

/// A label as a word: exactly this value and no other, whatever characters are in it.
pub(crate) fn filter(kind: &str, value: &str) -> String {
    // Half of it is as good as all: nobody finds two texts that share 128 bits by accident.
    Digest::of(format!("{kind}\n{value}").as_bytes()).to_string().split_off(32)
}

/// The words of names, which people join and split as they like: `SystemPulse`, `system-pulse`, `system pulse`.
fn names<'t>(texts: impl IntoIterator<Item = &'t str>) -> impl Iterator<Item = String> {
    texts.into_iter().flat_map(|text| {
        let mut words = indexed(text);
        words.extend(indexed(&at_humps(text)));
        words.push(joined(text));
        words
    })
}

/// A whole text as one word.
fn joined(text: &str) -> String {
    let pieces = pieces(text).into_iter();
    cut(pieces.flat_map(|piece| match piece {
        Piece::Word(word) => word.chars().collect(),
        Piece::Run(run) => run,
    }))
}

/// The words under which a text is found.
fn indexed(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => words.push(word),
            Piece::Run(run) => words
                .extend((0..run.len()).map(|from| String::from_iter(run[from..].iter().take(WINDOW_CHARS)))),
        }
        if words.len() >= FIELD_WORDS {
            break;
        }
    }
    words.truncate(FIELD_WORDS);
    words
}

/// The words that were not seen before.
fn distinct(words: impl IntoIterator<Item = String>, seen: &mut BTreeSet<String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !word.is_empty() && seen.insert(word.clone()) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

fn cut(characters: impl IntoIterator<Item = char>) -> String {
    characters.into_iter().take(WORD_CHARS).collect()
}

/// A part of a text.
enum Piece {
    /// A word.
    Word(String),
    /// Characters of a script that is written without spaces: where one word ends is anybody's guess.
    Run(Vec<char>),
}

fn pieces(text: &str) -> Vec<Piece> {
    let folded: String =
        text.chars().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let folded: String = folded.chars().flat_map(char::to_lowercase).collect();
    let mut pieces = Vec::new();
    for part in folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let characters: Vec<char> = part.chars().collect();
        for same in characters.chunk_by(|a, b| is_unspaced(*a) == is_unspaced(*b)) {
            pieces.push(match is_unspaced(same[0]) {
                true => Piece::Run(same.to_vec()),
                false => Piece::Word(cut(same.iter().copied())),
            });
        }
    }
    pieces
}

/// Whether a script is written without spaces between words: Han and Kana, Thai, Lao, Burmese, Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The text with a space before each hump: `SystemPulse` as `System Pulse`, `HTTPServer` as `HTTP Server`.
fn at_humps(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut spaced = String::with_capacity(text.len() + 8);
    for (index, &c) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| characters[index]);
        let after_lower = before.is_some_and(char::is_lowercase);
        let after_upper = before.is_some_and(char::is_uppercase);
        let before_lower = characters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || (after_upper && before_lower)) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    spaced
}

#[cfg(test)]
mod tests;
