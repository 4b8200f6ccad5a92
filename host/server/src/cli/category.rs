mod history;
mod report;
mod rollback;
mod upgrade;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use marketplace_manifest::CategoryId;
use marketplace_store::Category as Row;
use serde_json::{Value, json};

use super::output::{Output, say, table};
use super::{ACTOR, Data, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum Category {
    /// List categories, also disabled and broken ones.
    List(List),
    /// Add a category, or give one another component. It serves from the next request on.
    Add(Add),
    Upgrade(upgrade::Upgrade),
    Rollback(rollback::Rollback),
    History(history::History),
    /// Serve a category again.
    Enable(One),
    /// Stop serving a category. What is installed stays installed.
    Disable(One),
    /// Remove a category that has no items.
    Remove(One),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    data: Data,
    /// The component.
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct One {
    #[command(flatten)]
    data: Data,
    /// Which.
    id: CategoryId,
}

impl Category {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.run().await,
            Self::Add(add) => add.run().await,
            Self::Upgrade(upgrade) => upgrade.run().await,
            Self::Rollback(rollback) => rollback.run().await,
            Self::History(history) => history.run().await,
            Self::Enable(one) => one.enable().await,
            Self::Disable(one) => one.disable().await,
            Self::Remove(one) => one.remove().await,
        }
    }
}

fn value(row: &Row, imports: &[String], error: Option<String>) -> Value {
    json!({
        "id": row.id,
        "singular": row.singular,
        "name": row.name,
        "description": row.description,
        "installer": row.installer,
        "free_install_cap": row.free_install_cap,
        "enabled": row.enabled,
        "component_sha256": row.component_sha256,
        "component_size": row.component_size,
        "imports": imports,
        "error": error,
    })
}

impl List {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let snapshot = market.categories.all().await?;
        let values = snapshot.iter().map(|category| {
            let imports = category.adapter().map(|adapter| adapter.imports().to_vec()).unwrap_or_default();
            value(&category.row, &imports, category.error())
        });
        let values: Vec<_> = values.collect();
        let rows: Vec<_> = snapshot
            .iter()
            .map(|category| {
                let row = &category.row;
                let state = match category.error() {
                    Some(error) => error,
                    None if row.enabled => "serving".into(),
                    None => "disabled".into(),
                };
                let digest = row.component_sha256.to_string();
                vec![
                    row.id.to_string(),
                    row.name.clone(),
                    row.installer.to_string(),
                    digest[..12].to_owned(),
                    state,
                ]
            })
            .collect();
        self.output.print(&json!(values), table(&["ID", "NAME", "INSTALLER", "COMPONENT", "STATE"], &rows));
        Ok(())
    }
}

impl Add {
    async fn run(self) -> Outcome {
        let bytes = std::fs::read(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let market = self.data.open().await?;
        let row = market.categories.add(&bytes, ACTOR).await?;
        let snapshot = market.categories.all().await?;
        let imports = snapshot
            .iter()
            .find(|category| category.row.id == row.id)
            .and_then(|category| category.adapter().ok())
            .map(|adapter| adapter.imports().to_vec())
            .unwrap_or_default();
        let list = if imports.is_empty() { "nothing".to_owned() } else { imports.join(", ") };
        let text =
            format!("added {} ({})\ncomponent {}\nimports {list}", row.id, row.name, row.component_sha256);
        self.output.print(&value(&row, &imports, None), text);
        Ok(())
    }
}

impl One {
    async fn enable(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let row = market.categories.enable(ACTOR, &self.id, None).await?;
        say(&format!("enabled {}", row.id));
        Ok(())
    }

    async fn disable(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let row = market.categories.disable(ACTOR, &self.id, None).await?;
        say(&format!("disabled {}", row.id));
        Ok(())
    }

    async fn remove(self) -> Outcome {
        let market = self.data.open_existing().await?;
        market.categories.remove(ACTOR, &self.id, None).await?;
        say(&format!("removed {}", self.id));
        Ok(())
    }
}
