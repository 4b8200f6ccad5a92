//! What one item has of its category's fields.

use crate::bindings::presenter::Detail;
pub use crate::bindings::presenter::Value;
use crate::field::{Bytes, Colour, Date, Field, Flag, Number, Seconds, Text};
use crate::names;

/// Values by field, in the order in which they were added.
///
/// What an author wrote into a package may be longer than what is shown, or have characters that nobody sees. A value that
/// could not be shown is left out, and so is one that is there already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details(Vec<Detail>);

impl Details {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value to a field; nothing, if it is a `None`.
    #[must_use]
    pub fn with<K>(mut self, field: Field<K>, value: impl Shown<K>) -> Self {
        self.add(field.key(), value.shown());
        self
    }

    /// Adds values to a field. The host shows the first 32.
    #[must_use]
    pub fn with_each<K>(mut self, field: Field<K>, values: impl IntoIterator<Item = impl Shown<K>>) -> Self {
        for value in values {
            self.add(field.key(), value.shown());
        }
        self
    }

    /// The values of a field.
    #[must_use]
    pub fn of<K>(&self, field: Field<K>) -> &[Value] {
        self.0.iter().find(|detail| detail.field == field.key()).map_or(&[], |detail| &detail.values)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Detail> {
        self.0.iter()
    }

    pub(crate) fn into_vec(self) -> Vec<Detail> {
        self.0
    }

    fn add(&mut self, key: &str, value: Option<Value>) {
        let Some(value) = value else { return };
        match self.0.iter_mut().find(|detail| detail.field == key) {
            Some(detail) if detail.values.contains(&value) => {}
            Some(detail) => detail.values.push(value),
            None => self.0.push(Detail { field: key.into(), values: vec![value] }),
        }
    }
}

/// What is a value of fields of the kind `K`.
pub trait Shown<K> {
    /// The value, unless it cannot be shown.
    fn shown(self) -> Option<Value>;
}

impl<K, V: Shown<K>> Shown<K> for Option<V> {
    fn shown(self) -> Option<Value> {
        self.and_then(V::shown)
    }
}

impl Shown<Text> for String {
    fn shown(self) -> Option<Value> {
        names::is_word(&self).then_some(Value::Text(self))
    }
}

impl Shown<Text> for &String {
    fn shown(self) -> Option<Value> {
        Shown::<Text>::shown(self.as_str())
    }
}

impl Shown<Text> for &str {
    fn shown(self) -> Option<Value> {
        names::is_word(self).then(|| Value::Text(self.into()))
    }
}

impl Shown<Number> for f64 {
    fn shown(self) -> Option<Value> {
        self.is_finite().then_some(Value::Number(self))
    }
}

impl Shown<Number> for u32 {
    fn shown(self) -> Option<Value> {
        Some(Value::Number(self.into()))
    }
}

/// How many there are of something.
impl Shown<Number> for usize {
    fn shown(self) -> Option<Value> {
        // Above 2^53 the nearest number: nobody counts to there.
        Some(Value::Number(self as f64))
    }
}

impl Shown<Bytes> for u64 {
    fn shown(self) -> Option<Value> {
        Some(Value::Bytes(self))
    }
}

impl Shown<Seconds> for u64 {
    fn shown(self) -> Option<Value> {
        Some(Value::Seconds(self))
    }
}

impl Shown<Seconds> for u32 {
    fn shown(self) -> Option<Value> {
        Some(Value::Seconds(self.into()))
    }
}

/// RFC 3339's `full-date`: `2026-11-26`.
impl Shown<Date> for &str {
    fn shown(self) -> Option<Value> {
        is_date(self).then(|| Value::Date(self.into()))
    }
}

/// Red, green and blue of sRGB.
impl Shown<Colour> for [u8; 3] {
    fn shown(self) -> Option<Value> {
        let [red, green, blue] = self;
        Some(Value::Colour(format!("#{red:02x}{green:02x}{blue:02x}")))
    }
}

impl Shown<Flag> for bool {
    fn shown(self) -> Option<Value> {
        Some(Value::Flag(self))
    }
}

/// A day of the Gregorian calendar, in its one spelling.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = bytes.get(range)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Field<Text> = Field::text("words", "Words");
    const COUNT: Field<Number> = Field::number("count", "Count");
    const DAY: Field<Date> = Field::date("day", "Day");
    const PALETTE: Field<Colour> = Field::colour("palette", "Palette");

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn values_are_kept_by_field_in_the_order_added_and_once() {
        let details = Details::new()
            .with_each(WORDS, ["b", "a", "b"])
            .with(COUNT, 2_usize)
            .with(WORDS, "c".to_owned())
            .with(WORDS, None::<&str>)
            .with(PALETTE, [0, 110, 189]);
        assert_eq!(details.of(WORDS), [text("b"), text("a"), text("c")]);
        assert_eq!(details.of(COUNT), [Value::Number(2.0)]);
        assert_eq!(details.of(PALETTE), [Value::Colour("#006ebd".into())]);
        assert_eq!(details.of(DAY), []);
        let fields: Vec<_> = details.into_vec().into_iter().map(|detail| detail.field).collect();
        assert_eq!(fields, ["words", "count", "palette"]);
    }

    #[test]
    fn what_an_author_wrote_and_nobody_could_see_is_left_out() {
        let details = Details::new()
            .with_each(WORDS, ["", " a", "a\u{200b}b", "\u{1b}[2J"])
            .with(WORDS, "x".repeat(257))
            .with_each(COUNT, [f64::NAN, f64::INFINITY]);
        assert_eq!(details, Details::new());
    }

    #[test]
    fn a_date_is_a_day_that_there_is() {
        for day in ["2026-11-26", "2024-02-29", "2000-02-29", "1999-12-31"] {
            assert_eq!(Shown::<Date>::shown(day), Some(Value::Date(day.into())), "{day}");
        }
        for none in [
            "2026-11-31",
            "2023-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-1-1",
            "26-11-2026",
            "2026/11/26",
            "2026-11-26T00:00",
            "+026-11-26",
            "",
        ] {
            assert_eq!(Shown::<Date>::shown(none), None, "{none}");
        }
    }
}
