//! Which items a query selects.

use crate::ItemQuery;
use crate::labels::{self, AUTHOR, CATEGORY, PERMISSION, TAG};
use crate::sql::Sql;
use crate::store::Backend;
use crate::words::{self, Words};
use marketplace_manifest::CategoryId;

/// How many tags a query may have; more are not looked at.
pub const MAX_TAGS: usize = 16;
/// How many values of fields a query may have; more are not looked at.
pub const MAX_FIELDS: usize = 16;

/// Words, labels and a category, all of which an item must have.
pub(crate) struct Selection<'q> {
    /// What is searched; `None` is no search.
    pub(crate) words: Option<Words>,
    /// The labels as words of the index; with any, or with search words, the category among them.
    pub(crate) filters: Vec<String>,
    /// Of one category, or of all that are enabled.
    pub(crate) category: Option<&'q CategoryId>,
}

impl<'q> Selection<'q> {
    pub(crate) fn of(query: &'q ItemQuery) -> Self {
        Self::without(query, "")
    }

    /// What would be selected without the query's own labels of this kind.
    pub(crate) fn without(query: &'q ItemQuery, kind: &str) -> Self {
        let words = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Words::of);
        let tags = query.tags.iter().take(MAX_TAGS).map(|tag| (TAG, tag.as_str()));
        let author = query.author.iter().map(|author| (AUTHOR, author.as_str()));
        let permission = query.permission.iter().map(|permission| (PERMISSION, permission.as_str()));
        let labels = tags.chain(author).chain(permission).filter(|(of, _)| *of != kind);
        let mut filters: Vec<_> = labels.map(|(kind, value)| words::filter(kind, value)).collect();
        let fields = query.fields.iter().take(MAX_FIELDS).map(|one| (labels::field(&one.key), &one.value));
        let fields = fields.filter(|(of, _)| of != kind);
        filters.extend(fields.map(|(kind, value)| words::filter(&kind, value)));
        let category = query.category.as_ref();
        if let Some(category) = category
            && (words.is_some() || !filters.is_empty())
        {
            filters.push(words::filter(CATEGORY, category.as_str()));
        }
        Self { words, filters, category }
    }

    /// Whether it is a search for nothing: punctuation has no words, and matches no item.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.words.as_ref().is_some_and(Words::is_empty)
    }

    /// Whether the category alone selects.
    pub(crate) fn is_everything(&self) -> bool {
        self.words.is_none() && self.filters.is_empty()
    }

    /// What full-text search is asked; `None` if [`is_everything`](Self::is_everything).
    pub(crate) fn expression(&self, backend: Backend) -> Option<String> {
        (!self.is_everything()).then(|| backend.matching(self.words.as_ref(), &self.filters))
    }

    /// The selected faces `f` as of a revision, from FROM on.
    pub(crate) fn push_faces(&self, statement: &mut Sql, backend: Backend, as_of: i64) {
        match self.expression(backend) {
            Some(expression) => {
                statement.push(" FROM ").push(backend.match_tables()).push(" WHERE ");
                backend.push_match(statement, expression);
            }
            None => {
                statement.push(" FROM item_faces f WHERE 1 = 1");
            }
        }
        self.push_scope(statement, "f.category", as_of);
    }

    /// The faces `f` that match an expression as of a revision, with their items `i` unless those were withdrawn since,
    /// from FROM on.
    pub(crate) fn push_items(&self, statement: &mut Sql, backend: Backend, expression: String, as_of: i64) {
        statement.push(" FROM ").push(backend.match_tables());
        statement.push(" CROSS JOIN items i WHERE i.id = f.item_id AND i.latest_release_id IS NOT NULL AND ");
        backend.push_match(statement, expression);
        self.push_scope(statement, "f.category", as_of);
    }

    /// The conditions on the category and the revision.
    pub(crate) fn push_scope(&self, statement: &mut Sql, column: &'static str, as_of: i64) {
        match self.category {
            None => {
                // NOT IN: of those that are enabled SQLite would go through one after the other, and sort them all.
                statement.push(" AND ").push(column);
                statement.push(" NOT IN (SELECT id FROM marketplace_categories WHERE enabled = 0)");
            }
            // Otherwise the index has seen to it.
            Some(category) if self.is_everything() => {
                statement.push(" AND ").push(column).push(" = ").value(category.to_string());
            }
            Some(_) => {}
        }
        statement.push(" AND f.since <= ").value(as_of);
        statement.push(" AND (f.until IS NULL OR f.until > ").value(as_of).push(")");
    }
}
