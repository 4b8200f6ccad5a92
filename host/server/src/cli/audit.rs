use clap::{Args, Subcommand};
use marketplace_store::{AuditEvent, AuditQuery, MAX_LIMIT};
use serde_json::{Value, json};

use super::output::{Output, table};
use super::revocations::time;
use super::{Data, Outcome};
use crate::clock::rfc3339;

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// List who did what, newest first.
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
    /// By whom: `acme` finds all tokens of that tenant.
    #[arg(long)]
    actor: Option<String>,
    /// What: `key` finds `key.revoked` and its like.
    #[arg(long)]
    action: Option<String>,
    /// On what: `author:ada`, or `release:themes/harbour` for all its versions.
    #[arg(long)]
    subject: Option<String>,
    /// Not before this time (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<i64>,
    /// Before this time (RFC 3339).
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<i64>,
    /// How many at most; 0 for all.
    #[arg(long, default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    output: Output,
}

impl Audit {
    pub(super) async fn run(self) -> Outcome {
        let Self::List(list) = self;
        list.run().await
    }
}

fn value(event: &AuditEvent) -> Value {
    json!({
        "id": event.id,
        "at": rfc3339(event.at),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "reason": event.reason,
        "details": event.details,
    })
}

impl List {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let most = if self.limit == 0 { usize::MAX } else { self.limit };
        let mut query = AuditQuery {
            actor: self.actor,
            action: self.action,
            subject: self.subject,
            since: self.since,
            until: self.until,
            limit: Some(MAX_LIMIT),
            cursor: None,
        };
        let mut events = Vec::new();
        while events.len() < most {
            let page = market.store.audit_events(&query).await?;
            events.extend(page.items);
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        events.truncate(most);
        let rows: Vec<_> = events
            .iter()
            .map(|event| {
                let reason = event.reason.clone().unwrap_or_default();
                vec![
                    rfc3339(event.at),
                    event.actor.clone(),
                    event.action.clone(),
                    event.subject.clone(),
                    reason,
                ]
            })
            .collect();
        let values: Vec<_> = events.iter().map(value).collect();
        self.output.print(&json!(values), table(&["WHEN", "WHO", "WHAT", "ON WHAT", "WHY"], &rows));
        Ok(())
    }
}
