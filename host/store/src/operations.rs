//! Long work that its caller did not wait for, and how it went.
//!
//! Notes, not changes: what an operation did to the market is in the tables of the market, with its event. So these
//! rows have no events of their own, and are forgotten after a week.

use std::str::FromStr;

use serde_json::Value;
use sqlx::any::AnyRow;

use crate::page::{self, Page, PageError};
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{is_id, now};
use crate::{Store, StoreError};
use marketplace_manifest::Tenant;

/// How long an operation that ended is remembered, in milliseconds.
const REMEMBERED: i64 = 7 * 24 * 60 * 60 * 1000;

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationState {
    /// It is under way.
    Running,
    /// It did what was asked.
    Succeeded,
    /// It was refused, or something failed; nothing has changed.
    Failed,
    /// Somebody called it off in time; nothing has changed.
    Cancelled,
    /// The server stopped before it ended. All of it was done, or nothing.
    Interrupted,
}

/// An operation, as it was last noted.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationRow {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub tenant: Tenant,
    /// What it does, as the server writes it.
    pub about: Value,
    /// The data folder whose server does it.
    pub node: String,
    /// How it stands.
    pub state: OperationState,
    /// The answer: its status, and its JSON.
    pub answer: Option<(u16, Value)>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub ended_at: Option<i64>,
}

impl Store {
    /// Notes an operation, or how it ended. One that has ended stays as it is.
    pub async fn note_operation(&self, row: &OperationRow) -> Result<(), StoreError> {
        self.jot(|| {
            let (status, answer) = row.answer.as_ref().map(|(status, answer)| (*status, answer)).unzip();
            sql("INSERT INTO operations (id, tenant, about, node, state, status, answer, created_at, ended_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET \
                 state = excluded.state, status = excluded.status, answer = excluded.answer, \
                 ended_at = excluded.ended_at WHERE operations.state = 'running'")
            .bind(row.id.as_str())
            .text(&row.tenant)
            .json(&row.about)
            .bind(row.node.as_str())
            .bind(row.state.as_str())
            .bind(status.map(i64::from))
            .bind(answer.map(ToString::to_string))
            .bind(row.created_at)
            .bind(row.ended_at)
        })
        .await?;
        Ok(())
    }

    /// One operation of a tenant.
    pub async fn operation(&self, tenant: &Tenant, id: &str) -> Result<Option<OperationRow>, StoreError> {
        if !is_id(id) {
            return Ok(None);
        }
        let statement = sql("SELECT * FROM operations WHERE id = $1 AND tenant = $2").bind(id).text(tenant);
        statement.read(self.read()).await?.as_ref().map(read).transpose()
    }

    /// A tenant's operations, newest first.
    pub async fn operations(
        &self,
        tenant: &Tenant,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<OperationRow>, PageError> {
        let limit = page::clamp(limit);
        let mut statement = sql("SELECT * FROM operations WHERE tenant = $1").text(tenant);
        if let Some(after) = page::id_cursor(cursor)? {
            statement.push(" AND id < ").value(after);
        }
        statement.push(" ORDER BY id DESC LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let operations = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(operations, limit, |operation| page::encode(&operation.id)))
    }

    /// Says of what ran on a node, which has stopped, that it was interrupted; and forgets what ended long ago.
    /// Returns how many were interrupted.
    pub async fn interrupt_operations(&self, node: &str) -> Result<u64, StoreError> {
        let now = now();
        self.jot(|| sql("DELETE FROM operations WHERE ended_at < $1").bind(now - REMEMBERED)).await?;
        self.jot(|| {
            sql("UPDATE operations SET state = 'interrupted', ended_at = $2 WHERE node = $1 AND state = 'running'")
                .bind(node)
                .bind(now)
        })
        .await
    }
}

impl OperationState {
    /// As the database and the API write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

impl FromStr for OperationState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled, Self::Interrupted]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no state of an operation"))
    }
}

fn read(row: &AnyRow) -> Result<OperationRow, StoreError> {
    let status = row.get_as::<Option<i64>>("status")?.and_then(|status| u16::try_from(status).ok());
    let answer = match status {
        Some(status) => Some((status, row.json("answer")?)),
        None => None,
    };
    Ok(OperationRow {
        id: row.get_as("id")?,
        tenant: row.parsed("tenant")?,
        about: row.json("about")?,
        node: row.get_as("node")?,
        state: row.parsed("state")?,
        answer,
        created_at: row.get_as("created_at")?,
        ended_at: row.get_as("ended_at")?,
    })
}
