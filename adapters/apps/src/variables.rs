//! `${NAME:-default}`: what has a value here, and what the user will be asked for.
//!
//! A package runs on machines that its author never sees, so no variable has a value of the
//! surroundings. It has the one of the package's `.env`, or else its default. One with neither is a
//! **setting**, and may stand only where it cannot change what the app is allowed to do: in
//! [`TEMPLATES`]. There, strings are kept as templates in Compose's own grammar: `${NAME}` is a
//! setting and `$$` a dollar.

use std::collections::{BTreeMap, BTreeSet};

use marketplace_adapter_sdk::Findings;
use serde_json::Value;
use serde_saphyr::options::PropertySyntax;

/// The keys of a service whose strings are templates.
pub(crate) const TEMPLATES: [&str; 7] =
    ["command", "entrypoint", "environment", "healthcheck", "labels", "post_start", "pre_stop"];

/// The values that variables have, by name.
pub(crate) type Values = BTreeMap<String, String>;

#[derive(Debug, PartialEq)]
enum Expanded {
    Text(String),
    Needs { template: String, names: BTreeSet<String> },
}

/// Gives every string of a Compose file its value, and returns the settings.
pub(crate) fn expand(
    file: &str,
    tree: &mut Value,
    values: &Values,
    findings: &mut Findings,
) -> BTreeSet<String> {
    // A setting is the user's wherever a template names it, with a default or without.
    let mut settings = BTreeSet::new();
    strings(tree, &mut Vec::new(), &mut |text, path| {
        if is_template(path)
            && let Ok(Expanded::Needs { names, .. }) = resolve(text, values, &BTreeSet::new())
        {
            settings.extend(names);
        }
    });
    let none = BTreeSet::new();
    strings(tree, &mut Vec::new(), &mut |text, path| {
        let template = is_template(path);
        let mut refuse = |message| {
            findings.add("compose.variable", format!("{file}: {}", path.join(".")), message);
        };
        match resolve(text, values, if template { &settings } else { &none }) {
            Ok(Expanded::Text(resolved)) => *text = if template { escape(&resolved) } else { resolved },
            Ok(Expanded::Needs { template: kept, .. }) if template => *text = kept,
            Ok(Expanded::Needs { names, .. }) => {
                let name = names.into_iter().next().unwrap_or_default();
                refuse(format!(
                    "`{text}` depends on `{name}`, which has no value here. Write a default: `${{{name}:-value}}`, or a line `{name}=value` in `.env`."
                ));
            }
            Err(why) => refuse(format!(
                "`{text}` cannot be read: {why}. Write `$$` for a dollar, or `${{NAME:-default}}`."
            )),
        }
    });
    settings
}

/// `text` with its variables filled in, if each has a value or a default.
pub(crate) fn fill(text: &str, values: &Values) -> Result<String, String> {
    match resolve(text, values, &BTreeSet::new())? {
        Expanded::Text(resolved) => Ok(resolved),
        Expanded::Needs { names, .. } => {
            Err(format!("`{}` has no value here", names.into_iter().next().unwrap_or_default()))
        }
    }
}

/// A text as a template that says just that.
pub(crate) fn escape(text: &str) -> String {
    text.replace('$', "$$")
}

/// Whether a word is a name of a variable.
pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
        && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

fn is_template(path: &[String]) -> bool {
    match path {
        [top, _, key, ..] if top == "services" => TEMPLATES.contains(&key.as_str()),
        [top, _, key] => top == "configs" && key == "content",
        _ => false,
    }
}

