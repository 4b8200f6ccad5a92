use std::time::Duration;

use clap::{Args, Subcommand};
use marketplace_manifest::Tenant;
use serde_json::json;

use super::output::{Output, say, table};
use super::{ACTOR, Data, Outcome, reason};
use crate::account::{Scope, token};
use crate::clock;

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token. It is printed once, and kept as a hash.
    Create(Create),
    /// List tokens, without their secrets.
    List(List),
    /// Revoke a token.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    data: Data,
    /// For whom; a new tenant is made.
    #[arg(long)]
    tenant: Tenant,
    /// What it allows: browse, install, publish, moderate, operate.
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<Scope>,
    /// What you will recognise it by.
    #[arg(long, default_value = "", value_parser = label)]
    label: String,
    /// How long it is good for; without, until it is revoked.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: Option<u32>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
    /// Only this tenant's.
    #[arg(long)]
    tenant: Option<Tenant>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    data: Data,
    /// The token's id, as `list` shows it.
    id: String,
    /// Why, for the audit log.
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
}

fn label(text: &str) -> Result<String, String> {
    match text.chars().count() {
        count if count > token::MAX_LABEL => {
            Err(format!("it has {count} characters; {} are the most", token::MAX_LABEL))
        }
        _ => Ok(text.to_owned()),
    }
}

impl Token {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => list.run().await,
            Self::Revoke(revoke) => revoke.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> Outcome {
        let market = self.data.open().await?;
        let scopes = self.scopes.into_iter().collect();
        let lifetime = self.days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60));
        let (secret, token) =
            token::create(&market.store, ACTOR, &self.tenant, &self.label, &scopes, lifetime).await?;
        let value = json!({
            "id": token.id,
            "token": secret.reveal(),
            "tenant": token.tenant,
            "scopes": token.scopes,
            "expires_at": token.expires_at.map(clock::rfc3339),
        });
        self.output.print(&value, secret.reveal());
        Ok(())
    }
}

impl List {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let tokens = market.store.tokens(self.tenant.as_ref()).await?;
        let values: Vec<_> = tokens
            .iter()
            .map(|token| {
                json!({
                    "id": token.id,
                    "tenant": token.tenant,
                    "label": token.label,
                    "hint": token.hint,
                    "scopes": token.scopes,
                    "created_at": clock::rfc3339(token.created_at),
                    "expires_at": token.expires_at.map(clock::rfc3339),
                    "revoked_at": token.revoked_at.map(clock::rfc3339),
                })
            })
            .collect();
        let rows: Vec<_> = tokens
            .iter()
            .map(|token| {
                let state = match (token.revoked_at, token.expires_at) {
                    (Some(at), _) => format!("revoked {}", clock::rfc3339(at)),
                    (None, Some(at)) if at <= clock::now() => format!("expired {}", clock::rfc3339(at)),
                    (None, Some(at)) => format!("until {}", clock::rfc3339(at)),
                    (None, None) => "in force".to_owned(),
                };
                let hint = format!("{}…", token.hint);
                vec![
                    token.id.clone(),
                    hint,
                    token.tenant.to_string(),
                    token.scopes.join(","),
                    state,
                    token.label.clone(),
                ]
            })
            .collect();
        self.output
            .print(&json!(values), table(&["ID", "TOKEN", "TENANT", "SCOPES", "STATE", "LABEL"], &rows));
        Ok(())
    }
}

impl Revoke {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let token = token::revoke(&market.store, ACTOR, &self.id, self.reason.as_deref()).await?;
        say(&format!("revoked {} of tenant {}", token.id, token.tenant));
        Ok(())
    }
}
