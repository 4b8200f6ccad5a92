//! What an OpenAPI document says of the types of this crate: the rules of their texts, so
//! that a client generated from it knows them too.

use utoipa::PartialSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema::SchemaType};

use crate::limits::{NAME_MAX_CHARS, NAME_MIN_CHARS, VERSION_CHARS};
use crate::{AuthorId, CategoryId, Digest, Slug, Tenant, Version};

/// Up to 15 digits a part: the patterns of a document have no arithmetic, and nobody has such a version.
const VERSION: &str = concat!(
    r"^(0|[1-9][0-9]{0,14})\.(0|[1-9][0-9]{0,14})\.(0|[1-9][0-9]{0,14})",
    r"(-(0|[1-9][0-9]{0,14}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]{0,14}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?$",
);

fn text(description: &str, pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .description(Some(description))
        .pattern(Some(pattern))
}

macro_rules! describe {
    ($($type:ty => $schema:expr;)+) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl utoipa::ToSchema for $type {}
    )+};
}

fn name(what: &str) -> ObjectBuilder {
    text(what, "^[a-z0-9](-?[a-z0-9])*$").min_length(Some(NAME_MIN_CHARS)).max_length(Some(NAME_MAX_CHARS))
}

describe! {
    Slug => name("What an item is called within its category.").examples(["system-pulse"]);
    CategoryId => name("A category's id: also the path segment, and the manifest's `kind`.").examples(["widgets"]);
    // No example: whoever tries the calls of a page that shows one would register it.
    AuthorId => name("Who publishes.");
    Tenant => name("One OS instance with its license.").examples(["home"]);
    Digest => text(
        "SHA-256 (FIPS 180-4), as `sha256sum` prints it.",
        "^[0-9a-f]{64}$",
    )
    .examples(["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]);
    Version => text("Semantic Versioning 2.0.0, without build metadata.", VERSION)
        .examples(["1.4.0"])
        .max_length(Some(VERSION_CHARS));
}
