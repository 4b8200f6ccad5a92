//! Fields: what the items of a category have, and people see on cards, in filters and among the details.
//!
//! A field is a constant, and the kind of its values is in its type. So a name that is no field, a number where a
//! text belongs, and a key that the contract refuses do not compile:
//!
//! ```
//! use marketplace_adapter_sdk::prelude::*;
//!
//! const FORMATS: Field<Text> = Field::text("formats", "Formats").facet();
//! const LARGEST: Field<Number> = Field::number("largest", "Longest side").unit("px").on_card();
//! ```

use std::marker::PhantomData;

use crate::bindings::presenter::{self, Places};
use crate::names;

/// Words. Filters can be made of them.
#[derive(Clone, Copy, Debug)]
pub enum Text {}
/// A number.
#[derive(Clone, Copy, Debug)]
pub enum Number {}
/// A size in bytes.
#[derive(Clone, Copy, Debug)]
pub enum Bytes {}
/// A duration in seconds.
#[derive(Clone, Copy, Debug)]
pub enum Seconds {}
/// A day.
#[derive(Clone, Copy, Debug)]
pub enum Date {}
/// A colour of sRGB.
#[derive(Clone, Copy, Debug)]
pub enum Colour {}
/// Yes or no. Filters can be made of it.
#[derive(Clone, Copy, Debug)]
pub enum Flag {}

/// Something that items of a category have, with values of the kind `K`. It is among the details in an item's drawer, and
/// where else it is told to be.
#[derive(Clone, Copy, Debug)]
pub struct Field<K> {
    key: &'static str,
    label: &'static str,
    unit: &'static str,
    card: bool,
    facet: bool,
    kind: PhantomData<K>,
}

impl<K> Field<K> {
    const fn new(key: &'static str, label: &'static str) -> Self {
        assert!(names::is_key(key), "a field's key has 2 to 64 of `a-z`, `0-9` and single hyphens");
        assert!(names::is_label(label), "a field's label has 1 to 64 bytes");
        Self { key, label, unit: "", card: false, facet: false, kind: PhantomData }
    }

    /// On the small card in lists as well, where there is room for two.
    #[must_use]
    pub const fn on_card(mut self) -> Self {
        self.card = true;
        self
    }

    pub(crate) const fn key(&self) -> &'static str {
        self.key
    }

    pub(crate) fn shown(&self) -> presenter::Field {
        let mut places = Places::DRAWER;
        places.set(Places::CARD, self.card);
        places.set(Places::FACET, self.facet);
        presenter::Field { key: self.key.into(), label: self.label.into(), unit: self.unit.into(), places }
    }
}

/// Each takes a key, for machines and for ever (`allowed-tools`), and a label, for people (`Allowed tools`).
impl Field<Text> {
    /// A field of words.
    #[must_use]
    pub const fn text(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }

    /// A filter beside lists as well.
    #[must_use]
    pub const fn facet(mut self) -> Self {
        self.facet = true;
        self
    }
}

impl Field<Number> {
    /// A field of numbers.
    #[must_use]
    pub const fn number(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }

    /// What stands after the number: `px`.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        assert!(names::is_label(unit), "a unit has 1 to 64 bytes");
        self.unit = unit;
        self
    }
}

impl Field<Bytes> {
    /// A field of sizes, which are shown in the unit that fits.
    #[must_use]
    pub const fn bytes(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }
}

impl Field<Seconds> {
    /// A field of durations, which are shown in the unit that fits.
    #[must_use]
    pub const fn seconds(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }
}

impl Field<Date> {
    /// A field of days.
    #[must_use]
    pub const fn date(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }
}

impl Field<Colour> {
    /// A field of colours, which are shown as such.
    #[must_use]
    pub const fn colour(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }
}

impl Field<Flag> {
    /// A field that is yes or no.
    #[must_use]
    pub const fn flag(key: &'static str, label: &'static str) -> Self {
        Self::new(key, label)
    }

    /// A filter beside lists as well.
    #[must_use]
    pub const fn facet(mut self) -> Self {
        self.facet = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_in_the_drawer_and_where_else_it_is_told_to_be() {
        const SIDE: Field<Number> = Field::number("longest-side", "Longest side").unit("px").on_card();
        let shown = SIDE.shown();
        assert_eq!(
            (shown.key.as_str(), shown.label.as_str(), shown.unit.as_str()),
            ("longest-side", "Longest side", "px")
        );
        assert_eq!(shown.places, Places::DRAWER | Places::CARD);
        assert_eq!(Field::text("format", "Format").facet().shown().places, Places::DRAWER | Places::FACET);
        assert_eq!(Field::colour("palette", "Palette").shown().places, Places::DRAWER);
    }

    #[test]
    #[should_panic(expected = "a field's key")]
    fn a_key_that_the_contract_refuses_is_no_field() {
        let _ = Field::text("Format", "Format");
    }
}
