//! Reading rows: every value is checked on its way out, and an error names the column.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Decode, Row, Type};

use crate::StoreError;

/// Typed columns of a row.
pub(crate) trait Columns {
    /// Any plain value: `i64`, `f64`, `String`, `Vec<u8>`, or an `Option` of one.
    fn get_as<'r, T>(&'r self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, sqlx::Any> + Type<sqlx::Any>;
    /// Text that a newtype or an enum reads.
    fn parsed<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: FromStr<Err: Display>;
    /// JSON text.
    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError>;
    /// A count or a size that a wider or unsigned type holds.
    fn size<T: TryFrom<i64, Error: Display>>(&self, column: &'static str) -> Result<T, StoreError>;
}

impl Columns for AnyRow {
    fn get_as<'r, T>(&'r self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, sqlx::Any> + Type<sqlx::Any>,
    {
        self.try_get(column).map_err(|source| corrupt(column, source))
    }

    fn parsed<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: FromStr<Err: Display>,
    {
        let text: &str = self.get_as(column)?;
        text.parse().map_err(|error: T::Err| corrupt(column, error.to_string()))
    }

    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.get_as(column)?;
        serde_json::from_str(text).map_err(|source| corrupt(column, source))
    }

    fn size<T: TryFrom<i64, Error: Display>>(&self, column: &'static str) -> Result<T, StoreError> {
        let number: i64 = self.get_as(column)?;
        T::try_from(number).map_err(|error| corrupt(column, error.to_string()))
    }
}

fn corrupt(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt { what, source: source.into() }
}
