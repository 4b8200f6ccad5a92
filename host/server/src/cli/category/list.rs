use clap::Args;
use serde_json::{Value, json};

use crate::category::Category;
use crate::cli::output::{Output, table};
use crate::cli::{Data, Outcome};

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    output: Output,
}

/// What no other process than the server can know.
const UNKNOWN: &str = "Whether a category is paused, and what of the adapters folder is refused, the server knows: its \
     page of categories shows it, and so does GET /cp/api/v1/admin/marketplace/categories.";

impl List {
    pub(super) async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let snapshot = market.categories.all().await?;
        let values: Vec<_> = snapshot.iter().map(|category| value(category)).collect();
        let rows: Vec<_> = snapshot.iter().map(|category| line(category)).collect();
        let heading = ["ID", "NAME", "INSTALLER", "CONTRACT", "COMPONENT", "STATE"];
        let text = format!("{}\n\n{UNKNOWN}", table(&heading, &rows));
        self.output.print(&json!(values), text);
        Ok(())
    }
}

/// One word, as the API has it.
fn state(category: &Category) -> &'static str {
    match (category.row.enabled, category.error()) {
        (false, _) => "disabled",
        (true, Some(_)) => "broken",
        (true, None) => "serving",
    }
}

fn line(category: &Category) -> Vec<String> {
    let row = &category.row;
    let state = match category.error() {
        Some(error) => format!("{}: {error}", state(category)),
        None => state(category).to_owned(),
    };
    let contract = category.adapter().map_or("?", |adapter| adapter.contract().version());
    let digest = row.component_sha256.to_string();
    vec![
        row.id.to_string(),
        row.name.clone(),
        row.installer.to_string(),
        contract.to_owned(),
        digest[..12].to_owned(),
        state,
    ]
}

fn value(category: &Category) -> Value {
    let (row, adapter) = (&category.row, category.adapter().ok());
    json!({
        "id": row.id,
        "singular": row.singular,
        "name": row.name,
        "description": row.description,
        "installer": row.installer,
        "free_install_cap": row.free_install_cap,
        "enabled": row.enabled,
        "state": state(category),
        "component_sha256": row.component_sha256,
        "component_size": row.component_size,
        "contract": adapter.map(|adapter| adapter.contract().version()),
        "imports": adapter.map(|adapter| adapter.imports()).unwrap_or_default(),
        "error": category.error(),
    })
}
