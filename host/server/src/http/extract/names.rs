//! The names that stand in paths, and the words that say which part of a list is wanted.

use marketplace_manifest::{AuthorId, CategoryId, Slug, Tenant, Version};
use marketplace_store::{DEFAULT_LIMIT, FieldValue, MAX_FIELDS, MAX_LIMIT, MAX_TAGS};
use serde::{Deserialize, Deserializer, de};
use utoipa::IntoParams;

use crate::clock::parse_rfc3339;

/// `/{category}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfCategory {
    /// The category's id.
    pub category: CategoryId,
}

/// `/{category}/items/{slug}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfItem {
    /// The category's id.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
}

/// `/{category}/items/{slug}/versions/{version}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfRelease {
    /// The category's id.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The version.
    pub version: Version,
}

/// `/{category}/items/{slug}/reviews/{id}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfReview {
    /// The category's id.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The review's id, as a list shows it.
    #[param(format = "uuid")]
    pub id: String,
}

/// `/authors/{author}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfAuthor {
    /// The author's name.
    pub author: AuthorId,
}

/// `/authors/{author}/keys/{id}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfKey {
    /// The author's name.
    pub author: AuthorId,
    /// The key's id, as the list of authors shows it.
    #[param(format = "uuid")]
    pub id: String,
}

/// `/tenants/{tenant}/…`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfTenant {
    /// The tenant's name.
    pub tenant: Tenant,
}

/// `/…/{id}/…`: a UUID that this server gave. Text, because what is no id is simply not there.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfId {
    /// The id, as a list shows it.
    #[param(format = "uuid")]
    pub id: String,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    pub limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    pub cursor: Option<String>,
}

/// A moment, written as RFC 3339 has it; in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub i64);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment = parse_rfc3339(&text).map(Self);
        moment.ok_or_else(|| de::Error::custom(format!("`{text}` is no time; write 2026-03-01T12:00:00Z")))
    }
}

/// How many rows a page has: 1 to 100, 24 unless said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit(pub u32);

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            limit if (1..=MAX_LIMIT).contains(&limit) => Ok(Self(limit)),
            limit => Err(de::Error::custom(format!("`limit` is {limit}; write 1 to {MAX_LIMIT}"))),
        }
    }
}

/// Keywords, all of which an item must have: at most 16.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags(pub Vec<String>);

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Vec::deserialize(deserializer)? {
            tags if tags.len() <= MAX_TAGS => Ok(Self(tags)),
            tags => Err(de::Error::custom(format!(
                "`tag` is given {} times; at most {MAX_TAGS} count",
                tags.len()
            ))),
        }
    }
}

/// Values of fields that a category has, as `KEY:VALUE`, all of which an item must have: at most 16.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub Vec<FieldValue>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Vec::<String>::deserialize(deserializer)?;
        if fields.len() > MAX_FIELDS {
            return Err(de::Error::custom(format!(
                "`field` is given {} times; at most {MAX_FIELDS} count",
                fields.len()
            )));
        }
        let fields = fields.iter().map(|text| field_value(text).map_err(de::Error::custom));
        fields.collect::<Result<_, _>>().map(Self)
    }
}

/// `KEY:VALUE`, where the key is not empty and the value is the rest.
pub(crate) fn field_value(text: &str) -> Result<FieldValue, String> {
    match text.split_once(':') {
        Some((key, value)) if !key.is_empty() => Ok(FieldValue { key: key.into(), value: value.into() }),
        _ => Err(format!("`{text:.40}` is no field with a value; write `KEY:VALUE`")),
    }
}
