use clap::Args;
use reqwest::Method;
use serde_json::json;

use super::Outcome;
use super::client::{Client, Server};
use super::install::Item;
use super::output::say;
use super::reason::reason;

#[derive(Debug, Args)]
pub(super) struct Yank {
    #[command(flatten)]
    server: Server,
    /// The release, as CATEGORY/ITEM@VERSION.
    release: Item,
    /// Why. Whoever has it installed reads it.
    #[arg(long, value_parser = reason)]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Unyank {
    #[command(flatten)]
    server: Server,
    /// The release, as CATEGORY/ITEM@VERSION.
    release: Item,
    /// Why, for the audit log.
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
}

impl Yank {
    pub(super) async fn run(self) -> Outcome {
        let (path, name) = address(&self.release, "yank")?;
        let client = Client::new(self.server);
        client.send(client.request(Method::POST, &path).json(&json!({ "reason": self.reason }))).await?;
        say(&format!("yanked {name}"));
        Ok(())
    }
}

impl Unyank {
    pub(super) async fn run(self) -> Outcome {
        let (path, name) = address(&self.release, "unyank")?;
        let body = self.reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
        let client = Client::new(self.server);
        client.send(client.request(Method::POST, &path).json(&body)).await?;
        say(&format!("{name} is offered again"));
        Ok(())
    }
}

/// The address of what is done with a release, and what to call it.
fn address(release: &Item, verb: &str) -> Result<(String, String), String> {
    let Item { category, slug, version } = release;
    let version = version.as_ref().ok_or("name the version, as CATEGORY/ITEM@VERSION")?;
    let path = format!("/api/v1/marketplace/{category}/items/{slug}/versions/{version}/{verb}");
    Ok((path, format!("{category}/{slug}@{version}")))
}