/// Every string with a `$`, and where it stands.
fn strings(value: &mut Value, path: &mut Vec<String>, visit: &mut dyn FnMut(&mut String, &[String])) {
    match value {
        Value::String(text) if text.contains('$') => visit(text, path),
        Value::Array(list) => {
            for (at, item) in list.iter_mut().enumerate() {
                path.push(at.to_string());
                strings(item, path, visit);
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
                strings(item, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// `open` are names that are asked for elsewhere: what mentions one is asked for too.
fn resolve(text: &str, values: &Values, open: &BTreeSet<String>) -> Result<Expanded, String> {
    let Scanned { text, variables } = scan(text)?;
    let names: BTreeSet<String> = variables
        .iter()
        .filter(|variable| !values.contains_key(&variable.name))
        .filter(|variable| variable.required || open.contains(&variable.name))
        .map(|variable| variable.name.clone())
        .collect();
    let mut given = values.clone();
    // Settings get a value for the moment, so that a malformed template is refused like any other text.
    given.extend(names.iter().map(|name| (name.clone(), "x".to_owned())));
    let resolved = interpolate(&text, given)?;
    if names.is_empty() {
        return Ok(Expanded::Text(resolved));
    }
    // What has a value is filled in; from the back, so that the places before stay where they are.
    let mut template = text;
    for variable in variables.iter().rev() {
        let Some(value) = values.get(&variable.name) else { continue };
        let Some((start, end)) = variable.plain else {
            return Err(format!(
                "it mixes `{}`, which has a value, with settings in a way that is not understood here",
                variable.name
            ));
        };
        template.replace_range(start..end, &escape(value));
    }
    Ok(Expanded::Needs { template, names })
}

/// A text with every `$` that begins no variable written `$$`, and the variables in it.
struct Scanned {
    text: String,
    variables: Vec<Variable>,
}

struct Variable {
    name: String,
    /// Whether it has no default: `$NAME`, `${NAME}`, `${NAME?…}`. The library gives such a
    /// variable the empty text, as Compose does, and does not say so.
    required: bool,
    /// Where `$NAME` or `${NAME}` stands; none for any other form.
    plain: Option<(usize, usize)>,
}

/// Finds the variables, also those inside a default.
fn scan(source: &str) -> Result<Scanned, String> {
    let mut scanned = Scanned { text: String::new(), variables: Vec::new() };
    let mut rest = source;
    while let Some(at) = rest.find('$') {
        scanned.text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let start = scanned.text.len();
        scanned.text.push('$');
        if let Some(after) = rest.strip_prefix('$') {
            scanned.text.push('$');
            rest = after;
            continue;
        }
        let braced = rest.strip_prefix('{');
        let name = braced.unwrap_or(rest);
        let end = name.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let (name, after) = name.split_at(end);
        // Readers that ignore case take these two for `K` and `s` (CWE-178).
        if after.starts_with(['\u{212A}', '\u{17F}']) {
            return Err("a name has letters that only look like ASCII".to_owned());
        }
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            if braced.is_some() {
                return Err("`${` begins no variable".to_owned());
            }
            // `$1`, `5$`: Compose leaves it as it is.
            scanned.text.push('$');
            continue;
        }
        let closes = after.starts_with('}');
        scanned.text.push_str(&rest[..rest.len() - after.len()]);
        rest = after;
        if closes {
            scanned.text.push('}');
            rest = &rest[1..];
        }
        let plain = (braced.is_none() || closes).then_some((start, scanned.text.len()));
        let required = plain.is_some() || after.starts_with('?') || after.starts_with(":?");
        scanned.variables.push(Variable { name: name.to_owned(), required, plain });
    }
    scanned.text.push_str(rest);
    Ok(scanned)
}

fn interpolate(text: &str, given: Values) -> Result<String, String> {
    // A JSON string is a YAML scalar, and the library interpolates scalars.
    let scalar = Value::from(text).to_string();
    let options = serde_saphyr::options! { property_syntax: PropertySyntax::DockerCompose }
        .with_properties(given.into_iter().collect::<std::collections::HashMap<_, _>>());
    serde_saphyr::from_str_with_options::<String>(&scalar, options)
        .map_err(|error| crate::source::one_line(&error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn values() -> Values {
        [("USER".to_owned(), "ada$1".to_owned()), ("EMPTY".to_owned(), String::new())].into()
    }

    fn text(of: &str) -> Expanded {
        Expanded::Text(of.to_owned())
    }

    fn needs(template: &str, names: &[&str]) -> Expanded {
        Expanded::Needs {
            template: template.to_owned(),
            names: names.iter().copied().map(str::to_owned).collect(),
        }
    }

    fn resolved(text: &str) -> Expanded {
        resolve(text, &values(), &BTreeSet::new()).unwrap()
    }

    #[test]
    fn a_default_is_taken_and_an_escape_is_a_dollar() {
        for (source, value) in [
            ("${A:-b}", "b"),
            ("${A-b}", "b"),
            ("${A:-}", ""),
            ("${A:-${B:-c}}", "c"),
            ("${A:+b}", ""),
            ("x$$y", "x$y"),
            ("$${A}", "${A}"),
            ("${A:-a: b # \"c\"}", "a: b # \"c\""),
        ] {
            assert_eq!(resolved(source), text(value), "{source}");
        }
    }

    #[test]
    fn a_dollar_that_begins_no_variable_is_a_dollar() {
        for (source, value) in [
            ("$", "$"),
            ("cost: 5$", "cost: 5$"),
            ("awk '{print $1}'", "awk '{print $1}'"),
            ("^a$|b", "^a$|b"),
            ("$é", "$é"),
        ] {
            assert_eq!(resolved(source), text(value), "{source}");
        }
        assert_eq!(resolved("$1 $A"), needs("$$1 $A", &["A"]));
    }

    #[test]
    fn a_value_of_the_package_is_taken_before_a_default() {
        for (source, value) in [
            ("$USER", "ada$1"),
            ("${USER}", "ada$1"),
            ("${USER:-bob}", "ada$1"),
            ("${USER:?who}", "ada$1"),
            ("${USER:+yes}", "yes"),
            ("${EMPTY:-bob}", "bob"),
            ("${EMPTY-bob}", ""),
        ] {
            assert_eq!(resolved(source), text(value), "{source}");
        }
    }

    #[test]
    fn a_variable_without_a_default_is_needed() {
        for (source, template, names) in [
            ("$A", "$A", vec!["A"]),
            ("${A}/${B:-x}", "${A}/${B:-x}", vec!["A"]),
            ("${A:?why}", "${A:?why}", vec!["A"]),
            ("${A?why}", "${A?why}", vec!["A"]),
            ("${A:-${B}}", "${A:-${B}}", vec!["B"]),
            ("$$$A", "$$$A", vec!["A"]),
            // What has a value is filled in, and what it says is no template.
            ("${USER}:$A@$USER", "ada$$1:$A@ada$$1", vec!["A"]),
        ] {
            assert_eq!(resolved(source), needs(template, &names), "{source}");
        }
        assert!(resolve("${USER:-$A}", &values(), &BTreeSet::new()).is_err());
    }

    #[test]
    fn what_mentions_a_setting_is_a_template() {
        let open = BTreeSet::from(["A".to_owned()]);
        assert_eq!(resolve("${A:-x}", &values(), &open).unwrap(), needs("${A:-x}", &["A"]));
        assert_eq!(resolve("${B:-x}", &values(), &open).unwrap(), text("x"));
    }

    #[test]
    fn what_is_no_variable_is_refused() {
        for source in ["${", "${}", "${A", "${1}", "${A!b}", "${\u{212a}}", "$\u{212a}", "$A\u{17f}"] {
            assert!(resolve(source, &values(), &BTreeSet::new()).is_err(), "{source}");
        }
    }
}
