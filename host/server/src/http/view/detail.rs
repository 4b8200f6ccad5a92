//! What a category shows of its items, with the words that it has for it.

use marketplace_sandbox as sandbox;
use marketplace_sandbox::{Field, Presentation, Value};
use marketplace_store as store;
use serde::Serialize;
use utoipa::ToSchema;

/// What an item has of a field of its category.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ItemDetail)]
pub(in crate::http) struct Detail {
    /// The field's key, for programs.
    pub key: String,
    /// For people.
    pub label: String,
    /// After a number.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub unit: String,
    /// At least one.
    pub values: Vec<Value>,
}

impl Detail {
    /// What is stored of an item, in the fields that belong there. What is of a field that its category does not have
    /// any more, nobody can name.
    pub(in crate::http) fn all(
        presentation: &Presentation,
        stored: &serde_json::Value,
        belongs: impl Fn(&Field) -> bool,
    ) -> Vec<Self> {
        let fields = presentation.fields.iter().filter(|field| belongs(field));
        let details = fields.filter_map(|field| {
            let detail = stored.as_array()?.iter().find(|detail| detail["field"] == field.key)?;
            let sandbox::Detail { values, .. } = serde_json::from_value(detail.clone()).ok()?;
            let Field { key, label, unit, .. } = field.clone();
            Some(Self { key, label, unit, values })
        });
        details.collect()
    }
}

/// The values of a field, and how many items have each.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::http) struct FieldFacet {
    /// The field's key, as a filter names it.
    pub key: String,
    /// For people.
    pub label: String,
    /// At least one: texts, and `true` or `false`.
    pub values: Vec<store::FacetValue>,
}

impl FieldFacet {
    /// What was counted, with the category's words.
    pub(in crate::http) fn all(presentation: &Presentation, counted: Vec<store::FieldFacet>) -> Vec<Self> {
        let label =
            |key: &str| presentation.fields.iter().find(|field| field.key == key).map(|field| &field.label);
        let facets = counted.into_iter().filter_map(|facet| {
            Some(Self { label: label(&facet.key)?.clone(), key: facet.key, values: facet.values })
        });
        facets.collect()
    }
}
