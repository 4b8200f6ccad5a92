//! `widget.json`.

use marketplace_adapter_checks::json;
use marketplace_adapter_sdk::{Finding, Findings, findings::refuse};
use serde_json::{Map, Value, json};

use crate::permissions;

/// Where the descriptor is, in the package and installed.
pub const DESCRIPTOR: &str = "widget.json";

/// In bytes.
pub const MAX_DESCRIPTOR: u64 = 64 * 1024;

/// Cells of the dashboard's grid, across and down.
pub const GRID: u64 = 12;

const MAX_TOPICS: usize = 64;
const MAX_SETTINGS: usize = 32;

/// What `widget.json` says. Its form is in the documentation of this crate.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptor {
    /// What a dashboard shows above it.
    pub title: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// The module, a path of the package.
    pub entry: String,
    /// The name under which the module exports the component.
    pub export: String,
    /// In cells, as written: `{width, height, min?, max?}`.
    pub size: Value,
    /// Topics and families that it reads.
    pub topics: Vec<String>,
    /// The shortest interval between two refreshes, as written.
    pub refresh: Option<String>,
    /// Properties by name, a subset of JSON Schema.
    pub settings: Value,
}

/// Reads `widget.json` of the widget called `name`.
///
/// # Errors
/// Every reason against it: `widget.json`, `widget.unknown-key`, `widget.field`.
pub fn parse(text: &str, name: &str) -> Result<Descriptor, Vec<Finding>> {
    let value = json::parse(text).map_err(|error| {
        refuse(
            "widget.json",
            DESCRIPTOR,
            format!("`{DESCRIPTOR}` cannot be read: {error}. Correct the JSON."),
        )
    })?;
    let Value::Object(fields) = value else {
        return Err(refuse("widget.json", DESCRIPTOR, format!("`{DESCRIPTOR}` must be an object, `{{…}}`.")));
    };
    let mut read = Reader { fields: &fields, findings: Findings::new() };
    read.known(&[
        "$schema",
        "name",
        "title",
        "description",
        "entry",
        "export",
        "size",
        "topics",
        "refresh",
        "settings",
    ]);
    if let Some(said) = read.text("name", 64)
        && said != name
    {
        read.wrong(
            "name",
            format!("`{said}` is not the manifest's `{name}`. Make them equal, or leave it out"),
        );
    }
    let title = read.text("title", 80);
    if title.is_none() && !fields.contains_key("title") {
        read.wrong("title", "it is missing. Say what a dashboard shows above the widget");
    }
    let description = read.text("description", 500);
    let entry = read.text("entry", 200);
    if entry.is_none() && !fields.contains_key("entry") {
        read.wrong("entry", "it is missing. Name the module, like `\"widget.js\"`");
    }
    let export = read.text("export", 64).unwrap_or_else(|| "default".into());
    if !is_identifier(&export) {
        read.wrong(
            "export",
            format!("`{export}` is no name that a module exports. Write it like `\"default\"`"),
        );
    }
    let size = read.size();
    let topics = read.topics();
    let refresh = read.text("refresh", 16);
    if let Some(Err(why)) = refresh.as_deref().map(permissions::interval) {
        read.wrong("refresh", format!("{why}. Write it like `\"30s\"`"));
    }
    let settings = read.settings();
    let (Some(title), Some(entry)) = (title, entry) else { return Err(read.findings.into_vec()) };
    read.findings.or(Descriptor { title, description, entry, export, size, topics, refresh, settings })
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_$".contains(&b))
        && !name.is_empty()
}

