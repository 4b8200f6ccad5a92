//! Reviews as moderators see them: with the reports on them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use super::{Review, read, select};
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::is_id;
use crate::{Page, PageError, Store, StoreError, page};
use marketplace_manifest::Tenant;

/// How many reports come with a review. Whoever has read so many knows what is wrong.
const REPORTS: i64 = 20;

/// A review, with the reports on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewCase {
    /// The review, whatever its state.
    pub review: Review,
    /// At most 20: those that wait for a decision first, each kind oldest first.
    pub reports: Vec<Report>,
    /// How many there are.
    pub report_count: i64,
}

/// What a tenant finds wrong with a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who.
    pub tenant: Tenant,
    /// Why.
    pub reason: String,
    /// Unix milliseconds.
    pub reported_at: i64,
    /// Unix milliseconds, of the decision on it.
    pub resolved_at: Option<i64>,
}

/// Which reviews a moderator wants to see. Each flag narrows the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFilter {
    /// Only those that wait for a decision, the oldest report first. Without it, newest review first.
    pub reported: bool,
    /// Only those that a moderator removed.
    pub removed: bool,
}

impl Store {
    /// Everybody's reviews, of all items. `limit` is cut to 1..=[`MAX_LIMIT`](crate::MAX_LIMIT).
    pub async fn review_cases(
        &self,
        filter: ReviewFilter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<ReviewCase>, PageError> {
        let limit = page::clamp(limit);
        let after = cursor.map(|cursor| Position::read(cursor, filter)).transpose()?;
        let mut list = select(" WHERE 1 = 1");
        if filter.reported {
            list.push(" AND r.state = 'reported'");
        }
        if filter.removed {
            list.push(" AND r.state = 'removed'");
        }
        match after {
            None => {}
            Some(Position { reported_at: Some(at), id, .. }) => {
                list.push(" AND (r.reported_at, r.id) > (").value(at).push(", ").value(id).push(")");
            }
            Some(Position { reported_at: None, id, .. }) => {
                list.push(" AND r.id < ").value(id);
            }
        }
        list.push(if filter.reported { " ORDER BY r.reported_at, r.id" } else { " ORDER BY r.id DESC" });
        list.push(" LIMIT ").value(limit + 1);
        let rows = list.read_all(self.read()).await?;
        let mut reports = self.reports(&rows).await?;
        let cases = rows
            .iter()
            .map(|row| {
                let review = read(row)?;
                let (reports, report_count) = reports.remove(&review.id).unwrap_or_default();
                let reported_at = row.get_as::<Option<i64>>("reported_at")?.filter(|_| filter.reported);
                Ok((ReviewCase { review, reports, report_count }, reported_at))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let page = Page::cut(cases, limit, |(case, reported_at)| {
            page::encode(&Position { filter, reported_at: *reported_at, id: case.review.id.clone() })
        });
        let items = page.items.into_iter().map(|(case, _)| case).collect();
        Ok(Page { items, next_cursor: page.next_cursor, total: None })
    }

    /// The first reports on each review, and how many each has: one statement for the whole page.
    async fn reports(&self, reviews: &[AnyRow]) -> Result<HashMap<String, (Vec<Report>, i64)>, StoreError> {
        let mut reports: HashMap<String, (Vec<Report>, i64)> = HashMap::new();
        if reviews.is_empty() {
            return Ok(reports);
        }
        let mut statement =
            sql("SELECT * FROM (SELECT review_id, tenant, reason, reported_at, resolved_at, \
             COUNT(*) OVER (PARTITION BY review_id) AS reports, \
             ROW_NUMBER() OVER (PARTITION BY review_id \
             ORDER BY resolved_at IS NOT NULL, reported_at, tenant) AS position \
             FROM review_reports WHERE review_id IN ");
        let mut separator = "(";
        for review in reviews {
            statement.push(separator).value(review.get_as::<&str>("id")?);
            separator = ", ";
        }
        statement.push(")) AS numbered WHERE position <= ").value(REPORTS);
        statement.push(" ORDER BY review_id, position");
        for row in statement.read_all(self.read()).await? {
            let (list, count) = reports.entry(row.get_as("review_id")?).or_default();
            *count = row.get_as("reports")?;
            list.push(read_report(&row)?);
        }
        Ok(reports)
    }
}

/// Where a page ended: the next begins beyond it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    filter: ReviewFilter,
    reported_at: Option<i64>,
    id: String,
}

impl Position {
    /// The position in a cursor of this very list.
    fn read(cursor: &str, filter: ReviewFilter) -> Result<Self, PageError> {
        let position: Self = page::decode(cursor)?;
        let fits = position.filter == filter && position.reported_at.is_some() == filter.reported;
        if fits && is_id(&position.id) { Ok(position) } else { Err(PageError::BadCursor) }
    }
}

fn read_report(row: &AnyRow) -> Result<Report, StoreError> {
    Ok(Report {
        tenant: row.parsed("tenant")?,
        reason: row.get_as("reason")?,
        reported_at: row.get_as("reported_at")?,
        resolved_at: row.get_as("resolved_at")?,
    })
}
