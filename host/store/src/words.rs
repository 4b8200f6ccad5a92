//! Text to words, once for both databases: they then find the same items, whatever their own idea of letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::releases::Card;

/// Longer words are cut: PostgreSQL refuses a search word past 2,046 bytes.
const WORD_CHARS: usize = 64;
/// More words than this in one search are ignored.
const QUERY_WORDS: usize = 12;
/// More words than this in one field are not indexed.
const FIELD_WORDS: usize = 5_000;

/// What a search looks for. Letters and digits only.
pub(crate) type Words = Vec<String>;

/// An item's indexed text, folded, by weight.
pub(crate) struct Fields {
    pub(crate) title: String,
    pub(crate) keywords: String,
    pub(crate) summary: String,
    pub(crate) description: String,
}

/// The words of a search.
pub(crate) fn query(text: &str) -> Words {
    words(text).take(QUERY_WORDS).collect()
}

/// The words of an item. The slug counts as title: people search for the name they type.
pub(crate) fn fields(slug: &str, card: &Card) -> Fields {
    Fields {
        title: join(&format!("{} {slug}", card.title)),
        keywords: join(&card.keywords.join(" ")),
        summary: join(&card.summary),
        description: join(&card.description),
    }
}

/// A title as lists sort it: folded, so that `Ábaco` stands by `abacus`.
pub(crate) fn sort_name(title: &str) -> String {
    join(title)
}

fn join(text: &str) -> String {
    words(text).take(FIELD_WORDS).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded: String =
        text.chars().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let folded: String = folded.chars().flat_map(char::to_lowercase).collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_CHARS).collect())
        .collect::<Vec<String>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_letters_and_digits() {
        assert_eq!(query("Ábaco, CPU-Load \"x\" OR * ﬁne\0"), ["abaco", "cpu", "load", "x", "or", "fine"]);
        assert!(query("'; -- \" * ^ () :").is_empty());
    }

    #[test]
    fn a_search_is_bounded() {
        assert_eq!(query(&"a ".repeat(1000)).len(), QUERY_WORDS);
        assert_eq!(query(&"a".repeat(5000))[0].len(), WORD_CHARS);
    }
}
