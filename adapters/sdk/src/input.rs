//! Inputs: what an author fills in beyond what every manifest has. Declared once, as a constant, each is what the submit form
//! asks, and how `inspect` reads and checks it.
//!
//! ```
//! use marketplace_adapter_sdk::prelude::*;
//!
//! const MOOD: Input<Text> = Input::choice("x-mood", "Mood", &[("calm", "Calm"), ("loud", "Loud")]).required();
//!
//! fn mood(manifest: &Manifest, findings: &mut Findings) -> Option<String> {
//!     MOOD.read(manifest, findings)
//! }
//! ```

use std::marker::PhantomData;

use serde_json::Value;

use crate::bindings::presenter::{self, Entry};
use crate::field::{Flag, Number, Text};
use crate::{Findings, Manifest, names};

/// A field of the manifest that only this category knows.
#[derive(Clone, Copy, Debug)]
pub struct Input<K> {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    form: Form,
    required: bool,
    kind: PhantomData<K>,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Line,
    Text,
    Number,
    Flag,
    Choice(&'static [(&'static str, &'static str)]),
}

impl<K> Input<K> {
    const fn new(name: &'static str, label: &'static str, form: Form) -> Self {
        assert!(names::is_input(name), "an input is called `x-` and then `a-z`, `0-9` and single hyphens");
        assert!(names::is_label(label), "an input's label has 1 to 64 bytes");
        Self { name, label, hint: "", form, required: false, kind: PhantomData }
    }

    /// What it is for, in one sentence.
    #[must_use]
    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// A manifest is incomplete without it.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) fn shown(&self) -> presenter::Input {
        let choice =
            |&(value, label): &(&str, &str)| presenter::Choice { value: value.into(), label: label.into() };
        presenter::Input {
            name: self.name.into(),
            label: self.label.into(),
            hint: self.hint.into(),
            entry: match self.form {
                Form::Line => Entry::Line,
                Form::Text => Entry::Text,
                Form::Number => Entry::Number,
                Form::Flag => Entry::Flag,
                Form::Choice(choices) => Entry::Choice(choices.iter().map(choice).collect()),
            },
            required: self.required,
        }
    }

    /// What the manifest says, if it can be understood; otherwise a reason against it.
    fn given<T>(
        &self,
        manifest: &Manifest,
        findings: &mut Findings,
        understand: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = manifest.field(self.name).filter(|value| !value.is_null()) else {
            if self.required {
                let wanted = self.wanted();
                findings.add(
                    "field.missing",
                    self.name,
                    format!("`{}` is missing. Add it: {wanted}.", self.name),
                );
            }
            return None;
        };
        let understood = understand(&value);
        if understood.is_none() {
            let wanted = self.wanted();
            findings.add(
                "field.malformed",
                self.name,
                format!("`{}` must be {wanted}. Correct it.", self.name),
            );
        }
        understood
    }

    fn wanted(&self) -> String {
        match self.form {
            Form::Line => "a text of one line".into(),
            Form::Text => "a text".into(),
            Form::Number => "a number".into(),
            Form::Flag => "`true` or `false`".into(),
            Form::Choice([(only, _)]) => format!("`{only}`"),
            Form::Choice(choices) => {
                let words: Vec<_> = choices.iter().map(|(value, _)| format!("`{value}`")).collect();
                format!("one of {}", words.join(", "))
            }
        }
    }
}

/// Each takes the name in the manifest (`x-mood`), and a label, for people (`Mood`).
impl Input<Text> {
    /// A text of one line.
    #[must_use]
    pub const fn line(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Form::Line)
    }

    /// A text of several lines.
    #[must_use]
    pub const fn text(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Form::Text)
    }

    /// One of these: what the manifest gets, and what people read.
    #[must_use]
    pub const fn choice(
        name: &'static str,
        label: &'static str,
        choices: &'static [(&'static str, &'static str)],
    ) -> Self {
        assert!(!choices.is_empty() && choices.len() <= 64, "there are 1 to 64 choices");
        Self::new(name, label, Form::Choice(choices))
    }

    /// What the manifest says; none if it says nothing, or is wrong.
    pub fn read(&self, manifest: &Manifest, findings: &mut Findings) -> Option<String> {
        self.given(manifest, findings, |value| {
            let text = value.as_str()?;
            let fits = match self.form {
                Form::Choice(choices) => choices.iter().any(|(choice, _)| *choice == text),
                Form::Line => !text.trim().is_empty() && !text.contains(['\n', '\r']),
                _ => !text.trim().is_empty(),
            };
            fits.then(|| text.to_owned())
        })
    }
}

