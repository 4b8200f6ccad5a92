//! Attacks what people see of a category: its fields, what its form offers, what its items have.
//!
//! `details` looks at the manifest's name. `present` is asked nothing: what it does wrong stands in [`HOW`], which a test
//! writes over in the component, one way after the other.

use std::hint::black_box;

use marketplace_adapter_sdk::bindings::presenter::{
    self, Choice, Detail, Entry, Field, Input, Offer, Places, Presentation, Value,
};
use marketplace_adapter_sdk::bindings::{installer, validator};
use marketplace_adapter_sdk::{Capability, Change, Description, Finding, Grant, Inspection, Manifest, Risk};

/// What `present` does wrong, after the `=` and up to the first `_`: nothing, as it is built.
static HOW: [u8; 24] = *b"how=____________________";

struct Liar;

fn field(key: &str, label: &str) -> Field {
    Field { key: key.into(), label: label.into(), unit: String::new(), places: Places::all() }
}

fn offer(permission: &str) -> Offer {
    Offer { permission: permission.into(), summary: "Do what it likes".into(), risk: Risk::Low }
}

fn input(name: &str, choices: Vec<Choice>) -> Input {
    Input {
        name: name.into(),
        label: "Mood".into(),
        hint: String::new(),
        entry: Entry::Choice(choices),
        required: false,
    }
}

fn choice(value: impl Into<String>) -> Choice {
    Choice { value: value.into(), label: "So".into() }
}

impl validator::Guest for Liar {
    fn describe() -> Description {
        Description {
            id: "showers".into(),
            singular: "shower".into(),
            name: "Showers".into(),
            description: "They show what is not there.".into(),
            icon: String::new(),
            free_install_cap: 5,
        }
    }

    fn validate(permissions: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        let grant = |permission: String| {
            if permission == "refused" {
                let message = "Nobody may. Remove it.".into();
                return Err(vec![Finding {
                    rule: "permission.unknown".into(),
                    subject: permission,
                    message,
                }]);
            }
            let capability = Capability::CallTool(permission.clone());
            Ok(Grant { summary: format!("Only {permission}"), permission, capability, risk: Risk::Low })
        };
        permissions.into_iter().map(grant).collect()
    }

    fn compare(_: Vec<String>, _: Vec<String>) -> Vec<Change> {
        Vec::new()
    }
}

impl presenter::Guest for Liar {
    fn present() -> Presentation {
        let mut it = Presentation {
            package: "Nothing much.".into(),
            fields: vec![field("words", "Words"), field("count", "Count")],
            permissions: vec![offer("allowed")],
            inputs: vec![input("x-mood", vec![choice("calm")])],
        };
        let how = std::str::from_utf8(&black_box(&HOW)[4..]).expect("a test writes text");
        match how.trim_end_matches('_') {
            "field-twice" => it.fields.push(field("words", "Others")),
            "field-key" => it.fields[0].key = "Bad Key".into(),
            "field-hidden" => it.fields[0].label = "Wo\u{200b}rds".into(),
            "field-silent" => it.fields[0].label.clear(),
            "field-long" => it.fields[0].label = "x".repeat(65),
            "unit-escape" => it.fields[0].unit = "\u{1b}[31mpx".into(),
            "fields-many" => it.fields = (10..43).map(|at| field(&format!("field-{at}"), "Field")).collect(),
            "offer-refused" => it.permissions.push(offer("refused")),
            "offer-twice" => it.permissions.push(offer("allowed")),
            "offer-hidden" => it.permissions[0].permission = "al\u{202e}lowed".into(),
            "offer-silent" => it.permissions[0].summary = " ".into(),
            "offers-many" => it.permissions = (0..33).map(|at| offer(&at.to_string())).collect(),
            "input-name" => it.inputs[0].name = "mood".into(),
            "input-twice" => it.inputs.push(input("x-mood", vec![choice("merry")])),
            "inputs-many" => {
                it.inputs = (0..33).map(|at| input(&format!("x-{at}"), vec![choice("calm")])).collect();
            }
            "choices-none" => it.inputs[0].entry = Entry::Choice(Vec::new()),
            "choices-many" => {
                it.inputs[0].entry = Entry::Choice((0..65).map(|at| choice(at.to_string())).collect());
            }
            "choice-twice" => it.inputs[0].entry = Entry::Choice(vec![choice("calm"), choice("calm")]),
            "choice-empty" => it.inputs[0].entry = Entry::Choice(vec![choice("")]),
            "package-escape" => it.package = "\u{1b}[2JGone".into(),
            _ => {}
        }
        it
    }

    fn details(manifest: Manifest) -> Vec<Detail> {
        let detail = |field: &str, values| Detail { field: field.into(), values };
        let words = |text: &str| vec![detail("words", vec![Value::Text(text.into())])];
        match manifest.name.as_str() {
            "undeclared" => vec![detail("never-declared", vec![Value::Flag(true)])],
            "twice" => [words("one"), words("two")].concat(),
            "nan" => vec![detail("count", vec![Value::Number(f64::NAN)])],
            "infinite" => vec![detail("count", vec![Value::Number(f64::NEG_INFINITY)])],
            "no-date" => vec![detail("count", vec![Value::Date("2026-02-30".into())])],
            "no-colour" => {
                vec![detail("count", vec![Value::Colour("red; background: url(//t.example)".into())])]
            }
            "empty" => words(""),
            "hidden" => words("sa\u{200b}fe"),
            "escape" => words("\u{1b}[31mred"),
            "turned" => words("\u{202e}fdp.exe"),
            "long" => words(&"x".repeat(257)),
            "many" => vec![detail("count", (0..1_000).map(|at| Value::Number(f64::from(at))).collect())],
            "reversed" => [vec![detail("count", vec![Value::Bytes(1)])], words("first")].concat(),
            "valueless" => vec![detail("words", Vec::new())],
            _ => Vec::new(),
        }
    }
}

impl installer::Guest for Liar {
    fn inspect(_: Manifest) -> Result<Inspection, Vec<Finding>> {
        Ok(Inspection { needed: Vec::new(), remarks: Vec::new() })
    }

    fn install(_: Manifest, _: Vec<Grant>) -> Result<(), Vec<Finding>> {
        Ok(())
    }
}

marketplace_adapter_sdk::bindings::export_category!(Liar);
