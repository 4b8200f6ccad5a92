//! The append-only record of who did what. Triggers in both databases refuse to change or delete a row.

use serde::Serialize;
use serde_json::Value;

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::sql;
use crate::{Page, PageError, Store, StoreError, page};

/// What a caller says about the change it asks for; written in the change's own transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who: a token's label, an operator on the command line, the host itself.
    pub actor: String,
    /// What: a dotted, stable name, such as `release.approved`.
    pub action: String,
    /// On what: an id, or `category/slug@version`.
    pub subject: String,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// Whatever else explains the change. No secrets: the log is read by many.
    pub details: Value,
}

impl Event {
    /// An event without a reason or details.
    pub fn new(actor: impl Into<String>, action: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            action: action.into(),
            subject: subject.into(),
            reason: None,
            details: Value::Object(serde_json::Map::new()),
        }
    }

    /// The same event, with the actor's reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same event, with details.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEvent {
    /// UUIDv7.
    pub id: String,
    /// Unix milliseconds.
    pub at: i64,
    /// See [`Event::actor`].
    pub actor: String,
    /// See [`Event::action`].
    pub action: String,
    /// See [`Event::subject`].
    pub subject: String,
    /// See [`Event::reason`].
    pub reason: Option<String>,
    /// See [`Event::details`].
    pub details: Value,
}

impl Store {
    /// The audit log, newest first.
    pub async fn audit_events(
        &self,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<AuditEvent>, PageError> {
        let limit = page::clamp(limit);
        let before = page::id_cursor(cursor)?;
        let statement = match &before {
            None => sql("SELECT * FROM audit_events ORDER BY id DESC LIMIT $1").bind(limit + 1),
            Some(id) => sql("SELECT * FROM audit_events WHERE id < $2 ORDER BY id DESC LIMIT $1")
                .bind(limit + 1)
                .bind(id.as_str()),
        };
        let rows = statement.read_all(self.read()).await?;
        let events = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(events, limit, |event| page::encode(&event.id)))
    }
}

fn read(row: &AnyRow) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        id: row.get_as("id")?,
        at: row.get_as("at")?,
        actor: row.get_as("actor")?,
        action: row.get_as("action")?,
        subject: row.get_as("subject")?,
        reason: row.get_as("reason")?,
        details: row.json("details")?,
    })
}
