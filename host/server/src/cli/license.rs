use std::path::PathBuf;

use clap::{Args, Subcommand};
use marketplace_manifest::Tenant;
use serde_json::{Value, json};

use super::output::{Output, say, warning};
use super::{ACTOR, Data, Outcome};
use crate::account::license::{self, Order, Standing, Status, Tier, read_gate};

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
    #[arg(long = "gate", value_name = "GATE=VALUE", value_parser = read_gate)]
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
        let order = Order {
            tenant: self.tenant,
            tier: self.tier,
            days: self.days,
            gates: self.gates.into_iter().collect(),
        };
        let (document, text) = license::issue(&market, ACTOR, order).await?;
        warn(&market.standing(Some(&document.tenant)).await?);
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
        let standing = market.standing(Some(&self.tenant)).await?;
        let all = market.all_gates(&standing.gates).await?;
        let mut lines = vec![describe(&standing)];
        lines.extend(all.iter().map(|(gate, value)| match value {
            Value::Null => format!("{gate}: no limit"),
            value => format!("{gate}: {value}"),
        }));
        let deprecations = standing.gates.deprecations();
        lines.extend(deprecations.iter().map(|deprecation| format!("warning: {}", deprecation.message)));
        let value = json!({
            "tier": standing.gates.tier,
            "status": standing.status,
            "expires_at": standing.expires_at,
            "reason": standing.reason,
            "gates": all,
            "deprecations": deprecations,
        });
        self.output.print(&value, lines.join("\n"));
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
        warn(&market.standing(Some(&document.tenant)).await?);
        say(&format!("{} for tenant {}", document.tier, document.tenant));
        Ok(())
    }
}

/// The tier, and why it is that one.
fn describe(standing: &Standing) -> String {
    let tier = standing.gates.tier;
    match (standing.status, &standing.expires_at, &standing.reason) {
        (Status::None, ..) => format!("{tier}: there is no license"),
        (Status::InForce, Some(until), _) => format!("{tier}, until {until}"),
        (Status::InForce, None, _) => format!("{tier}, for ever"),
        (_, _, reason) => format!("{tier}: {}", reason.as_deref().unwrap_or("the license does not count")),
    }
}

/// What whoever puts a license in force should know of it.
fn warn(standing: &Standing) {
    for deprecation in standing.gates.deprecations() {
        warning(&deprecation.message);
    }
}
