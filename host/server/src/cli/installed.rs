use clap::Args;
use serde_json::Value;

use super::Outcome;
use super::client::{Client, Server};
use super::output::{Output, list, table, text};

#[derive(Debug, Args)]
pub(super) struct Installed {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    output: Output,
}

impl Installed {
    pub(super) async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        let answer = client.get("/api/v1/marketplace/installed").await?;
        let rows: Vec<_> = list(&answer, "installed")
            .iter()
            .map(|row| {
                vec![
                    format!("{}/{}", text(row, "category"), text(row, "slug")),
                    text(row, "version"),
                    text(row, "updated_at"),
                    text(row, "folder"),
                    withdrawn(row).unwrap_or_default(),
                ]
            })
            .collect();
        self.output.print(&answer, table(&["ITEM", "VERSION", "SINCE", "FOLDER", "STATE"], &rows));
        Ok(())
    }
}

/// How something was taken back, and why; `None` if it was not.
pub(super) fn withdrawn(row: &Value) -> Option<String> {
    let withdrawn = row.get("withdrawn").filter(|withdrawn| !withdrawn.is_null())?;
    let (kind, reason) = (text(withdrawn, "kind").replace('_', " "), text(withdrawn, "reason"));
    Some(if reason.is_empty() { kind } else { format!("{kind}: {reason}") })
}
