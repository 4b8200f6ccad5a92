//! The ways in which Compose writes the same thing.

use std::collections::BTreeMap;

use marketplace_adapter_sdk::paths;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A word that YAML may read as a number or a boolean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        scalar(&value)
            .map(Self)
            .ok_or_else(|| D::Error::custom("a list or mapping stands where one value is due"))
    }
}

/// A boolean, which a variable may have made a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        flag(&value).map(Self).ok_or_else(|| D::Error::custom("neither `true` nor `false`"))
    }
}

/// One value as text; none for a list, a mapping or nothing.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A boolean; `yes` and `on` are none, since readers disagree about them.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A list of words, or one word.
pub(crate) fn words(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(list) => list
            .iter()
            .map(|item| scalar(item).ok_or_else(|| "every entry must be one word".to_owned()))
            .collect(),
        one => scalar(one).map(|word| vec![word]).ok_or_else(|| "it must be a list of words".to_owned()),
    }
}

/// `KEY: value`, or a list of `KEY=value`. An entry without a value is none.
pub(crate) fn pairs(value: &Value) -> Result<BTreeMap<String, Option<String>>, String> {
    let mut pairs = BTreeMap::new();
    let entries: Vec<(String, Option<String>)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match value {
                Value::Null => Ok((key.clone(), None)),
                value => scalar(value)
                    .map(|value| (key.clone(), Some(value)))
                    .ok_or_else(|| format!("`{key}` must have one value")),
            })
            .collect::<Result<_, _>>()?,
        Value::Array(list) => list
            .iter()
            .map(|item| match item.as_str().map(|text| text.split_once('=').ok_or(text)) {
                Some(Ok((key, value))) => Ok((key.to_owned(), Some(value.to_owned()))),
                Some(Err(key)) => Ok((key.to_owned(), None)),
                None => Err("every entry must be written `KEY=value`".to_owned()),
            })
            .collect::<Result<_, _>>()?,
        _ => return Err("it must be a mapping, or a list of `KEY=value`".to_owned()),
    };
    for (key, value) in entries {
        if key.is_empty() {
            return Err("an entry has no name".to_owned());
        }
        // Which of the two wins depends on the reader.
        if pairs.insert(key.clone(), value).is_some() {
            return Err(format!("`{key}` stands there twice"));
        }
    }
    Ok(pairs)
}

/// A mapping whose values are mappings or nothing, or a list of its keys.
pub(crate) fn named(value: &Value) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(map) => Ok(map.clone()),
        Value::Array(list) => {
            let mut map = Map::new();
            for item in list {
                let name = item.as_str().ok_or("every entry must be a name")?;
                if map.insert(name.to_owned(), Value::Null).is_some() {
                    return Err(format!("`{name}` stands there twice"));
                }
            }
            Ok(map)
        }
        _ => Err("it must be a mapping, or a list of names".to_owned()),
    }
}

/// What a mapping says, as a type that knows all its keys. Extensions (`x-…`) mean nothing.
pub(crate) fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_value(without_extensions(value)).map_err(|error| error.to_string())
}

/// Below these keys, names are the author's own: `x-…` is a name like any other there.
const FREE: [&str; 5] = ["options", "driver_opts", "labels", "environment", "aux_addresses"];

fn without_extensions(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, value)| !key.starts_with("x-") && !value.is_null())
            .map(|(key, value)| {
                let value =
                    if FREE.contains(&key.as_str()) { value.clone() } else { without_extensions(value) };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(list) => list.iter().map(without_extensions).collect(),
        other => other.clone(),
    }
}

/// The mode of a file. A number is the mode itself, as Compose takes it (`0o440` is 288); digits are octal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mode(pub String);

impl<'de> Deserialize<'de> for Mode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let octal = match Value::deserialize(deserializer)? {
            Value::Number(number) => number.as_u64().map(|mode| format!("{mode:04o}")),
            Value::String(text) => {
                Some(text).filter(|text| !text.is_empty() && text.bytes().all(|b| (b'0'..=b'7').contains(&b)))
            }
            _ => None,
        };
        octal
            .filter(|mode| mode.trim_start_matches('0').len() <= 4)
            .map(Self)
            .ok_or_else(|| D::Error::custom("a mode is octal, like `0440`"))
    }
}

/// A path inside the package, from the Compose file at its root: `./a/b` is `a/b`.
/// None for one that is absolute, in a home, or climbs.
pub(crate) fn inside(path: &str) -> Option<String> {
    if path.split('/').any(|part| part == "..") { None } else { paths::join("", path) }
}

/// Whether a container path is absolute and climbs nowhere.
pub(crate) fn container_path(path: &str) -> bool {
    path.starts_with('/') && !path.split('/').any(|part| part == "..") && !path.contains('\0')
}

/// `[a-zA-Z0-9][a-zA-Z0-9_.-]*`, at most 128 bytes: the rule for volumes, networks and services.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}
