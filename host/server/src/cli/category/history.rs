use clap::Args;
use marketplace_manifest::CategoryId;
use marketplace_store::Component;
use serde_json::{Value, json};

use crate::cli::output::{Output, harmless, table};
use crate::cli::{Data, Outcome};
use crate::clock::rfc3339;

/// List the components that a category has had, the present one first.
///
/// The second is the one that `marketplace category rollback` goes to. The last ten are kept.
#[derive(Debug, Args)]
pub(in crate::cli) struct History {
    #[command(flatten)]
    data: Data,
    /// Which category.
    id: CategoryId,
    #[command(flatten)]
    output: Output,
}

impl History {
    pub(super) async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        if market.store.category(&self.id).await?.is_none() {
            return Err(format!("there is no category `{}`", self.id).into());
        }
        let components = market.store.components(&self.id).await?;
        let values: Vec<_> = components.iter().map(value).collect();
        let rows: Vec<_> = components.iter().map(row).collect();
        let heading = ["COMPONENT", "CONTRACT", "SINCE", "BY", "HOW", "WHY"];
        self.output.print(&json!(values), table(&heading, &rows));
        Ok(())
    }
}

fn value(component: &Component) -> Value {
    json!({
        "component_sha256": component.component_sha256,
        "component_size": component.component_size,
        "contract": component.contract,
        "name": component.name,
        "singular": component.singular,
        "description": component.description,
        "installer": component.installer,
        "free_install_cap": component.free_install_cap,
        "activated_at": rfc3339(component.activated_at),
        "activated_by": component.activated_by,
        "action": component.action,
        "reason": component.reason,
    })
}

fn row(component: &Component) -> Vec<String> {
    // Whole: it is what `--to` takes.
    vec![
        component.component_sha256.to_string(),
        component.contract.clone(),
        rfc3339(component.activated_at),
        component.activated_by.clone(),
        component.action.clone(),
        harmless(&component.reason.clone().unwrap_or_default().replace('\n', " ")),
    ]
}
