//! What full-text search is asked, as an expression of either database. Both answer from their index alone.
//!
//! Relevance is a **tier**: where in an item the words are. It depends on the item and the words and on nothing else,
//! so it is the same on both databases, and stays the same while items are published. (`bm25`, which asks how rare a
//! word is among all items, does neither, and reads every match before it knows the best.)

use std::fmt::Write as _;

use crate::store::Backend;
use crate::words::Words;

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
    /// SQLite's column; its first letter marks the field's lexemes on PostgreSQL.
    fn column(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Title => "title",
            Self::Labels => "labels",
            Self::Summary => "summary",
            Self::Description => "description",
            Self::Filters => "filters",
        }
    }

    fn mark(self) -> &'static str {
        &self.column()[..1]
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
            _ => self.except(&this, &self.any(&[self.tier(words, 1), self.tier(words, tier - 1)])),
        };
        self.filtered(Some(words), filters)
    }

    /// PostgreSQL's vector of an item. The parser of the server is not asked: its idea of words depends on its locale.
    pub(crate) fn vector<'t>(fields: impl IntoIterator<Item = (&'static str, &'t str)>) -> String {
        let mut vector = String::new();
        for (column, text) in fields {
            for word in text.split(' ').filter(|word| !word.is_empty()) {
                let _ = write!(vector, "'{}{word}' ", &column[..1]);
            }
        }
        vector
    }

    fn tier(self, words: &Words, tier: i64) -> String {
        match usize::try_from(tier) {
            Ok(0) => self.word(&[Field::Name], &words.joined, false),
            Ok(1) => self.word(&[Field::Name], &words.joined, true),
            Ok(tier) => {
                let fields = &TEXT[..(tier - 1).min(TEXT.len())];
                self.all(&words.each.iter().map(|word| self.word(fields, word, true)).collect::<Vec<_>>())
            }
            Err(_) => unreachable!("tiers count from 0"),
        }
    }

    fn filtered(self, words: Option<String>, filters: &[String]) -> String {
        let filters = filters.iter().map(|filter| self.word(&[Field::Filters], filter, false));
        self.all(&words.into_iter().chain(filters).collect::<Vec<_>>())
    }

    /// A word, or the start of one, in any of these fields. Words are letters and digits, so the quotes hold.
    fn word(self, fields: &[Field], word: &str, is_prefix: bool) -> String {
        match self {
            Self::Sqlite => {
                let columns: Vec<_> = fields.iter().map(|field| field.column()).collect();
                format!("({{{}}} : \"{word}\"{})", columns.join(" "), if is_prefix { "*" } else { "" })
            }
            Self::Postgres => {
                let prefix = if is_prefix { ":*" } else { "" };
                let lexemes = fields.iter().map(|field| format!("'{}{word}'{prefix}", field.mark()));
                self.any(&lexemes.collect::<Vec<_>>())
            }
        }
    }

    fn any(self, parts: &[String]) -> String {
        format!("({})", parts.join(if self == Self::Sqlite { " OR " } else { " | " }))
    }

    fn all(self, parts: &[String]) -> String {
        format!("({})", parts.join(if self == Self::Sqlite { " AND " } else { " & " }))
    }

    fn except(self, these: &str, those: &str) -> String {
        match self {
            Self::Sqlite => format!("({these} NOT {those})"),
            Self::Postgres => format!("({these} & !{those})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_leaves_out_what_came_before() {
        let words = Words::of("cpu load");
        let expression = |tier| Backend::Sqlite.of_tier(&words, tier, &[]);
        assert_eq!(expression(0), r#"(({name} : "cpuload"))"#);
        assert_eq!(expression(1), r#"((({name} : "cpuload"*) NOT ({name} : "cpuload")))"#);
        assert_eq!(
            expression(2),
            r#"(((({title} : "cpu"*) AND ({title} : "load"*)) NOT ({name} : "cpuload"*)))"#
        );
        assert!(
            expression(3).ends_with(
                r#"NOT (({name} : "cpuload"*) OR (({title} : "cpu"*) AND ({title} : "load"*)))))"#
            ),
            "{}",
            expression(3)
        );
        assert!(expression(TIERS - 1).contains(r#"({title labels summary description} : "cpu"*)"#));
    }

    #[test]
    fn fields_are_marks_on_postgresql() {
        let words = Words::of("cpu");
        assert_eq!(
            Backend::Postgres.of_tier(&words, 3, &["abc".into()]),
            "(((('tcpu':* | 'lcpu':*)) & !(('ncpu':*) | (('tcpu':*)))) & ('fabc'))"
        );
        assert_eq!(Backend::vector([("title", "cpu load"), ("labels", "")]), "'tcpu' 'tload' ");
    }

    #[test]
    fn without_words_the_labels_alone_decide() {
        let filters = ["abc".to_owned(), "def".to_owned()];
        assert_eq!(
            Backend::Sqlite.matching(None, &filters),
            r#"(({filters} : "abc") AND ({filters} : "def"))"#
        );
    }
}
