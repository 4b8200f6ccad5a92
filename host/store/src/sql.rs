//! A statement with its values. Text comes only from this crate's literals, values only through `bind` and
//! `value`, so nothing that a caller sends can become SQL.

use std::borrow::Cow;

use serde::Serialize;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, AnyPool, Arguments, AssertSqlSafe, Encode, Type};

use crate::StoreError;

/// A statement being built. Placeholders are `$1`, `$2`, …, which both databases read.
pub(crate) struct Sql {
    text: Cow<'static, str>,
    arguments: AnyArguments,
}

/// A statement that is one literal.
pub(crate) fn sql(text: &'static str) -> Sql {
    Sql { text: Cow::Borrowed(text), arguments: AnyArguments::default() }
}

impl Sql {
    /// The value of the next placeholder in the literal.
    pub(crate) fn bind<'v, T>(mut self, value: T) -> Self
    where
        T: Encode<'v, Any> + Type<Any>,
    {
        self.arguments.add(value).expect("plain values are pushed to a list, which cannot fail");
        self
    }

    /// A newtype, an enum or a digest, as its text.
    pub(crate) fn text(self, value: &impl ToString) -> Self {
        self.bind(value.to_string())
    }

    /// Anything, as JSON text. NUL comes out escaped, so PostgreSQL takes it.
    pub(crate) fn json(self, value: &impl Serialize) -> Self {
        self.bind(serde_json::to_string(value).expect("values, strings and lists of them are always JSON"))
    }

    /// More of the statement.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// A value, and its placeholder at this place of the statement.
    pub(crate) fn value<'v, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'v, Any> + Type<Any>,
    {
        self.arguments.add(value).expect("plain values are pushed to a list, which cannot fail");
        let number = self.arguments.len().to_string();
        let text = self.text.to_mut();
        text.push('$');
        text.push_str(&number);
        self
    }

    /// Runs it in a transaction; how many rows it touched.
    pub(crate) async fn run(self, connection: &mut AnyConnection) -> Result<u64, StoreError> {
        Ok(self.query().execute(connection).await?.rows_affected())
    }

    /// All rows, inside a transaction.
    pub(crate) async fn rows(self, connection: &mut AnyConnection) -> Result<Vec<AnyRow>, StoreError> {
        Ok(self.query().fetch_all(connection).await?)
    }

    /// The row, if there is one, inside a transaction.
    pub(crate) async fn row(self, connection: &mut AnyConnection) -> Result<Option<AnyRow>, StoreError> {
        Ok(self.query().fetch_optional(connection).await?)
    }

    /// The one row of an INSERT or UPDATE that ends in RETURNING.
    pub(crate) async fn returning(self, connection: &mut AnyConnection) -> Result<AnyRow, StoreError> {
        Ok(self.query().fetch_one(connection).await?)
    }

    /// All rows, as last committed.
    pub(crate) async fn read_all(self, pool: &AnyPool) -> Result<Vec<AnyRow>, StoreError> {
        Ok(self.query().fetch_all(pool).await?)
    }

    /// The row, if there is one, as last committed.
    pub(crate) async fn read(self, pool: &AnyPool) -> Result<Option<AnyRow>, StoreError> {
        Ok(self.query().fetch_optional(pool).await?)
    }

    fn query(self) -> sqlx::query::Query<'static, Any, AnyArguments> {
        // Safe: the text is concatenated from literals of this crate and placeholder numbers.
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments)
    }
}
