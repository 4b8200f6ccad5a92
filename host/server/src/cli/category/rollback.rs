use clap::Args;
use marketplace_manifest::{CategoryId, Digest};
use serde_json::json;

use crate::category::{self, RolledBack, Who};
use crate::cli::output::Output;
use crate::cli::{ACTOR, Data, Outcome, reason};

/// Go back to the component that a category had before the present one, at once.
///
/// The one that it leaves is the one before from then on: going back twice is going forth again. To go further back, name
/// a component of `marketplace category history`. What is installed stays as it is.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rollback {
    #[command(flatten)]
    data: Data,
    /// Which category.
    id: CategoryId,
    /// The component to go back to, by its SHA-256; without, the one before the present one.
    #[arg(long, value_name = "SHA256")]
    to: Option<Digest>,
    /// Why, for the audit log and the history.
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Rollback {
    pub(super) async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let who = Who { actor: ACTOR, reason: self.reason.as_deref() };
        let RolledBack { row, instead_of } = category::rollback(&market, &self.id, self.to, who).await?;
        let value = json!({
            "category": row.id, "component_sha256": row.component_sha256, "instead_of": instead_of,
        });
        let text = format!(
            "{} has the component {} again, instead of {instead_of}. What is installed stays as it is.",
            row.id, row.component_sha256
        );
        self.output.print(&value, text);
        Ok(())
    }
}
