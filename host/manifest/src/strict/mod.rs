//! Reading JSON and YAML without doubt. What two readers could understand in two ways
//! is refused, since a signature is of one meaning: duplicate keys, numbers past 2^53,
//! text that is not NFC, deep nesting, aliases past a budget, tags, several documents.

mod error;
mod visit;
mod yaml;

use std::collections::BTreeMap;

use serde::de::DeserializeSeed as _;
use serde_json::Value;

pub use error::StrictError;
use visit::Walk;

/// The line of each key of the outermost mapping, counted from 1, where known.
pub(crate) type Lines = BTreeMap<String, u64>;

/// Reads one JSON document (RFC 8259) of at most `max_bytes`, as strictly as I-JSON
/// (RFC 7493) asks and more.
///
/// # Errors
/// What is in doubt, and where.
pub fn parse_json(bytes: &[u8], max_bytes: usize) -> Result<Value, StrictError> {
    json(text(bytes, max_bytes)?, &Walk::default())
}

/// As [`parse_json`], but texts may be in any Unicode form: for what people type, some of whose keyboards and file
/// systems do not normalise, and which nobody signs.
///
/// # Errors
/// What is in doubt, and where.
pub fn parse_json_of_any_form(bytes: &[u8], max_bytes: usize) -> Result<Value, StrictError> {
    json(text(bytes, max_bytes)?, &Walk::of_any_form())
}

/// Reads one YAML 1.2 document of at most `max_bytes`. Scalars that YAML 1.1 reads
/// otherwise (`yes`, `010`, `1_000`) are refused without quotes.
///
/// # Errors
/// What is in doubt, and where.
pub fn parse_yaml(bytes: &[u8], max_bytes: usize) -> Result<Value, StrictError> {
    yaml::parse(text(bytes, max_bytes)?).map(|(value, _)| value)
}

/// Reads JSON if the first character that is not white space is `{`, else YAML.
pub(crate) fn parse(bytes: &[u8], max_bytes: usize) -> Result<(Value, Lines), StrictError> {
    let text = text(bytes, max_bytes)?;
    if text.trim_ascii_start().starts_with('{') {
        Ok((json(text, &Walk::default())?, Lines::new()))
    } else {
        yaml::parse(text)
    }
}

fn text(bytes: &[u8], max_bytes: usize) -> Result<&str, StrictError> {
    if bytes.len() > max_bytes {
        return Err(StrictError::TooLarge { bytes: bytes.len(), limit: max_bytes });
    }
    // Some readers drop the mark and some read it as part of the first key.
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(StrictError::ByteOrderMark);
    }
    std::str::from_utf8(bytes).map_err(|error| StrictError::NotUtf8 { offset: error.valid_up_to() })
}

fn json(text: &str, walk: &Walk) -> Result<Value, StrictError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    walk.seed().deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value)).map_err(
        |error| {
            let line = u64::try_from(error.line()).ok().filter(|line| *line > 0);
            walk.explain(line, &error.to_string())
        },
    )
}
