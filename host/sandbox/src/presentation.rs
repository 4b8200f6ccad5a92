//! What a category shows of itself and of its items, as data. Stored and shown like the other [types](crate::types).

use serde::{Deserialize, Serialize};

use crate::Risk;

/// What people see of a category.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Presentation {
    /// What a package of it is, for its author. May be empty.
    pub package: String,
    /// What its items have, in the order in which it is shown.
    pub fields: Vec<Field>,
    /// The permissions that an author can choose.
    pub permissions: Vec<Offer>,
    /// What an author fills in, beyond what every manifest has.
    pub inputs: Vec<Input>,
}

/// Something that items of a category have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// For machines; filters name it.
    pub key: String,
    /// For people.
    pub label: String,
    /// After a number. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Whether it is on the card in lists.
    pub card: bool,
    /// Whether it is among the details in the drawer.
    pub drawer: bool,
    /// Whether lists can be filtered by it.
    pub facet: bool,
}

/// A value, which says by its kind how it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = DetailValue))]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
pub enum Value {
    /// Words.
    Text(String),
    /// A number, which is finite.
    Number(f64),
    /// A size in bytes.
    Bytes(u64),
    /// A duration in seconds.
    Seconds(u64),
    /// A day, as RFC 3339's `full-date`.
    Date(String),
    /// A colour of sRGB, `#rrggbb`.
    Colour(String),
    /// Yes or no.
    Flag(bool),
}

/// What an item has of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Detail {
    /// The key of the field.
    pub field: String,
    /// At least one.
    pub values: Vec<Value>,
}

/// A permission that an author can choose, or an example of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PermissionOffer))]
pub struct Offer {
    /// As a manifest declares it.
    pub permission: String,
    /// One sentence in a user's words.
    pub summary: String,
    /// How much harm it could do.
    pub risk: Risk,
}

/// A field of the manifest that only this category knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ManifestInput))]
pub struct Input {
    /// In the manifest: `x-…`.
    pub name: String,
    /// For people.
    pub label: String,
    /// What it is for. May be empty.
    pub hint: String,
    /// How it is filled in.
    pub entry: Entry,
    /// Whether a form is incomplete without it.
    pub required: bool,
}

/// How an author fills a field in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = InputEntry))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Entry {
    /// A text of one line.
    Line,
    /// A text of several lines.
    Text,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of some.
    Choice {
        /// At least one.
        choices: Vec<Choice>,
    },
}

/// One of the choices of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = InputChoice))]
pub struct Choice {
    /// What the manifest gets.
    pub value: String,
    /// For people.
    pub label: String,
}
