//! YAML 1.2, as much of it as JSON can say.

use granit_parser::{Event, Parser};
use serde::de::DeserializeSeed as _;
use serde_json::Value;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use super::visit::{Walk, segment};
use super::{Lines, StrictError};
use crate::limits;

pub(super) fn parse(text: &str) -> Result<(Value, Lines), StrictError> {
    let lines = scan(text)?;
    // The parser knows the line of its own complaints; of ours, at least the field's.
    let on_line_of_field = |error: StrictError| {
        let field = error.pointer().split('/').next().and_then(|field| lines.get(field)).copied();
        let line = error.line().or(field);
        error.on_line(line)
    };
    let value = read(text, Spellings::Yaml12).map_err(on_line_of_field)?;
    let other = read(text, Spellings::Yaml11).map_err(on_line_of_field)?;
    if let Some(pointer) = difference(&value, &other) {
        return Err(on_line_of_field(StrictError::Ambiguous { pointer, line: None }));
    }
    Ok((value, lines))
}

/// Which unquoted scalars are text, and which are booleans and numbers.
#[derive(Clone, Copy, PartialEq)]
enum Spellings {
    /// `yes`, `010` and `1_000` are text.
    Yaml12,
    /// `yes` is true, `010` is eight, `1_000` is a thousand.
    Yaml11,
}

fn read(text: &str, spellings: Spellings) -> Result<Value, StrictError> {
    let new = spellings == Spellings::Yaml12;
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: 1,
            max_aliases: limits::YAML_ALIASES,
            max_anchors: limits::YAML_ALIASES,
            max_depth: 2 * limits::DEPTH, // the visitor refuses first, and says where
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: limits::YAML_ALIAS_NODES,
            max_replay_stack_depth: limits::DEPTH,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough, // the visitor refuses them
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough, // the visitor refuses them
        strict_booleans: new,
        leading_zero_numbers_as_strings: new,
        underscored_numbers_as_strings: new,
        legacy_octal_numbers: !new,
        with_snippet: false,
    };
    let walk = Walk::default();
    serde_saphyr::with_deserializer_from_str_with_options(text, options, |deserializer| {
        walk.seed().deserialize(deserializer)
    })
    .map_err(|error| {
        let line = error.location().map(|location| location.line()).filter(|line| *line > 0);
        walk.explain(line, &error.without_snippet().to_string())
    })
}

/// Refuses what no value shows any more: tags, versions, several documents. Answers with
/// the lines of the outermost keys, for messages about them.
fn scan(text: &str) -> Result<Lines, StrictError> {
    let mut lines = Lines::new();
    let mut documents = 0;
    let mut depth = 0_usize;
    let mut outermost_nodes = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| StrictError::Syntax {
            line: u64::try_from(error.marker().line()).ok(),
            reason: error.info().to_owned(),
        })?;
        let line = u64::try_from(span.start.line()).ok();
        let refuse = |feature, fix| Err(StrictError::YamlFeature { feature, fix, line });
        match &event {
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(.., Some(_))
            | Event::MappingStart(.., Some(_)) => {
                return refuse("a YAML tag (`!…`)", "remove it");
            }
            Event::DocumentStart(_, version) => {
                documents += 1;
                if documents > 1 {
                    return refuse("a second YAML document (`---`)", "write one document");
                }
                if version.is_some() {
                    return refuse("a `%YAML` directive", "remove it; YAML 1.2 is read");
                }
            }
            _ => {}
        }
        let opens = matches!(event, Event::SequenceStart(..) | Event::MappingStart(..));
        if opens || matches!(event, Event::Scalar(..) | Event::Alias(..)) {
            // Within the outermost mapping, every other node is a key.
            if depth == 1 {
                if let (Event::Scalar(key, ..), 0, Some(line)) = (&event, outermost_nodes % 2, line) {
                    lines.insert(key.clone().into_owned(), line);
                }
                outermost_nodes += 1;
            }
        }
        if opens {
            depth += 1;
        } else if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
            depth = depth.saturating_sub(1);
        }
    }
    Ok(lines)
}

/// Where two readings of one text differ. Both have the same keys in the same places,
/// but where a key itself reads differently, which is reported as its mapping.
fn difference(one: &Value, other: &Value) -> Option<String> {
    fn below(segment: &str, inner: &str) -> String {
        if inner.is_empty() { segment.to_owned() } else { format!("{segment}/{inner}") }
    }
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            one.iter().find_map(|(key, value)| match other.get(key) {
                Some(other) => difference(value, other).map(|inner| below(&segment(key), &inner)),
                None => Some(String::new()),
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().find_map(|(index, (one, other))| {
                difference(one, other).map(|inner| below(&index.to_string(), &inner))
            })
        }
        _ => (one != other).then(String::new),
    }
}
