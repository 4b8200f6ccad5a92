//! The parameters after `?`.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::http::Problem;

/// The parameters after `?`. Unknown ones are refused: a typo must not look like an answer. So is one that is given
/// twice, unless its type is a list.
#[derive(Debug)]
pub(in crate::http) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let bad = |error: &dyn std::fmt::Display| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_query", format!("the parameters after `?`: {error}"))
    };
    let given: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|error| bad(&error))?;
    let mut by_name: BTreeMap<String, Values> = BTreeMap::new();
    for (name, value) in given {
        by_name.entry(name).or_default().0.push(value);
    }
    T::deserialize(MapDeserializer::new(by_name.into_iter())).map_err(|error: Error| bad(&error))
}

/// What is given for one name.
#[derive(Default)]
struct Values(Vec<String>);

impl Values {
    fn one(mut self) -> Result<String, Error> {
        match (self.0.pop(), self.0.len()) {
            (Some(value), 0) => Ok(value),
            (_, more) => Err(Error::custom(format!("a parameter is given {} times; give it once", more + 1))),
        }
    }

    fn number<T: FromStr<Err: std::fmt::Display>>(self) -> Result<T, Error> {
        let text = self.one()?;
        text.parse()
            .map_err(|error| Error::custom(format!("`{text:.40}` is not the number it must be: {error}")))
    }
}

impl IntoDeserializer<'_> for Values {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Values {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.one()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(self.0.into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.one()?.into_deserializer())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.number()?)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map
        struct identifier ignored_any
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use marketplace_store::Sort;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Parameters {
        q: Option<String>,
        sort: Sort,
        tag: Vec<String>,
        limit: Option<u32>,
        active: Option<bool>,
    }

    #[test]
    fn a_list_is_given_by_repetition_and_everything_else_once() {
        let given: Parameters = parse("tag=a&q=x+y%26&tag=b&sort=name&limit=7&active=true").unwrap();
        let expected = Parameters {
            q: Some("x y&".into()),
            sort: Sort::Name,
            tag: vec!["a".into(), "b".into()],
            limit: Some(7),
            active: Some(true),
        };
        assert_eq!(given, expected);
        assert_eq!(parse::<Parameters>("&&").unwrap(), Parameters::default());
    }

    #[test]
    fn what_is_unknown_repeated_or_of_another_kind_is_refused() {
        for wrong in
            ["Q=x", "q=x&q=y", "limit=x", "limit=-1", "sort=best", "active=1", "limit=1&limit=1", "limit="]
        {
            assert!(parse::<Parameters>(wrong).is_err(), "{wrong}");
        }
    }
}
