use clap::Args;
use marketplace_manifest::Tenant;
use marketplace_store::AuthorQuery;
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::cli::{Data, Outcome};
use crate::clock;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    data: Data,
    /// Only this tenant's.
    #[arg(long)]
    tenant: Option<Tenant>,
    /// Only those who wait for a decision, or were stopped.
    #[arg(long)]
    unverified: bool,
    #[command(flatten)]
    output: Output,
}

impl List {
    pub(super) async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let mut query = AuthorQuery {
            tenant: self.tenant,
            verified: self.unverified.then_some(false),
            limit: Some(marketplace_store::MAX_LIMIT),
            cursor: None,
        };
        let mut authors = Vec::new();
        loop {
            let page = market.store.list_authors(&query).await?;
            authors.extend(page.items);
            match page.next_cursor {
                None => break,
                cursor => query.cursor = cursor,
            }
        }
        let values: Vec<_> = authors
            .iter()
            .map(|author| {
                json!({
                    "id": author.id,
                    "tenant": author.tenant,
                    "created_at": clock::rfc3339(author.created_at),
                    "verified_at": author.verified_at.map(clock::rfc3339),
                    "unverified_reason": author.unverified_reason,
                })
            })
            .collect();
        let rows: Vec<_> = authors
            .iter()
            .map(|author| {
                let state = match (author.verified_at, &author.unverified_reason) {
                    (Some(at), _) => format!("verified {}", clock::rfc3339(at)),
                    (None, Some(reason)) => format!("stopped: {reason}"),
                    (None, None) => "waits".to_owned(),
                };
                vec![author.id.to_string(), author.tenant.to_string(), state]
            })
            .collect();
        self.output.print(&json!(values), table(&["AUTHOR", "TENANT", "STATE"], &rows));
        Ok(())
    }
}
