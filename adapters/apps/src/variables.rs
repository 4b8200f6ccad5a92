//! `${NAME:-default}`: what has a value here, and what the user will be asked for.
//!
//! A package runs on machines that its author never sees, so no variable has a value of the
//! surroundings. One with a default takes it. One without is a **setting**, and may stand only
//! where it cannot change what the app is allowed to do: in [`TEMPLATES`]. There, strings are
//! kept as templates in Compose's own grammar: `${NAME}` is a setting and `$$` a dollar.

use std::collections::{BTreeSet, HashMap};

use marketplace_adapter_sdk::Findings;
use serde_json::Value;
use serde_saphyr::options::PropertySyntax;

/// The keys of a service whose strings are templates.
pub(crate) const TEMPLATES: [&str; 7] =
    ["command", "entrypoint", "environment", "healthcheck", "labels", "post_start", "pre_stop"];

enum Expanded {
    Text(String),
    Needs(BTreeSet<String>),
}

/// Gives every string of a Compose file its value, and returns the settings.
pub(crate) fn expand(file: &str, tree: &mut Value, findings: &mut Findings) -> BTreeSet<String> {
    let mut walk = Walk { file, findings, settings: BTreeSet::new() };
    walk.value(tree, &mut Vec::new());
    walk.settings
}

struct Walk<'a> {
    file: &'a str,
    findings: &'a mut Findings,
    settings: BTreeSet<String>,
}

impl Walk<'_> {
    fn value(&mut self, value: &mut Value, path: &mut Vec<String>) {
        match value {
            Value::String(text) if text.contains('$') => self.text(text, path),
            Value::Array(list) => {
                for (at, item) in list.iter_mut().enumerate() {
                    path.push(at.to_string());
                    self.value(item, path);
                    path.pop();
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    // An extension means nothing here, nor do its variables.
                    if path.is_empty() && key.starts_with("x-") {
                        continue;
                    }
                    path.push(key.clone());
                    self.value(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &mut String, path: &[String]) {
        let template = match path {
            [top, _, key, ..] => top == "services" && TEMPLATES.contains(&key.as_str()),
            _ => false,
        };
        let subject = format!("{}: {}", self.file, path.join("."));
        match resolve(text) {
            Ok(Expanded::Text(resolved)) => {
                *text = if template { resolved.replace('$', "$$") } else { resolved }
            }
            Ok(Expanded::Needs(names)) if template => self.settings.extend(names),
            Ok(Expanded::Needs(names)) => {
                let name = names.into_iter().next().unwrap_or_default();
                self.findings.add(
                    "compose.variable",
                    subject,
                    format!("`{text}` depends on `{name}`, which has no value here. Write a default: `${{{name}:-value}}`."),
                );
            }
            Err(why) => self.findings.add(
                "compose.variable",
                subject,
                format!("`{text}` cannot be read: {why}. Write `$$` for a dollar, or `${{NAME:-default}}`."),
            ),
        }
    }
}

fn resolve(text: &str) -> Result<Expanded, String> {
    let names = required(text)?;
    // Settings get a value for the moment, so that a malformed template is refused like any other text.
    let given = names.iter().map(|name| (name.clone(), "x".to_owned())).collect();
    let resolved = interpolate(text, given)?;
    Ok(if names.is_empty() { Expanded::Text(resolved) } else { Expanded::Needs(names) })
}

/// The variables that `text` uses without a default: `$NAME`, `${NAME}`, `${NAME?…}`, also inside a default.
/// The library gives such a variable the empty text, as Compose does, and does not say so.
fn required(text: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let braced = rest.strip_prefix('{');
        let start = braced.unwrap_or(rest);
        let end = start.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(start.len());
        let (name, after) = start.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("a `$` begins no variable".to_owned());
        }
        if braced.is_none() || after.starts_with(['}', '?']) || after.starts_with(":?") {
            names.insert(name.to_owned());
        }
        rest = after;
    }
    Ok(names)
}

fn interpolate(text: &str, given: HashMap<String, String>) -> Result<String, String> {
    // A JSON string is a YAML scalar, and the library interpolates scalars.
    let scalar = Value::from(text).to_string();
    let options =
        serde_saphyr::options! { property_syntax: PropertySyntax::DockerCompose }.with_properties(given);
    serde_saphyr::from_str_with_options::<String>(&scalar, options)
        .map_err(|error| crate::source::one_line(&error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_default_is_taken_and_an_escape_is_a_dollar() {
        for (text, value) in [
            ("${A:-b}", "b"),
            ("${A-b}", "b"),
            ("${A:-}", ""),
            ("${A:-${B:-c}}", "c"),
            ("${A:+b}", ""),
            ("x$$y", "x$y"),
            ("$${A}", "${A}"),
            ("${A:-a: b # \"c\"}", "a: b # \"c\""),
        ] {
            assert!(
                matches!(resolve(text).unwrap(), Expanded::Text(resolved) if resolved == value),
                "{text}"
            );
        }
    }

    #[test]
    fn a_variable_without_a_default_is_needed() {
        for (text, names) in [
            ("$A", vec!["A"]),
            ("${A}/${B:-x}", vec!["A"]),
            ("${A:?why}", vec!["A"]),
            ("${A?why}", vec!["A"]),
            ("${A:-${B}}", vec!["B"]),
            ("$$$A", vec!["A"]),
        ] {
            assert!(
                matches!(resolve(text).unwrap(), Expanded::Needs(needs) if needs.iter().eq(&names)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_variable_is_refused() {
        for text in ["$", "${", "${}", "${A", "${1}", "$1", "${A!b}", "cost: 5$", "${\u{212a}}"] {
            assert!(resolve(text).is_err(), "{text}");
        }
    }
}