struct Reader<'f> {
    fields: &'f Map<String, Value>,
    findings: Findings,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, why: impl std::fmt::Display) {
        self.findings.add("widget.field", format!("{DESCRIPTOR}: {field}"), format!("`{field}`: {why}."));
    }

    fn known(&mut self, names: &[&str]) {
        for key in self.fields.keys().filter(|key| !names.contains(&key.as_str()) && !key.starts_with("x-")) {
            self.findings.add(
                "widget.unknown-key",
                format!("{DESCRIPTOR}: {key}"),
                format!(
                    "`{key}` is no field of `{DESCRIPTOR}`. It has: {}. Remove it, or call it `x-{key}`.",
                    names.join(", ")
                ),
            );
        }
    }

    /// A line of text of at most `longest` bytes.
    fn text(&mut self, field: &str, longest: usize) -> Option<String> {
        match self.fields.get(field)? {
            Value::String(text) if text.trim().is_empty() => {
                self.wrong(field, "it is empty. Fill it in, or leave it out")
            }
            Value::String(text) if text.len() > longest => {
                self.wrong(field, format!("it is longer than {longest} bytes. Shorten it"))
            }
            Value::String(text) if text.chars().any(char::is_control) => {
                self.wrong(field, "it holds a control character. Remove it")
            }
            Value::String(text) => return Some(text.clone()),
            _ => self.wrong(field, "it must be text"),
        }
        None
    }

    fn size(&mut self) -> Value {
        let fine = |value: &Value, keys: &[&str]| -> Option<(u64, u64)> {
            let object = value.as_object()?;
            let cells = |key: &str| object.get(key)?.as_u64().filter(|n| (1..=GRID).contains(n));
            object
                .keys()
                .all(|key| keys.contains(&key.as_str()))
                .then_some((cells("width")?, cells("height")?))
        };
        let Some(size) = self.fields.get("size") else {
            self.wrong("size", "it is missing. Write it like `{\"width\": 4, \"height\": 2}`");
            return Value::Null;
        };
        let Some((width, height)) = fine(size, &["width", "height", "min", "max"]) else {
            self.wrong("size", format!("it must hold `width` and `height`, each 1 to {GRID} cells, and may hold `min` and `max` of the same form"));
            return Value::Null;
        };
        for (bound, least) in [("min", true), ("max", false)] {
            let Some(value) = size.get(bound) else { continue };
            let within = |(w, h): (u64, u64)| {
                if least { w <= width && h <= height } else { w >= width && h >= height }
            };
            if !fine(value, &["width", "height"]).is_some_and(within) {
                self.wrong("size", format!("`{bound}` must hold `width` and `height`, each 1 to {GRID} cells, and the size must respect them"));
            }
        }
        size.clone()
    }

    fn topics(&mut self) -> Vec<String> {
        let Some(value) = self.fields.get("topics") else { return Vec::new() };
        let Some(list) = value.as_array().filter(|list| list.len() <= MAX_TOPICS) else {
            self.wrong(
                "topics",
                format!("it must be a list of at most {MAX_TOPICS} topics, like `[\"metrics.cpu\"]`"),
            );
            return Vec::new();
        };
        let mut topics: Vec<String> = Vec::new();
        for item in list {
            match item.as_str().map(|text| (text, permissions::topic(text))) {
                Some((_, Ok(topic))) if topics.iter().any(|known| known == topic) => {
                    self.wrong("topics", format!("`{topic}` is there twice. Remove one"))
                }
                Some((_, Ok(topic))) => topics.push(topic.to_owned()),
                Some((text, Err(why))) => self.wrong("topics", format!("`{}`: {why}", text.escape_debug())),
                None => self.wrong("topics", "a topic must be text"),
            }
        }
        topics
    }

    fn settings(&mut self) -> Value {
        let Some(value) = self.fields.get("settings") else { return json!({}) };
        let Some(settings) = value.as_object().filter(|settings| settings.len() <= MAX_SETTINGS) else {
            self.wrong("settings", format!("it must be an object of at most {MAX_SETTINGS} properties"));
            return Value::Null;
        };
        for (name, schema) in settings {
            if !is_identifier(name) {
                self.wrong(
                    "settings",
                    format!("`{}` is no name of a setting. Use letters, digits and `_`", name.escape_debug()),
                );
            }
            if let Some(why) = objection(schema) {
                self.wrong("settings", format!("`{}`: {why}", name.escape_debug()));
            }
        }
        value.clone()
    }
}

/// What is wrong with a setting: `{type: string|number|integer|boolean, title?, description?, default?, enum?,
/// minimum?, maximum?}`, the part of JSON Schema 2020-12 that a form can be drawn from.
fn objection(schema: &Value) -> Option<String> {
    let Some(schema) = schema.as_object() else {
        return Some("it must be an object, like `{\"type\": \"string\"}`".into());
    };
    let known = ["type", "title", "description", "default", "enum", "minimum", "maximum"];
    if let Some(key) = schema.keys().find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-")) {
        return Some(format!(
            "`{}` is not understood. It may have: {}",
            key.escape_debug(),
            known.join(", ")
        ));
    }
    let fits: fn(&Value) -> bool = match schema.get("type").and_then(Value::as_str) {
        Some("string") => Value::is_string,
        Some("number") => Value::is_number,
        Some("integer") => |value| value.is_i64() || value.is_u64(),
        Some("boolean") => Value::is_boolean,
        _ => return Some("`type` must be `string`, `number`, `integer` or `boolean`".into()),
    };
    if ["title", "description"].iter().any(|key| schema.get(*key).is_some_and(|value| !value.is_string())) {
        return Some("`title` and `description` must be text".into());
    }
    if ["minimum", "maximum"].iter().any(|key| schema.get(*key).is_some_and(|value| !value.is_number())) {
        return Some("`minimum` and `maximum` must be numbers".into());
    }
    let choices = schema.get("enum").map(|value| {
        value.as_array().filter(|list| !list.is_empty() && list.len() <= 64 && list.iter().all(fits))
    });
    if choices == Some(None) {
        return Some("`enum` must be a list of 1 to 64 values of its type".into());
    }
    match schema.get("default") {
        Some(default) if !fits(default) || choices.flatten().is_some_and(|list| !list.contains(default)) => {
            Some("`default` must be a value of its type, and one of `enum`".into())
        }
        _ => None,
    }
}
