//! How long something is good for.

use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// A hundred years: what is good for longer is good for ever, and says so by leaving it out.
const MAX: u32 = 36_500;

/// 1 to 36,500 days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days(pub u32);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            days if (1..=MAX).contains(&days) => Ok(Self(days)),
            days => Err(de::Error::custom(format!("{days} days are asked for; write 1 to {MAX}"))),
        }
    }
}

impl PartialSchema for Days {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(1))
            .maximum(Some(MAX))
            .into()
    }
}

impl ToSchema for Days {}
