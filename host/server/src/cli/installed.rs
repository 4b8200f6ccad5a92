use clap::Args;
use serde_json::Value;

use super::Outcome;
use super::client::{Client, Server};
use super::output::{Output, table};

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
        let rows = answer.get("installed").and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                vec![
                    format!("{}/{}", text(row, "category"), text(row, "slug")),
                    text(row, "version"),
                    text(row, "updated_at"),
                    text(row, "folder"),
                ]
            })
            .collect();
        self.output.print(&answer, table(&["ITEM", "VERSION", "SINCE", "FOLDER"], &rows));
        Ok(())
    }
}
