//! The fields of a manifest that only its category knows, as an author fills them in: `x-…`, each with what was typed.

use std::collections::BTreeMap;

use marketplace_manifest::Draft;
use marketplace_sandbox::{Entry, Finding, Input};
use serde_json::{Number, Value};

use super::Words;

/// A field that the category asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// What it asks.
    pub input: Input,
    /// What was typed, with all its mistakes; `None` as long as it is what the manifest said, in [`Words::extra`].
    pub typed: Option<String>,
}

impl Words {
    /// From now on, a category asks for these. What was typed into those that it asked for before is kept.
    pub fn ask(&mut self, inputs: &[Input]) {
        let mut before: BTreeMap<String, Option<String>> =
            self.inputs.drain(..).map(|filled| (filled.input.name, filled.typed)).collect();
        let filled =
            |input: &Input| Filled { typed: before.remove(&input.name).flatten(), input: input.clone() };
        self.inputs = inputs.iter().map(filled).collect();
    }

    /// Takes what was typed, by the names of fields. One that still shows what the manifest said has not changed, whatever
    /// that is: a form has no word for everything that JSON has.
    pub fn fill(&mut self, typed: &BTreeMap<String, String>) {
        for at in 0..self.inputs.len() {
            let Some(filled) = self.inputs.get(at) else { return };
            let Some(text) = typed.get(&filled.input.name) else { continue };
            let is_as_said = filled.typed.is_none()
                && self.extra.contains_key(&filled.input.name)
                && self.shown(filled) == *text;
            if let (false, Some(filled)) = (is_as_said, self.inputs.get_mut(at)) {
                filled.typed = Some(text.clone());
            }
        }
    }

    /// What a field shows: what was typed, or what the manifest said.
    #[must_use]
    pub fn shown(&self, filled: &Filled) -> String {
        match (&filled.typed, self.extra.get(&filled.input.name), &filled.input.entry) {
            (Some(typed), ..) => typed.clone(),
            (None, None, _) => String::new(),
            // Not ticked, as a browser sends it.
            (None, Some(Value::Bool(false)), Entry::Flag) => String::new(),
            (None, Some(Value::String(text)), _) => text.clone(),
            (None, Some(other), _) => other.to_string(),
        }
    }

    /// The draft with all `x-…` fields, and what is wrong with those that the category asks for.
    pub(super) fn spell_extra(&self, mut draft: Draft, findings: &mut Vec<Finding>) -> Draft {
        let is_typed =
            |name: &str| self.inputs.iter().any(|one| one.input.name == name && one.typed.is_some());
        for (name, value) in self.extra.iter().filter(|(name, _)| !is_typed(name)) {
            draft = with(draft, findings, name, value.clone());
        }
        for Filled { input, typed } in &self.inputs {
            let said = self.extra.get(&input.name);
            let value = match (typed, said) {
                (Some(typed), said) => spell(input, typed, said),
                (None, None) => Ok(None),
                // It is in the draft as it was said.
                (None, Some(_)) => continue,
            };
            match value {
                Ok(Some(value)) => draft = with(draft, findings, &input.name, value),
                Ok(None) if input.required => {
                    let message = match input.entry {
                        Entry::Flag => {
                            format!("{} is not said yet. Tick it, or leave it, and check again.", input.label)
                        }
                        Entry::Choice { .. } => format!("{} is not chosen yet. Choose one.", input.label),
                        _ => format!("{} is missing. Fill it in.", input.label),
                    };
                    findings.push(finding("manifest.missing-field", input, message));
                }
                Ok(None) => {}
                Err(message) => findings.push(finding("manifest.bad-value", input, message)),
            }
        }
        draft
    }
}

/// What was typed, as JSON; nothing if the manifest says nothing then.
fn spell(input: &Input, typed: &str, said: Option<&Value>) -> Result<Option<Value>, String> {
    let line = typed.trim();
    match &input.entry {
        // Not ticked says no where something must be said, or was; else it says nothing.
        Entry::Flag if line != "true" => {
            let says_no = input.required || said.is_some_and(Value::is_boolean);
            Ok(says_no.then_some(Value::Bool(false)))
        }
        Entry::Flag => Ok(Some(Value::Bool(true))),
        _ if line.is_empty() => Ok(None),
        Entry::Line => Ok(Some(line.into())),
        Entry::Text => Ok(Some(typed.into())),
        Entry::Number => match serde_json::from_str::<Number>(line) {
            Ok(number) => Ok(Some(number.into())),
            Err(_) => Err(format!("`{line:.40}` is no number. Write digits, as in 12, -3 or 0.5.")),
        },
        Entry::Choice { choices } => match choices.iter().any(|choice| choice.value == line) {
            true => Ok(Some(line.into())),
            false => Err(format!("`{line:.40}` is none of the choices. Choose one of them.")),
        },
    }
}

fn with(draft: Draft, findings: &mut Vec<Finding>, name: &str, value: Value) -> Draft {
    match draft.clone().with_extra(name, value) {
        Ok(changed) => changed,
        Err(error) => {
            let (rule, subject) = (error.code().to_owned(), name.to_owned());
            findings.push(Finding { rule, subject, message: error.to_string() });
            draft
        }
    }
}

