//! The gates in which a license differs from its tier.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Gates by name: `true` and `false`, or a cap, or `null` for no cap. Which of them fits which gate, the domain says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Overrides(pub BTreeMap<String, Value>);

impl Overrides {
    const NAME: &str = "^marketplace_(browse|publish|install_cap|install_[a-z0-9](-?[a-z0-9])*_cap)$";
}

impl PartialSchema for Overrides {
    fn schema() -> RefOr<Schema> {
        let of = |kind: Type| ObjectBuilder::new().schema_type(SchemaType::Type(kind));
        let value = OneOfBuilder::new()
            .item(of(Type::Boolean))
            .item(of(Type::Integer).minimum(Some(0)).maximum(Some(u32::MAX)))
            .item(of(Type::Null));
        of(Type::Object)
            .property_names(Some(of(Type::String).pattern(Some(Self::NAME)).build()))
            .additional_properties(Some(Schema::from(value)))
            .into()
    }
}

impl ToSchema for Overrides {}
