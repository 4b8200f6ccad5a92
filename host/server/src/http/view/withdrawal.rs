//! What was taken back.

use marketplace_manifest::{CategoryId, Digest, Slug};
use marketplace_store as store;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::clock::rfc3339;
use crate::withdrawal::Fingerprint;

/// That something was taken back, why, and since when.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Withdrawn {
    /// `yanked` by its author: whoever has it keeps it. `key_revoked` with the key that signed it. `blocked` by an
    /// operator: it is disabled.
    pub kind: store::Taken,
    pub reason: Option<String>,
    #[schema(format = DateTime)]
    pub since: String,
}

impl From<store::Withdrawn> for Withdrawn {
    fn from(withdrawn: store::Withdrawn) -> Self {
        Self { kind: withdrawn.kind, reason: withdrawn.reason, since: rfc3339(withdrawn.since) }
    }
}

/// A block, in force or lifted.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Block {
    pub id: String,
    pub target: Target,
    pub reason: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// By whom, as the audit log names it.
    pub created_by: String,
    /// `null` while it is in force.
    pub lifted: Option<Lifted>,
}

/// The end of a block.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Lifted {
    #[schema(format = DateTime)]
    pub at: String,
    pub by: String,
    pub reason: String,
}

impl From<store::Block> for Block {
    fn from(block: store::Block) -> Self {
        let lifted =
            |lifted: store::Lifted| Lifted { at: rfc3339(lifted.at), by: lifted.by, reason: lifted.reason };
        Self {
            id: block.id,
            target: Target(block.target),
            reason: block.reason,
            created_at: rfc3339(block.created_at),
            created_by: block.created_by,
            lifted: block.lifted.map(lifted),
        }
    }
}

/// What a block holds for.
#[derive(Clone, Debug, Serialize)]
pub(in crate::http) struct Target(pub store::BlockTarget);

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let target = store::BlockTarget::deserialize(deserializer)?;
        if let store::BlockTarget::Key { fingerprint } = &target {
            fingerprint.parse::<Fingerprint>().map_err(D::Error::custom)?;
        }
        Ok(Self(target))
    }
}

// By hand: each of the three takes its own fields and no others, which a derived schema does not say.
impl PartialSchema for Target {
    fn schema() -> RefOr<Schema> {
        let fingerprint = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("As `marketplace keygen` prints it."))
            .pattern(Some("^SHA256:[A-Za-z0-9+/]{43}$"));
        OneOfBuilder::new()
            .description(Some("A package, an item with all its versions, or a key with all that it signed."))
            .item(case("package", vec![("sha256", Digest::schema())]))
            .item(case("item", vec![("category", CategoryId::schema()), ("slug", Slug::schema())]))
            .item(case("key", vec![("fingerprint", fingerprint.into())]))
            .into()
    }
}

impl ToSchema for Target {
    fn name() -> std::borrow::Cow<'static, str> {
        "BlockTarget".into()
    }
}

fn case(kind: &str, fields: Vec<(&str, RefOr<Schema>)>) -> ObjectBuilder {
    let tag = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind]));
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("kind", tag)
        .required("kind")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    fields.into_iter().fold(object, |object, (name, schema)| object.property(name, schema).required(name))
}
