//! Submissions as authors and moderators see them: each with the history of its item.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::transact::is_id;
use crate::{Page, PageError, Release, Status, Store, StoreError, page, releases};
use marketplace_manifest::{Tenant, Version};

/// How many submissions a page of [`Store::queue`] has at most: each brings its list of files and its verdict, and
/// those of a large package are megabytes.
pub const MAX_QUEUE: u32 = 20;
/// How many earlier decisions come with a submission.
const EARLIER: usize = 20;

/// A release, with what a moderator wants to know about its item.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The release itself.
    pub release: Release,
    /// Decisions on other releases of the item, newest first, at most 20.
    pub earlier: Vec<Decision>,
    /// The permissions of the item's latest release, if that is another one.
    pub approved_permissions: Option<Vec<String>>,
}

/// What was decided about an earlier release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Of which version.
    pub version: Version,
    /// What.
    pub status: Status,
    /// Why.
    pub note: Option<String>,
    /// Unix milliseconds.
    pub decided_at: i64,
    /// By whom.
    pub decided_by: String,
}

impl Store {
    /// One submission, of any status.
    pub async fn submission(&self, id: &str) -> Result<Option<Submission>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let rows = sql("SELECT * FROM releases WHERE id = $1").bind(id).read_all(self.read()).await?;
        Ok(self.with_history(&rows).await?.pop())
    }

    /// A tenant's submissions, newest first; `files` and `verdict` of each are null, and [`submission`] has them.
    /// `limit` is cut to 1..=[`MAX_LIMIT`](crate::MAX_LIMIT).
    ///
    /// [`submission`]: Self::submission
    pub async fn submissions_of(
        &self,
        tenant: &Tenant,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Submission>, PageError> {
        let mut statement = releases::light(" WHERE tenant = $1").text(tenant);
        if let Some(id) = page::id_cursor(cursor)? {
            statement.push(" AND id < ").value(id);
        }
        statement.push(" ORDER BY id DESC");
        self.submissions_page(statement, limit).await
    }

    /// Everybody's submissions, whole, oldest first, of one status or of all. `limit` is cut to
    /// 1..=[`MAX_QUEUE`](crate::MAX_QUEUE).
    pub async fn queue(
        &self,
        status: Option<Status>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Submission>, PageError> {
        let mut statement = sql("SELECT * FROM releases WHERE 1 = 1");
        if let Some(status) = status {
            statement.push(" AND status = ").value(status.to_string());
        }
        if let Some(id) = page::id_cursor(cursor)? {
            statement.push(" AND id > ").value(id);
        }
        statement.push(" ORDER BY id");
        self.submissions_page(statement, limit.min(MAX_QUEUE)).await
    }

    async fn submissions_page(&self, mut statement: Sql, limit: u32) -> Result<Page<Submission>, PageError> {
        let limit = page::clamp(limit);
        statement.push(" LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let submissions = self.with_history(&rows).await?;
        Ok(Page::cut(submissions, limit, |submission| page::encode(&submission.release.id)))
    }

    /// The releases, each with what else was decided on its item: two statements for the whole page.
    async fn with_history(&self, rows: &[AnyRow]) -> Result<Vec<Submission>, StoreError> {
        let items = rows.iter().map(|row| row.get_as::<String>("item_id")).collect::<Result<Vec<_>, _>>()?;
        let mut decided: BTreeMap<String, Vec<(String, Decision)>> = BTreeMap::new();
        let mut approved: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
        if !rows.is_empty() {
            let mut history =
                sql("SELECT id, item_id, version, status, note, decided_at, decided_by FROM releases \
                 WHERE decided_at IS NOT NULL AND item_id IN ");
            list(&mut history, &items).push(" ORDER BY decided_at DESC, id DESC");
            for row in history.read_all(self.read()).await? {
                decided
                    .entry(row.get_as("item_id")?)
                    .or_default()
                    .push((row.get_as("id")?, read_decision(&row)?));
            }
            let mut latest = sql("SELECT i.id AS item_id, r.id, r.permissions FROM items i \
                 JOIN releases r ON r.id = i.latest_release_id WHERE i.id IN ");
            list(&mut latest, &items);
            for row in latest.read_all(self.read()).await? {
                approved.insert(row.get_as("item_id")?, (row.get_as("id")?, row.json("permissions")?));
            }
        }
        rows.iter()
            .zip(items)
            .map(|(row, item)| {
                let release = releases::read(row)?;
                let earlier = decided.get(&item).into_iter().flatten();
                let earlier =
                    earlier.filter(|(id, _)| *id != release.id).map(|(_, decision)| decision.clone());
                let earlier = earlier.take(EARLIER).collect();
                let approved = approved.get(&item).filter(|(id, _)| *id != release.id);
                Ok(Submission { earlier, approved_permissions: approved.map(|(_, p)| p.clone()), release })
            })
            .collect()
    }
}

fn list<'s>(statement: &'s mut Sql, values: &[String]) -> &'s mut Sql {
    let mut separator = "(";
    for value in values {
        statement.push(separator).value(value.as_str());
        separator = ", ";
    }
    statement.push(")")
}

fn read_decision(row: &AnyRow) -> Result<Decision, StoreError> {
    Ok(Decision {
        version: row.parsed("version")?,
        status: row.parsed("status")?,
        note: row.get_as("note")?,
        decided_at: row.get_as("decided_at")?,
        decided_by: row.get_as("decided_by")?,
    })
}