impl Input<Number> {
    /// A number.
    #[must_use]
    pub const fn number(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Form::Number)
    }

    /// What the manifest says; none if it says nothing, or is wrong.
    pub fn read(&self, manifest: &Manifest, findings: &mut Findings) -> Option<f64> {
        self.given(manifest, findings, Value::as_f64)
    }
}

impl Input<Flag> {
    /// Yes or no.
    #[must_use]
    pub const fn flag(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Form::Flag)
    }

    /// What the manifest says; none if it says nothing, or is wrong.
    pub fn read(&self, manifest: &Manifest, findings: &mut Findings) -> Option<bool> {
        self.given(manifest, findings, Value::as_bool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOOD: Input<Text> =
        Input::choice("x-mood", "Mood", &[("calm", "Calm"), ("loud", "Loud")]).required();
    const MOTTO: Input<Text> = Input::line("x-motto", "Motto").hint("Shown below the title.");
    const RATE: Input<Number> = Input::number("x-rate", "Rate");
    const LOOPS: Input<Flag> = Input::flag("x-loops", "Loops");

    fn manifest(canonical: &str) -> Manifest {
        Manifest {
            kind: "note".into(),
            name: "note".into(),
            version: "1.0.0".into(),
            author_id: "ada".into(),
            permissions: Vec::new(),
            canonical: canonical.into(),
        }
    }

    /// Rules, with what each is about.
    fn reasons(canonical: &str) -> Vec<(String, String)> {
        let (manifest, mut findings) = (manifest(canonical), Findings::new());
        MOOD.read(&manifest, &mut findings);
        MOTTO.read(&manifest, &mut findings);
        RATE.read(&manifest, &mut findings);
        LOOPS.read(&manifest, &mut findings);
        findings.into_vec().into_iter().map(|reason| (reason.rule, reason.message)).collect()
    }

    #[test]
    fn what_was_filled_in_is_read() {
        let manifest = manifest(r#"{"x-mood":"calm","x-motto":"So be it","x-rate":2.5,"x-loops":true}"#);
        let mut findings = Findings::new();
        assert_eq!(MOOD.read(&manifest, &mut findings).as_deref(), Some("calm"));
        assert_eq!(MOTTO.read(&manifest, &mut findings).as_deref(), Some("So be it"));
        assert_eq!(RATE.read(&manifest, &mut findings), Some(2.5));
        assert_eq!(LOOPS.read(&manifest, &mut findings), Some(true));
        assert!(findings.is_empty());
    }

    #[test]
    fn only_what_is_required_is_missed() {
        let missed =
            ("field.missing".to_owned(), "`x-mood` is missing. Add it: one of `calm`, `loud`.".to_owned());
        assert_eq!(reasons("{}"), std::slice::from_ref(&missed));
        assert_eq!(reasons(r#"{"x-mood":null}"#), [missed]);
        assert_eq!(reasons(r#"{"x-mood":"loud"}"#), []);
    }

    #[test]
    fn what_comes_from_elsewhere_than_the_form_is_checked() {
        let wrong = |message: &str| vec![("field.malformed".to_owned(), message.to_owned())];
        let with = |field: &str| reasons(&format!(r#"{{"x-mood":"calm",{field}}}"#));
        assert_eq!(
            reasons(r#"{"x-mood":"sad"}"#),
            wrong("`x-mood` must be one of `calm`, `loud`. Correct it.")
        );
        assert_eq!(with(r#""x-motto":"a\nb""#), wrong("`x-motto` must be a text of one line. Correct it."));
        assert_eq!(with(r#""x-motto":" ""#), wrong("`x-motto` must be a text of one line. Correct it."));
        assert_eq!(with(r#""x-rate":"2""#), wrong("`x-rate` must be a number. Correct it."));
        assert_eq!(with(r#""x-loops":1"#), wrong("`x-loops` must be `true` or `false`. Correct it."));
    }

    #[test]
    fn a_form_shows_it_as_it_is_declared() {
        let shown = MOOD.shown();
        assert_eq!((shown.name.as_str(), shown.label.as_str(), shown.required), ("x-mood", "Mood", true));
        let Entry::Choice(choices) = shown.entry else { panic!("no choice") };
        assert_eq!(choices[1], presenter::Choice { value: "loud".into(), label: "Loud".into() });
        assert_eq!(MOTTO.shown().hint, "Shown below the title.");
    }
}
