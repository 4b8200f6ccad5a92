//! What a new token allows.

use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::account::{Scope, Scopes};

/// At least one scope: a token that allows nothing is a mistake.
#[derive(Clone, Debug)]
pub(crate) struct SomeScopes(pub Scopes);

impl<'de> Deserialize<'de> for SomeScopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scopes = Scopes::deserialize(deserializer)?;
        if scopes.is_empty() {
            return Err(de::Error::custom("`scopes` is empty; name what the token shall allow"));
        }
        Ok(Self(scopes))
    }
}

impl PartialSchema for SomeScopes {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name(Scope::name())).min_items(Some(1)).into()
    }
}

impl ToSchema for SomeScopes {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Scope::name().into_owned(), Scope::schema()));
    }
}
