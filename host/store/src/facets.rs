//! Facets: which labels the items of a query have, and how many items have each.

use serde::Serialize;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::selection::Selection;
use crate::sql::sql;
use crate::words::Words;
use crate::{ItemQuery, Store, StoreError, labels};
use marketplace_manifest::CategoryId;

/// How many values a facet has at most.
pub const MAX_FACET_VALUES: i64 = 20;
/// How many items of a search, or of a list with filters, are counted at most.
pub const MAX_FACET_ITEMS: i64 = 10_000;
/// Only live faces have labels, and they are those as of a revision that never comes.
const LIVE: i64 = i64::MAX;

/// A value, and how many items have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetValue {
    /// The value, as a filter takes it.
    pub value: String,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub count: i64,
}

/// The values of a field that categories have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFacet {
    /// The field's key.
    pub key: String,
    /// At least one: texts, and `true` or `false`.
    pub values: Vec<FacetValue>,
}

/// What the items of a query have, most frequent first, then by name, at most [`MAX_FACET_VALUES`] of each.
///
/// Each is counted as if the query did not filter by it: so it says what another choice would find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Keywords.
    pub tags: Vec<FacetValue>,
    /// Authors.
    pub authors: Vec<FacetValue>,
    /// Permissions, as declared.
    pub permissions: Vec<FacetValue>,
    /// Categories; empty for a query of one.
    pub categories: Vec<FacetValue>,
    /// Each of [`ItemQuery::facets`] that has values, in that order.
    pub fields: Vec<FieldFacet>,
    /// `false` if so many items match that only [`MAX_FACET_ITEMS`] of them, those that relevance prefers, were
    /// counted.
    pub is_exact: bool,
    /// What was searched instead of what was asked, if that was a typing error.
    pub corrected: Option<String>,
}

impl Store {
    /// The facets of a query. Its order, limit and cursor mean nothing here.
    pub async fn facets(&self, query: &ItemQuery) -> Result<Facets, StoreError> {
        let facets = self.facets_of(query, None).await?;
        if facets.is_empty()
            && let Some(words) = Selection::of(query).words
            && let Some(meant) = self.correct(&words).await?
        {
            let facets = self.facets_of(query, Some(&meant)).await?;
            return Ok(Facets { corrected: Some(meant.each.join(" ")), ..facets });
        }
        Ok(facets)
    }

    async fn facets_of(&self, query: &ItemQuery, meant: Option<&Words>) -> Result<Facets, StoreError> {
        let mut facets = Facets { is_exact: true, ..Facets::default() };
        for (kind, values) in [
            (labels::TAG, &mut facets.tags),
            (labels::AUTHOR, &mut facets.authors),
            (labels::PERMISSION, &mut facets.permissions),
            (labels::CATEGORY, &mut facets.categories),
        ] {
            if kind == labels::CATEGORY && query.category.is_some() {
                continue;
            }
            *values = self.values_of(query, meant, kind, &mut facets.is_exact).await?;
        }
        for key in &query.facets {
            let values = self.values_of(query, meant, &labels::field(key), &mut facets.is_exact).await?;
            if !values.is_empty() {
                facets.fields.push(FieldFacet { key: key.clone(), values });
            }
        }
        Ok(facets)
    }

    /// The values of one kind of label; and `is_exact` becomes `false` if not all were counted.
    async fn values_of(
        &self,
        query: &ItemQuery,
        meant: Option<&Words>,
        kind: &str,
        is_exact: &mut bool,
    ) -> Result<Vec<FacetValue>, StoreError> {
        let mut selection = Selection::without(query, kind);
        if let Some(meant) = meant {
            selection.words = Some(meant.clone());
        }
        if selection.is_hopeless() {
            return Ok(Vec::new());
        }
        if selection.is_everything() {
            return self.kept(selection.category, kind).await;
        }
        let (counted, are_all) = self.counted(&selection, kind).await?;
        *is_exact &= are_all;
        Ok(counted)
    }

    /// The values of everything, which are kept.
    async fn kept(&self, category: Option<&CategoryId>, kind: &str) -> Result<Vec<FacetValue>, StoreError> {
        let statement =
            sql("SELECT value, items AS count FROM label_counts WHERE category = $1 AND kind = $2 \
             ORDER BY items DESC, value LIMIT $3")
            .bind(category.map_or(labels::ALL, CategoryId::as_str).to_owned())
            .bind(kind.to_owned())
            .bind(MAX_FACET_VALUES);
        statement.read_all(self.read()).await?.iter().map(read).collect()
    }

    /// The values of some items, counted one by one; and whether those were all.
    async fn counted(
        &self,
        selection: &Selection<'_>,
        kind: &str,
    ) -> Result<(Vec<FacetValue>, bool), StoreError> {
        let mut statement = sql("WITH matching AS (SELECT f.number AS number");
        selection.push_faces(&mut statement, self.backend(), LIVE);
        statement.push(" ORDER BY ").push(self.backend().match_number());
        statement.push(" DESC LIMIT ").value(MAX_FACET_ITEMS);
        statement.push(") SELECT l.value, COUNT(*) AS count, (SELECT COUNT(*) FROM matching) AS counted");
        statement
            .push(" FROM matching CROSS JOIN face_labels l WHERE l.face = matching.number AND l.kind = ");
        statement.value(kind.to_owned()).push(" GROUP BY l.value ORDER BY count DESC, l.value LIMIT ");
        statement.value(MAX_FACET_VALUES);
        let rows = statement.read_all(self.read()).await?;
        let counted = rows.first().map_or(Ok(0), |row| row.get_as::<i64>("counted"))?;
        let values = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok((values, counted < MAX_FACET_ITEMS))
    }
}

impl Facets {
    fn is_empty(&self) -> bool {
        [&self.tags, &self.authors, &self.permissions, &self.categories].into_iter().all(Vec::is_empty)
    }
}

fn read(row: &AnyRow) -> Result<FacetValue, StoreError> {
    Ok(FacetValue { value: row.get_as("value")?, count: row.get_as("count")? })
}