fn finding(rule: &str, input: &Input, message: String) -> Finding {
    Finding { rule: rule.into(), subject: input.name.clone(), message }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use marketplace_sandbox::Choice;
    use serde_json::json;

    use super::*;
    use crate::release::Spelled;

    fn input(name: &str, entry: Entry, required: bool) -> Input {
        Input { name: name.into(), label: name.to_uppercase(), hint: String::new(), entry, required }
    }

    fn all() -> Vec<Input> {
        let choices = ["calm", "loud"].map(|one| Choice { value: one.into(), label: one.into() }).into();
        vec![
            input("x-line", Entry::Line, true),
            input("x-text", Entry::Text, false),
            input("x-number", Entry::Number, false),
            input("x-flag", Entry::Flag, false),
            input("x-mood", Entry::Choice { choices }, false),
        ]
    }

    fn words(extra: Value) -> Words {
        let extra = extra.as_object().unwrap().clone();
        let mut words = Words { name: "clock".into(), version: "1.0.0".into(), extra, ..Words::default() };
        words.ask(&all());
        words
    }

    fn typed(words: &mut Words, typed: &[(&str, &str)]) -> Spelled {
        words.fill(&typed.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect());
        words.spell("widget").unwrap()
    }

    #[test]
    fn what_is_typed_is_json_of_the_right_type() {
        let mut words = words(json!({ "x-mine": 1 }));
        let fields = [
            ("x-line", " a "),
            ("x-text", "b\n c "),
            ("x-number", " -0.5 "),
            ("x-flag", "true"),
            ("x-mood", "calm"),
        ];
        let Spelled { draft, findings } = typed(&mut words, &fields);
        assert!(findings.is_empty(), "{findings:?}");
        let expected = json!({ "x-mine": 1, "x-line": "a", "x-text": "b\n c ", "x-number": -0.5, "x-flag": true, "x-mood": "calm" });
        assert_eq!(json!(draft.extra()), expected);
        let Spelled { draft, .. } = typed(&mut words, &[("x-number", ""), ("x-flag", ""), ("x-mood", "")]);
        assert_eq!(json!(draft.extra()), json!({ "x-mine": 1, "x-line": "a", "x-text": "b\n c " }));
    }

    #[test]
    fn mistakes_are_told_by_field_and_kept_as_they_were_typed() {
        let mut words = words(json!({}));
        let fields = [("x-line", " "), ("x-number", "12,5"), ("x-mood", "angry")];
        let Spelled { draft, findings } = typed(&mut words, &fields);
        let told: Vec<_> = findings.iter().map(|one| (one.rule.as_str(), one.subject.as_str())).collect();
        let expected = [
            ("manifest.missing-field", "x-line"),
            ("manifest.bad-value", "x-number"),
            ("manifest.bad-value", "x-mood"),
        ];
        assert_eq!(told, expected);
        assert!(draft.extra().is_empty());
        assert_eq!(words.shown(&words.inputs[2]), "12,5");
        for number in ["1e999", "NaN", "0x10", "+1", "01", "1 2", "9007199254740993"] {
            let Spelled { findings, .. } =
                typed(&mut words, &[("x-line", "a"), ("x-mood", ""), ("x-number", number)]);
            assert_eq!(findings.len(), 1, "{number}: {findings:?}");
            assert_eq!(findings[0].subject, "x-number");
        }
    }

    #[test]
    fn what_a_manifest_says_stays_until_something_else_is_typed() {
        let said = json!({ "x-line": { "odd": [1] }, "x-number": 1.5, "x-flag": false, "x-mood": "other" });
        let mut words = words(said.clone());
        let shown: Vec<_> = words.inputs.iter().map(|one| words.shown(one)).collect();
        assert_eq!(shown, [r#"{"odd":[1]}"#, "", "1.5", "", "other"]);
        let sent: Vec<_> = words
            .inputs
            .iter()
            .zip(&shown)
            .map(|(one, text)| (one.input.name.clone(), text.clone()))
            .collect();
        let sent: Vec<_> = sent.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let Spelled { draft, findings } = typed(&mut words, &sent);
        assert!(findings.is_empty(), "the category judges what a manifest says: {findings:?}");
        assert_eq!(json!(draft.extra()), said);

        let Spelled { draft, .. } = typed(&mut words, &[("x-flag", "true")]);
        assert_eq!(draft.extra()["x-flag"], true);
        let Spelled { draft, .. } = typed(&mut words, &[("x-flag", ""), ("x-line", "plain")]);
        assert_eq!((&draft.extra()["x-flag"], &draft.extra()["x-line"]), (&json!(false), &json!("plain")));
    }

    #[test]
    fn a_category_that_asks_for_less_is_told_less() {
        let mut words = words(json!({}));
        assert_eq!(words.spell("widget").unwrap().findings[0].subject, "x-line");
        typed(&mut words, &[("x-number", "7")]);
        words.ask(&[input("x-number", Entry::Number, true)]);
        let Spelled { draft, findings } = words.spell("widget").unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(json!(draft.extra()), json!({ "x-number": 7 }));
    }
}
