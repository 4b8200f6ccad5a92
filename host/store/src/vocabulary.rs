//! The words of published items, and which of them a typing error may have meant.
//!
//! Either database proposes words that share a trigram; which of them it is, is decided here, by Damerau-Levenshtein
//! distance, so both correct alike. Only a word that nothing begins with is corrected: what is there is what was meant.

use std::collections::BTreeSet;

use sqlx::AnyConnection;

use crate::row::Columns;
use crate::sql::sql;
use crate::words::{SPELLED_MIN, Words, is_spelled};
use crate::{Store, StoreError};

/// How many words one statement writes.
const AT_ONCE: usize = 200;
/// Longer words are not corrected: they are no words but identifiers, and a cursor carries the correction.
const CORRECTED_MAX: usize = 24;
/// From this length on a word may have two errors.
const TWO_ERRORS_FROM: usize = 8;
/// How many words that share a trigram are looked at. Where there are more, the right one may not be among them.
const CANDIDATES: i64 = 20_000;
/// Sorts after every letter and digit there is.
const LAST: char = '\u{10ffff}';

/// Counts an item's words: those it had and those it has. Within a change of the catalogue.
pub(crate) async fn change(
    connection: &mut AnyConnection,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let gone: Vec<&String> = before.difference(after).collect();
    let new: Vec<&String> = after.difference(before).collect();
    for words in new.chunks(AT_ONCE) {
        let mut insert = sql("INSERT INTO vocabulary (word, letters, sketch, items) VALUES ");
        let mut separator = "(";
        for word in words {
            insert.push(separator).value(word.as_str());
            insert.push(", ").value(letters(word));
            insert.push(", ").value(sketch(word)).push(", 1)");
            separator = ", (";
        }
        insert.push(" ON CONFLICT (word) DO UPDATE SET items = vocabulary.items + 1");
        insert.run(connection).await?;
    }
    for words in gone.chunks(AT_ONCE) {
        for (change, condition) in [
            ("UPDATE vocabulary SET items = items - 1 WHERE word IN ", ""),
            ("DELETE FROM vocabulary WHERE word IN ", " AND items <= 0"),
        ] {
            let mut statement = sql(change);
            let mut separator = "(";
            for word in words {
                statement.push(separator).value(word.as_str());
                separator = ", ";
            }
            statement.push(")").push(condition);
            statement.run(connection).await?;
        }
    }
    Ok(())
}

impl Store {
    /// What a search for these words must have meant; `None` if that is what it says.
    pub(crate) async fn correct(&self, words: &Words) -> Result<Option<Words>, StoreError> {
        // `sys tempulse` is nobody's two words, and is found.
        if self.begins_a_word(&words.joined).await? {
            return Ok(None);
        }
        let mut each = Vec::new();
        let mut is_corrected = false;
        for word in &words.each {
            let meant = self.meant(word).await?;
            is_corrected |= meant.is_some();
            each.push(meant.unwrap_or_else(|| word.clone()));
        }
        Ok(is_corrected.then(|| Words::from_each(each)))
    }

    async fn begins_a_word(&self, start: &str) -> Result<bool, StoreError> {
        let statement = sql("SELECT 1 AS found FROM vocabulary WHERE word >= $1 AND word < $2 LIMIT 1");
        Ok(statement.bind(start).bind(format!("{start}{LAST}")).read(self.read()).await?.is_some())
    }

    async fn meant(&self, word: &str) -> Result<Option<String>, StoreError> {
        let errors = errors(word);
        if errors == 0 || self.begins_a_word(word).await? {
            return Ok(None);
        }
        let mut statement = sql("SELECT v.word, v.items");
        self.backend().push_lookalikes(&mut statement, &sketch(word));
        statement.push(" AND v.letters BETWEEN ").value(letters(word) - errors);
        statement.push(" AND ").value(letters(word) + errors);
        statement.push(" LIMIT ").value(CANDIDATES);
        let mut candidates = Vec::new();
        for row in statement.read_all(self.read()).await? {
            candidates.push((row.get_as::<String>("word")?, row.get_as::<i64>("items")?));
        }
        Ok(nearest(word, candidates))
    }
}

/// The word with the fewest errors; among those the one that most items have; among those the first.
fn nearest(word: &str, candidates: Vec<(String, i64)>) -> Option<String> {
    let near = candidates.into_iter().filter_map(|(candidate, items)| {
        let distance = i64::try_from(strsim::damerau_levenshtein(word, &candidate)).ok()?;
        (distance <= errors(word)).then_some((distance, -items, candidate))
    });
    near.min().map(|(_, _, candidate)| candidate)
}

/// How many errors a word may have: none in a short one, which would be any other; one up to seven letters; two in
/// longer ones. A letter too many, one too few, a wrong one, and two in the wrong order are one error each.
fn errors(word: &str) -> i64 {
    match word.chars().count() {
        length if !is_spelled(word) || length > CORRECTED_MAX => 0,
        SPELLED_MIN..TWO_ERRORS_FROM => 1,
        _ => 2,
    }
}

fn letters(word: &str) -> i64 {
    i64::try_from(word.chars().count()).unwrap_or(i64::MAX)
}

/// The word in ASCII letters and digits, one for each of its own. Trigrams are of this: what pg_trgm takes for a letter
/// depends on the server's locale. That two letters may become one only adds candidates.
fn sketch(word: &str) -> String {
    let ascii = |c: char| match c {
        'a'..='z' | '0'..='9' => c,
        other => char::from_digit(u32::from(other) % 36, 36).unwrap_or('0'),
    };
    word.chars().map(ascii).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest_of(word: &str, candidates: &[(&str, i64)]) -> Option<String> {
        nearest(word, candidates.iter().map(|(word, items)| ((*word).to_owned(), *items)).collect())
    }

    #[test]
    fn the_length_says_how_many_errors_are_forgiven() {
        for (word, expected) in [
            ("cpu", 0),
            ("load", 1),
            ("weather", 1),
            ("calendar", 2),
            ("2024", 0),
            ("日本語処理", 0),
            ("über", 1),
        ] {
            assert_eq!(errors(word), expected, "{word}");
        }
        assert_eq!(errors(&"a".repeat(25)), 0);
    }

    #[test]
    fn the_nearest_word_then_the_one_of_most_items_is_meant() {
        assert_eq!(nearest_of("laod", &[("load", 1), ("laos", 9)]).as_deref(), Some("laos"));
        assert_eq!(nearest_of("wether", &[("weather", 1), ("tether", 1)]).as_deref(), Some("tether"));
        assert_eq!(
            nearest_of("calender", &[("calendars", 99), ("calendar", 1)]).as_deref(),
            Some("calendar")
        );
        assert_eq!(nearest_of("weather", &[("wether", 1)]).as_deref(), Some("wether"));
        assert_eq!(nearest_of("water", &[("weather", 1)]), None);
    }

    #[test]
    fn every_letter_has_one_in_the_sketch() {
        assert_eq!(sketch("cpu2"), "cpu2");
        for word in ["погода", "καιρός", "ภาษา"] {
            let sketch = sketch(word);
            assert_eq!(sketch.chars().count(), word.chars().count());
            assert!(sketch.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{sketch}");
        }
    }
}
