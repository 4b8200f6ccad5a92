//! Submissions as authors and moderators see them: each with the history of its item.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::transact::is_id;
use crate::{
    Lookalike, Page, PageError, Release, Status, Store, StoreError, Withdrawn, lookalikes, page, releases,
    withdrawal,
};
use marketplace_manifest::{Tenant, Version};

/// How many submissions a page of [`Store::queue`] has at most: each brings its list of files and its verdict, and
/// those of a large package are megabytes.
pub const MAX_QUEUE: u32 = 20;
/// How many decisions come with a submission.
const DECISIONS: i64 = 20;

/// A release, with what a moderator wants to know about its item.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The release itself.
    pub release: Release,
    /// Decisions on releases of the item, this one included, newest first, at most 20.
    pub decisions: Vec<Decision>,
    /// The permissions of the item's latest release, if that is another one.
    pub approved_permissions: Option<Vec<String>>,
    /// Items of other authors whose names look like this one's, as it is now.
    pub lookalikes: Vec<Lookalike>,
    /// Whether the release was taken back, or would be if it were approved.
    pub withdrawn: Option<Withdrawn>,
}

/// What was decided about a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// On which submission.
    pub release_id: String,
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

    /// The submissions of a status just before and just after one, in the order of [`queue`](Self::queue): where
    /// whoever has read one goes on.
    pub async fn beside(
        &self,
        id: &str,
        status: Status,
    ) -> Result<(Option<String>, Option<String>), StoreError> {
        if !is_id(id) {
            return Ok((None, None));
        }
        let before = sql("SELECT id FROM releases WHERE status = $1 AND id < $2 ORDER BY id DESC LIMIT 1");
        let after = sql("SELECT id FROM releases WHERE status = $1 AND id > $2 ORDER BY id LIMIT 1");
        let mut found = [None, None];
        for (statement, found) in [before, after].into_iter().zip(&mut found) {
            let row = statement.text(&status).bind(id).read(self.read()).await?;
            *found = row.map(|row| row.get_as("id")).transpose()?;
        }
        let [before, after] = found;
        Ok((before, after))
    }

    /// How many submissions wait for a moderator: pending ones, and flagged ones. What was decided is not counted.
    pub async fn waiting(&self) -> Result<(i64, i64), StoreError> {
        let rows =
            sql("SELECT status, COUNT(*) AS number FROM releases WHERE status IN ('pending', 'flagged') \
             GROUP BY status")
            .read_all(self.read())
            .await?;
        let (mut pending, mut flagged) = (0, 0);
        for row in &rows {
            match row.parsed::<Status>("status")? {
                Status::Pending => pending = row.get_as("number")?,
                _ => flagged = row.get_as("number")?,
            }
        }
        Ok((pending, flagged))
    }

    async fn submissions_page(&self, mut statement: Sql, limit: u32) -> Result<Page<Submission>, PageError> {
        let limit = page::clamp(limit);
        statement.push(" LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let submissions = self.with_history(&rows).await?;
        Ok(Page::cut(submissions, limit, |submission| page::encode(&submission.release.id)))
    }

    /// The releases, each with what is known about its item: a few statements for the whole page.
    async fn with_history(&self, rows: &[AnyRow]) -> Result<Vec<Submission>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let column = |name| rows.iter().map(|row| row.get_as::<String>(name)).collect::<Result<Vec<_>, _>>();
        let (ids, items) = (column("id")?, column("item_id")?);
        let decided = self.decisions_on(&items).await?;
        let approved = self.approved_permissions(&items).await?;
        let mut withdrawn = withdrawal::among(self, |statement| {
            statement.push("r.id IN ");
            list(statement, &ids);
        })
        .await?;
        let lookalikes = lookalikes::among(self, |statement| {
            list(statement, &items);
        })
        .await?;
        let mut submissions = Vec::with_capacity(rows.len());
        for (row, item) in rows.iter().zip(items) {
            let release = releases::read(row)?;
            let approved = approved.get(&item).filter(|(id, _)| *id != release.id);
            submissions.push(Submission {
                decisions: decided.get(&item).cloned().unwrap_or_default(),
                approved_permissions: approved.map(|(_, permissions)| permissions.clone()),
                lookalikes: lookalikes.get(&item).cloned().unwrap_or_default(),
                withdrawn: withdrawn.remove(&release.id),
                release,
            });
        }
        Ok(submissions)
    }

    /// The last decisions on each item, newest first.
    async fn decisions_on(&self, items: &[String]) -> Result<BTreeMap<String, Vec<Decision>>, StoreError> {
        let mut statement =
            sql("SELECT * FROM (SELECT d.id, d.item_id, d.release_id, r.version, d.status, d.note, \
             d.decided_at, d.decided_by, \
             ROW_NUMBER() OVER (PARTITION BY d.item_id ORDER BY d.decided_at DESC, d.id DESC) AS place \
             FROM decisions d JOIN releases r ON r.id = d.release_id WHERE d.item_id IN ");
        list(&mut statement, items).push(") AS numbered WHERE place <= ").value(DECISIONS);
        statement.push(" ORDER BY place");
        let mut decided: BTreeMap<String, Vec<Decision>> = BTreeMap::new();
        for row in statement.read_all(self.read()).await? {
            decided.entry(row.get_as("item_id")?).or_default().push(read_decision(&row)?);
        }
        Ok(decided)
    }

    /// The latest release of each item, and what it declares.
    async fn approved_permissions(
        &self,
        items: &[String],
    ) -> Result<BTreeMap<String, (String, Vec<String>)>, StoreError> {
        let mut latest = sql("SELECT i.id AS item_id, r.id, r.permissions FROM items i \
             JOIN releases r ON r.id = i.latest_release_id WHERE i.id IN ");
        list(&mut latest, items);
        let rows = latest.read_all(self.read()).await?;
        rows.iter()
            .map(|row| Ok((row.get_as("item_id")?, (row.get_as("id")?, row.json("permissions")?))))
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
        release_id: row.get_as("release_id")?,
        version: row.parsed("version")?,
        status: row.parsed("status")?,
        note: row.get_as("note")?,
        decided_at: row.get_as("decided_at")?,
        decided_by: row.get_as("decided_by")?,
    })
}
