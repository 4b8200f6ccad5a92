//! One visitor for both formats: it refuses while reading, since a `Value` that was read
//! already has lost its duplicates and rounded its numbers.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::StrictError;
use crate::limits;
use crate::text::{excerpt, normalized};

/// Where the reading is, and what it was refused for. A deserialiser's own error type
/// carries text only, so the typed cause waits here.
#[derive(Default)]
pub(super) struct Walk {
    path: RefCell<Vec<String>>,
    cause: RefCell<Option<StrictError>>,
    /// Whether text may be in any Unicode form.
    any_form: bool,
}

impl Walk {
    /// For what nobody signs: text may be in any Unicode form.
    pub(super) fn of_any_form() -> Self {
        Self { any_form: true, ..Self::default() }
    }

    fn takes(&self, text: &str) -> bool {
        self.any_form || normalized(text)
    }

    pub(super) fn seed(&self) -> Node<'_> {
        Node { walk: self, depth: 0 }
    }

    /// The typed cause of a failed reading: ours if there is one, else a syntax error.
    pub(super) fn explain(&self, line: Option<u64>, reason: &str) -> StrictError {
        match self.cause.take() {
            Some(cause) => cause.on_line(line),
            None => StrictError::Syntax { line, reason: excerpt_of_reason(reason) },
        }
    }

    fn pointer(&self) -> String {
        self.path.borrow().join("/")
    }

    fn refuse<E: Error>(&self, cause: impl FnOnce(String) -> StrictError) -> E {
        let cause = cause(self.pointer());
        let message = cause.to_string();
        self.cause.replace(Some(cause));
        E::custom(message)
    }

    fn enter<T>(&self, segment: &str, read: impl FnOnce() -> T) -> T {
        self.path.borrow_mut().push(self::segment(segment));
        let read = read();
        self.path.borrow_mut().pop();
        read
    }
}

/// A key as a part of a JSON Pointer: shortened, and with nothing in it that acts on a terminal.
pub(super) fn segment(key: &str) -> String {
    excerpt(key).replace('~', "~0").replace('/', "~1")
}

/// What a parser says, without its excerpt of the source.
fn excerpt_of_reason(reason: &str) -> String {
    reason
        .lines()
        .next()
        .map(|first| first.chars().filter(|c| !c.is_control()).take(300).collect())
        .unwrap_or_default()
}

/// One value.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    walk: &'a Walk,
    /// How many mappings and lists it is within.
    depth: usize,
}

impl Node<'_> {
    fn inner<E: Error>(self) -> Result<Self, E> {
        if self.depth >= limits::DEPTH {
            return Err(self.walk.refuse(|pointer| StrictError::TooDeep { pointer, line: None }));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        if value > limits::NUMBER {
            return Err(self.walk.refuse(|pointer| StrictError::NumberTooLarge { pointer, line: None }));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > limits::NUMBER {
            return Err(self.walk.refuse(|pointer| StrictError::NumberTooLarge { pointer, line: None }));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_u64(u64::try_from(value).unwrap_or(u64::MAX))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // Parsers hand over an integer past 64 bits as a float. Every float of that size
        // is an integer, and JCS writes it as one.
        #[allow(clippy::cast_precision_loss)] // 2^53 - 1 is exact
        if value.is_finite() && value.abs() > limits::NUMBER as f64 {
            return Err(self.walk.refuse(|pointer| StrictError::NumberTooLarge { pointer, line: None }));
        }
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| self.walk.refuse(|pointer| StrictError::NumberNotFinite { pointer, line: None }))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        if !self.walk.takes(&text) {
            return Err(self.walk.refuse(|pointer| StrictError::NotNfc { pointer, line: None }));
        }
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) =
            self.walk.enter(&values.len().to_string(), || list.next_element_seed(inner))?
        {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key { walk: self.walk })? {
            let value = self.walk.enter(&key, || {
                if !self.walk.takes(&key) {
                    return Err(self.walk.refuse(|pointer| StrictError::NotNfc { pointer, line: None }));
                }
                if map.contains_key(&key) {
                    return Err(self
                        .walk
                        .refuse(|pointer| StrictError::DuplicateKey { pointer, line: None }));
                }
                entries.next_value_seed(inner)
            })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// A key of a mapping: text, and not what merely looks like it. YAML reads `1`, `true`
/// and `null` as other things, and JSON would make text of them.
struct Key<'a> {
    walk: &'a Walk,
}

impl Key<'_> {
    fn refuse<E: Error>(&self) -> E {
        self.walk.refuse(|pointer| StrictError::KeyNotText { pointer, line: None })
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Err(self.refuse())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<String, E> {
        Err(self.refuse())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<String, E> {
        Err(self.refuse())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<String, E> {
        Err(self.refuse())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<String, E> {
        Err(self.refuse())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.refuse())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.refuse())
    }
}
