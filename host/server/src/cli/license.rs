use std::path::PathBuf;

use clap::{Args, Subcommand};
use marketplace_manifest::Tenant;
use serde_json::{Value, json};

use super::output::{Output, say};
use super::{ACTOR, Data, Outcome};
use crate::account::license::{self, Document, Gates, Tier};
use crate::clock;

#[derive(Debug, Subcommand)]
pub(super) enum License {
    /// Sign a license with this data folder's vendor key, and put it in force.
    Issue(Issue),
    /// Show which tier and gates a tenant has.
    Show(Show),
    /// Print a tenant's license document.
    Export(Show),
    /// Put a license document in force.
    Install(Install),
}

#[derive(Debug, Args)]
pub(super) struct Issue {
    #[command(flatten)]
    data: Data,
    /// For whom; a new tenant is made.
    #[arg(long)]
    tenant: Tenant,
    /// What it buys.
    #[arg(long, value_enum)]
    tier: Tier,
    /// How long it is good for; without, for ever.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: Option<u32>,
    /// A gate that differs from the tier's: `marketplace_install_apps_cap=10`, or `=null` for no limit.
    #[arg(long = "gate", value_name = "GATE=VALUE", value_parser = gate)]
    gates: Vec<(String, Value)>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    data: Data,
    /// Whose.
    #[arg(long)]
    tenant: Tenant,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Install {
    #[command(flatten)]
    data: Data,
    /// Whose.
    #[arg(long)]
    tenant: Tenant,
    /// The signed document.
    file: PathBuf,
}

fn gate(text: &str) -> Result<(String, Value), String> {
    let (gate, value) = text.split_once('=').ok_or("write it as GATE=VALUE")?;
    let value: Value =
        serde_json::from_str(value).map_err(|_| "the value is a number, true, false or null")?;
    let fits = value.is_null() || value.is_boolean() || value.as_u64().is_some();
    if !gate.starts_with("marketplace_") {
        return Err(format!("`{gate}` is no gate; gates begin with `marketplace_`"));
    }
    if fits {
        Ok((gate.to_owned(), value))
    } else {
        Err("the value is a whole number, true, false or null".into())
    }
}

impl License {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Issue(issue) => issue.run().await,
            Self::Show(show) => show.show().await,
            Self::Export(show) => show.export().await,
            Self::Install(install) => install.run().await,
        }
    }
}

impl Issue {
    async fn run(self) -> Outcome {
        let market = self.data.open().await?;
        let now = clock::now();
        let document = Document {
            id: uuid::Uuid::now_v7().to_string(),
            tenant: self.tenant.clone(),
            tier: self.tier,
            issued_at: clock::rfc3339(now),
            expires_at: self.days.map(|days| clock::rfc3339(now + i64::from(days) * 24 * 60 * 60 * 1000)),
            gates: self.gates.into_iter().collect(),
        };
        let text = document.sign(&market.secrets.vendor_key()?);
        license::install(&market.store, &market.vendor, ACTOR, &self.tenant, &text).await?;
        let until = document.expires_at.as_deref().map_or_else(String::new, |at| format!(", until {at}"));
        self.output.print(
            &serde_json::from_str(&text)?,
            format!("{} for tenant {}{until}", document.tier, document.tenant),
        );
        Ok(())
    }
}

impl Show {
    async fn show(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let gates = Gates::of(&market.store, &market.vendor, Some(&self.tenant)).await?;
        let all = market.all_gates(&gates).await?;
        let lines = all.iter().map(|(gate, value)| match value {
            Value::Null => format!("{gate}: no limit"),
            value => format!("{gate}: {value}"),
        });
        let text = format!("{}\n{}", gates.tier, lines.collect::<Vec<_>>().join("\n"));
        self.output.print(&json!({ "tier": gates.tier, "gates": all }), text);
        Ok(())
    }

    async fn export(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let document = market.store.license(&self.tenant).await?;
        say(&document.ok_or_else(|| format!("the tenant `{}` has no license: it is Free", self.tenant))?);
        Ok(())
    }
}

impl Install {
    async fn run(self) -> Outcome {
        let market = self.data.open().await?;
        let text = std::fs::read_to_string(&self.file)
            .map_err(|error| format!("{}: {error}", self.file.display()))?;
        let document = license::install(&market.store, &market.vendor, ACTOR, &self.tenant, &text).await?;
        say(&format!("{} for tenant {}", document.tier, document.tenant));
        Ok(())
    }
}
