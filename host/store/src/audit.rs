//! The append-only record of who did what. Triggers in both databases refuse to change or delete a row.

use serde::Serialize;
use serde_json::Value;

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::{DEFAULT_LIMIT, Page, PageError, Store, StoreError, page};

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

/// Which events.
///
/// A text finds what is equal to it, and what goes on after it with a separator (`.`, `:`, `/` or `@`): `key` finds
/// `key.revoked`, `author:ada` finds `author:ada` and never `author:adam`, `release:themes/harbour` finds all its
/// versions, and `acme` what every token of that tenant did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// By whom.
    pub actor: Option<String>,
    /// What.
    pub action: Option<String>,
    /// On what.
    pub subject: Option<String>,
    /// Unix milliseconds: not before.
    pub since: Option<i64>,
    /// Unix milliseconds: before.
    pub until: Option<i64>,
    /// How many; `None` is [`DEFAULT_LIMIT`](crate::DEFAULT_LIMIT). Cut to 1..=[`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: Option<u32>,
    /// From the page before, with the same query.
    pub cursor: Option<String>,
}

impl Store {
    /// The audit log, newest first.
    pub async fn audit_events(&self, query: &AuditQuery) -> Result<Page<AuditEvent>, PageError> {
        let limit = page::clamp(query.limit.unwrap_or(DEFAULT_LIMIT));
        let before = page::id_cursor(query.cursor.as_deref())?;
        let texts = [("actor", &query.actor), ("action", &query.action), ("subject", &query.subject)];
        let texts = texts.into_iter().filter_map(|(column, text)| Some((column, text.as_deref()?)));
        let mut statement = sql("SELECT * FROM audit_events WHERE 1 = 1");
        for (column, text) in texts {
            // No event holds a NUL, and PostgreSQL would refuse the question.
            if text.contains('\0') {
                return Ok(Page { items: Vec::new(), next_cursor: None, total: None });
            }
            begins(&mut statement, column, text);
        }
        for (bound, at) in [(" AND at >= ", query.since), (" AND at < ", query.until)] {
            if let Some(at) = at {
                statement.push(bound).value(at);
            }
        }
        if let Some(id) = before {
            statement.push(" AND id < ").value(id);
        }
        statement.push(" ORDER BY id DESC LIMIT ").value(limit + 1);
        let rows = statement.read_all(self.read()).await?;
        let events = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(events, limit, |event| page::encode(&event.id)))
    }
}

/// The text, or what goes on after it with a separator: ranges, which an index has, and no pattern, in which a
/// caller's `%` would mean something.
fn begins(statement: &mut Sql, column: &'static str, text: &str) {
    statement.push(" AND (").push(column).push(" = ").value(text);
    // Each separator, and the character after it.
    let mut ranges = vec![('.', '/'), ('/', '0'), (':', ';'), ('@', 'A')];
    let mut stem = text;
    // Whoever wrote the separator wants what goes on after that one.
    if let Some(range) = ranges.iter().find(|(separator, _)| text.ends_with(*separator)).copied() {
        stem = &text[..text.len() - 1];
        ranges = vec![range];
    }
    for (separator, end) in ranges {
        statement.push(" OR (").push(column).push(" >= ").value(format!("{stem}{separator}"));
        statement.push(" AND ").push(column).push(" < ").value(format!("{stem}{end}")).push(")");
    }
    statement.push(")");
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
