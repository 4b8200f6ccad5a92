//! What full-text search is asked, as an expression of either database. Both answer from their index alone.
//!
//! Relevance is a **tier**: where in an item the words are. It depends on the item and the words and on nothing else,
//! so it is the same on both databases, and stays the same while items are published. (`bm25`, which asks how rare a
//! word is among all items, does neither, and reads every match before it knows the best.)

use std::fmt::Write as _;

use crate::store::Backend;
use crate::words::{Fields, Words};

/// A field of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Title,
    Labels,
    Summary,
    Description,
    Filters,
}

/// The fields in which the words of a search may be, as of the third tier.
const TEXT: [Field; 4] = [Field::Title, Field::Labels, Field::Summary, Field::Description];

/// How many tiers there are. 0: the title, or the slug, is what is searched. 1: it begins with that. 2: every word is in
/// the title. 3: or among keywords and author; 4: or in the summary; 5: or in the description.
pub(crate) const TIERS: i64 = 6;

impl Field {
    /// What the field's words begin with in the index: each field has lists of its own there, and a search of the title
    /// does not walk through everything that mentions the word.
    fn mark(self) -> char {
        match self {
            Self::Name => 'n',
            Self::Title => 't',
            Self::Labels => 'l',
            Self::Summary => 's',
            Self::Description => 'd',
            Self::Filters => 'f',
        }
    }
}

impl Backend {
    /// Items that match the words, whatever their tier, and have all the labels.
    pub(crate) fn matching(self, words: Option<&Words>, filters: &[String]) -> String {
        let words = words.map(|words| self.any(&[self.tier(words, 1), self.tier(words, TIERS - 1)]));
        self.filtered(words, filters)
    }

    /// Items of this tier, and of none before it.
    pub(crate) fn of_tier(self, words: &Words, tier: i64, filters: &[String]) -> String {
        let this = self.tier(words, tier);
        // Each tier holds the one before it, but that the third begins anew.
        let words = match tier {
            0 => this,
            1 => self.except(&this, &self.tier(words, 0)),
            2 => self.except(&this, &self.tier(words, 1)),
            _ => {
                // The field that this tier adds has at least one of the words: so few items are looked at.
                let added = &fields(tier)[fields(tier).len() - 1..];
                let added: Vec<_> = words.each.iter().map(|word| self.word(added, word, true)).collect();
                let before = self.any(&[self.tier(words, 1), self.tier(words, tier - 1)]);
                self.except(&self.all(&[self.any(&added), this]), &before)
            }
        };
        self.filtered(Some(words), filters)
    }

    /// What the index stores of an item. The databases' own parsers are not asked: what they take for a word depends on
    /// the server's locale, or on their version.
    pub(crate) fn indexed(self, fields: &Fields, filters: &str) -> String {
        let mut indexed = String::new();
        for (field, text) in [
            (Field::Name, fields.name.as_str()),
            (Field::Title, &fields.title),
            (Field::Labels, &fields.labels),
            (Field::Summary, &fields.summary),
            (Field::Description, &fields.description),
            (Field::Filters, filters),
        ] {
            for word in text.split(' ').filter(|word| !word.is_empty()) {
                let quote = if self == Self::Sqlite { "" } else { "'" };
                let _ = write!(indexed, "{quote}{}{word}{quote} ", field.mark());
            }
        }
        indexed
    }

    fn tier(self, words: &Words, tier: i64) -> String {
        match tier {
            0 => self.word(&[Field::Name], &words.joined, false),
            1 => self.word(&[Field::Name], &words.joined, true),
            _ => {
                let each = words.each.iter().map(|word| self.word(fields(tier), word, true));
                self.all(&each.collect::<Vec<_>>())
            }
        }
    }

    fn filtered(self, words: Option<String>, filters: &[String]) -> String {
        let filters = filters.iter().map(|filter| self.word(&[Field::Filters], filter, false));
        self.all(&words.into_iter().chain(filters).collect::<Vec<_>>())
    }

    /// A word, or the start of one, in any of these fields. Words are letters and digits, so the quotes hold.
    fn word(self, fields: &[Field], word: &str, is_prefix: bool) -> String {
        let marked = fields.iter().map(|field| match (self, is_prefix) {
            (Self::Sqlite, true) => format!("\"{}{word}\"*", field.mark()),
            (Self::Sqlite, false) => format!("\"{}{word}\"", field.mark()),
            (Self::Postgres, true) => format!("'{}{word}':*", field.mark()),
            (Self::Postgres, false) => format!("'{}{word}'", field.mark()),
        });
        self.any(&marked.collect::<Vec<_>>())
    }

    fn any(self, parts: &[String]) -> String {
        self.join(parts, if self == Self::Sqlite { " OR " } else { " | " })
    }

    fn all(self, parts: &[String]) -> String {
        self.join(parts, if self == Self::Sqlite { " AND " } else { " & " })
    }

    fn join(self, parts: &[String], operator: &str) -> String {
        match parts {
            [part] => part.clone(),
            parts => format!("({})", parts.join(operator)),
        }
    }

    fn except(self, these: &str, those: &str) -> String {
        match self {
            Self::Sqlite => format!("({these} NOT {those})"),
            Self::Postgres => format!("({these} & !{those})"),
        }
    }
}

/// The fields in which a word may be, from the third tier on.
fn fields(tier: i64) -> &'static [Field] {
    let added = usize::try_from(tier - 1).unwrap_or(1);
    &TEXT[..added.clamp(1, TEXT.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_leaves_out_what_came_before() {
        let words = Words::of("cpu load");
        for (tier, expected) in [
            (0, r#""ncpuload""#),
            (1, r#"("ncpuload"* NOT "ncpuload")"#),
            (2, r#"(("tcpu"* AND "tload"*) NOT "ncpuload"*)"#),
            (
                3,
                r#"((("lcpu"* OR "lload"*) AND (("tcpu"* OR "lcpu"*) AND ("tload"* OR "lload"*))) NOT ("ncpuload"* OR ("tcpu"* AND "tload"*)))"#,
            ),
        ] {
            assert_eq!(Backend::Sqlite.of_tier(&words, tier, &[]), expected);
        }
        let last = Backend::Sqlite.of_tier(&Words::of("cpu"), TIERS - 1, &[]);
        assert!(
            last.starts_with(r#"(("dcpu"* AND ("tcpu"* OR "lcpu"* OR "scpu"* OR "dcpu"*)) NOT"#),
            "{last}"
        );
    }

    #[test]
    fn postgresql_is_asked_the_same() {
        assert_eq!(
            Backend::Postgres.of_tier(&Words::of("cpu"), 3, &["abc".into()]),
            "((('lcpu':* & ('tcpu':* | 'lcpu':*)) & !('ncpu':* | 'tcpu':*)) & 'fabc')"
        );
    }

    #[test]
    fn without_words_the_labels_alone_decide() {
        let filters = ["abc".to_owned(), "def".to_owned()];
        assert_eq!(Backend::Sqlite.matching(None, &filters), r#"("fabc" AND "fdef")"#);
    }
}
