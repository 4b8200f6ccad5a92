//! Texts that people write, with the rules that the OpenAPI document states.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Between `MIN` and `MAX` characters, no NUL (which PostgreSQL cannot store), and, if `MIN` is not 0, something
/// to see: a reason of blanks is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<const MIN: usize, const MAX: usize>(String);

/// Why somebody did what they did: 1 to 4,000 characters.
pub(crate) type Note = Text<1, 4000>;

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// Any text that a person may leave blank.
    const ANY: &str = r"^[^\x00]*$";
    /// With something to see in it.
    const VISIBLE: &str = r"^[^\x00]*[^\s\x00\x1c-\x1f\x85\ufeff][^\x00]*$";

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// Whether there is nothing to see in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.chars().all(is_blank)
    }

    fn parse(text: String) -> Result<Self, String> {
        let length = text.chars().count();
        if length < MIN || length > MAX {
            return Err(format!("a text of {MIN} to {MAX} characters is wanted, and this has {length}"));
        }
        if text.contains('\0') {
            return Err("a text holds a NUL character: remove it".into());
        }
        if MIN > 0 && text.chars().all(is_blank) {
            return Err("a text is blank: write something that can be read".into());
        }
        Ok(Self(text))
    }
}

/// What some language's `\s` takes for a space.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}' | '\u{feff}')
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Text<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .min_length(Some(MIN))
            .max_length(Some(MAX))
            .pattern(Some(if MIN > 0 { Self::VISIBLE } else { Self::ANY }))
            .into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Text<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MIN}To{MAX}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_in_characters_and_must_have_something_to_see() {
        let parse = |text: &str| Text::<1, 4>::parse(text.to_owned()).map(Text::into_string);
        assert_eq!(parse("日本語だ").unwrap(), "日本語だ");
        for wrong in ["", "     ", "  \n", "\u{1f}", "a\0b", "five!"] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(Text::<0, 4>::parse(" ".into()).is_ok());
    }
}
