//! What a category shows, checked before anyone sees it.

use std::collections::HashSet;
use std::str::FromStr;

use marketplace_manifest::Slug;
use time::Date;
use time::macros::format_description;

use super::Scrutiny;
use crate::{Detail, Entry, Failure, Field, Finding, Presentation, Value, text};

impl Scrutiny<'_> {
    /// Fields, offers and inputs that are named once each, few, and fit for a page.
    pub(crate) fn presentation(&self, mut it: Presentation) -> Result<Presentation, Failure> {
        let limit = self.limits.presented;
        for (what, count) in
            [("fields", it.fields.len()), ("permissions", it.permissions.len()), ("inputs", it.inputs.len())]
        {
            self.at_most(what, count, limit)?;
        }
        it.package = text::line(it.package.trim(), self.limits.text_bytes);
        self.once("field", it.fields.iter().map(|field| field.key.as_str()))?;
        for field in &mut it.fields {
            Slug::from_str(&field.key).map_err(|error| {
                self.misbehaved(format!("a field's key: {}", self.shown(&error.to_string())))
            })?;
            field.label = self.label("field", &field.label)?;
            field.unit = if field.unit.is_empty() { String::new() } else { self.label("unit", &field.unit)? };
        }
        self.once("offered permission", it.permissions.iter().map(|offer| offer.permission.as_str()))?;
        for offer in &mut it.permissions {
            self.word("permission", &offer.permission)?;
            offer.summary = text::line(offer.summary.trim(), self.limits.text_bytes);
            if offer.summary.is_empty() {
                return Err(self.misbehaved(format!("the offer of `{}` has no summary", offer.permission)));
            }
        }
        self.once("input", it.inputs.iter().map(|input| input.name.as_str()))?;
        for input in &mut it.inputs {
            if !input.name.strip_prefix("x-").is_some_and(super::is_hyphenated) || input.name.len() > 64 {
                let name = self.shown(&input.name);
                return Err(self.misbehaved(format!(
                    "`{name}` is no field of a manifest that a category may have: write `x-` and words with hyphens"
                )));
            }
            input.label = self.label("input", &input.label)?;
            input.hint = text::line(input.hint.trim(), self.limits.text_bytes);
            if let Entry::Choice { choices } = &mut input.entry {
                self.at_most("choices", choices.len(), self.limits.choices)?;
                if choices.is_empty() {
                    return Err(self.misbehaved(format!("the input `{}` has no choices", input.name)));
                }
                self.once("choice", choices.iter().map(|choice| choice.value.as_str()))?;
                for choice in choices {
                    self.word("choice", &choice.value)?;
                    choice.label = self.label("choice", &choice.label)?;
                }
            }
        }
        Ok(it)
    }

    /// An author who chooses what is offered must not be refused for it.
    pub(crate) fn refused_offer(&self, permission: &str, findings: &[Finding]) -> Failure {
        let why = findings.first().map(ToString::to_string).unwrap_or_default();
        self.misbehaved(format!("it offers `{permission}`, which `validate` refuses: {}", self.shown(&why)))
    }

    /// What an item has, of fields that its category has, in their order.
    pub(crate) fn details(&self, fields: &[Field], answered: Vec<Detail>) -> Result<Vec<Detail>, Failure> {
        self.once("detail", answered.iter().map(|detail| detail.field.as_str()))?;
        if let Some(stray) = answered.iter().find(|detail| !fields.iter().any(|f| f.key == detail.field)) {
            return Err(
                self.misbehaved(format!("`{}` is no field of this category", self.shown(&stray.field)))
            );
        }
        let mut details = Vec::with_capacity(answered.len());
        for field in fields {
            let Some(detail) = answered.iter().find(|detail| detail.field == field.key) else { continue };
            let mut values = detail.values.clone();
            values.truncate(self.limits.values);
            values.iter().try_for_each(|value| self.value(&field.key, value))?;
            if !values.is_empty() {
                details.push(Detail { field: detail.field.clone(), values });
            }
        }
        Ok(details)
    }

    fn value(&self, field: &str, value: &Value) -> Result<(), Failure> {
        let wrong = |what: &str| Err(self.misbehaved(format!("`{field}` has {what}")));
        match value {
            Value::Text(text) => self.word("text of a detail", text),
            Value::Number(number) if !number.is_finite() => wrong("a number that is not finite"),
            Value::Date(date) if Date::parse(date, format_description!("[year]-[month]-[day]")).is_err() => {
                wrong("a date that is none: write it like `2026-11-26`")
            }
            Value::Colour(colour) if !is_colour(colour) => {
                wrong("a colour that is none: write it like `#0a6ebd`")
            }
            _ => Ok(()),
        }
    }

    /// A short text for people that is not cut, since it would mean something else.
    fn label(&self, what: &str, label: &str) -> Result<String, Failure> {
        if text::is_word(label, super::NAME_BYTES) {
            return Ok(label.to_owned());
        }
        let limit = super::NAME_BYTES;
        Err(self.misbehaved(format!(
            "the label of a {what} has 1 to {limit} bytes and nothing invisible, not `{}`",
            self.shown(label)
        )))
    }

    fn at_most(&self, what: &str, count: usize, limit: usize) -> Result<(), Failure> {
        if count <= limit {
            return Ok(());
        }
        Err(Failure::Limit { call: self.call, what: format!("{count} {what}, over {limit}") })
    }

    fn once<'a>(&self, what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        let mut seen = HashSet::new();
        for name in names {
            if !seen.insert(name) {
                return Err(self.misbehaved(format!("the {what} `{}` is there twice", self.shown(name))));
            }
        }
        Ok(())
    }
}

fn is_colour(text: &str) -> bool {
    let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    text.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(hex))
}
