use clap::Args;
use marketplace_manifest::{CategoryId, Slug, Version};
use reqwest::Method;
use serde_json::{Value, json};

use super::Outcome;
use super::client::{Client, Server};
use super::follow::follow;
use super::installed::withdrawn;
use super::output::{Output, list, text};

#[derive(Debug, Args)]
pub(super) struct Install {
    #[command(flatten)]
    server: Server,
    /// The item, as CATEGORY/ITEM or CATEGORY/ITEM@VERSION.
    item: Item,
    /// Agree to what an update asks for beyond what is granted.
    #[arg(long)]
    accept_permissions: bool,
    /// Show what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// `CATEGORY/ITEM`, and a version if one is named.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub category: CategoryId,
    pub slug: Slug,
    pub version: Option<Version>,
}

impl std::str::FromStr for Item {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (category, rest) = text.split_once('/').ok_or("write it as CATEGORY/ITEM")?;
        let (slug, version) = match rest.split_once('@') {
            Some((slug, version)) => {
                (slug, Some(version.parse::<Version>().map_err(|error| error.to_string())?))
            }
            None => (rest, None),
        };
        Ok(Self {
            category: category.parse().map_err(|error| format!("{error}"))?,
            slug: slug.parse().map_err(|error| format!("{error}"))?,
            version,
        })
    }
}

impl Item {
    /// The address of what is done with it.
    pub(super) fn install_path(&self) -> String {
        format!("/api/v1/marketplace/{}/items/{}/install", self.category, self.slug)
    }
}

impl Install {
    pub(super) async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        let mut wish = json!({ "accept_permissions": self.accept_permissions, "dry_run": self.dry_run });
        if let Some(version) = &self.item.version {
            wish["version"] = json!(version);
        }
        let answer =
            follow(&client, client.request(Method::POST, &self.item.install_path()).json(&wish)).await?;
        self.output.print(&answer, describe(&answer, self.dry_run));
        Ok(())
    }
}

fn describe(answer: &Value, dry_run: bool) -> String {
    let done = if dry_run { "would install" } else { "installed" };
    let mut lines = vec![format!(
        "{done} {}/{} {}",
        text(answer, "category"),
        text(answer, "slug"),
        text(answer, "version")
    )];
    lines.extend(withdrawn(answer).map(|how| format!("  taken back since you installed it, {how}")));
    for grant in list(answer, "grants") {
        lines.push(format!(
            "  may: {} ({}, {} risk)",
            text(&grant, "summary"),
            text(&grant, "permission"),
            text(&grant, "risk")
        ));
    }
    for change in list(answer, "changes") {
        lines.push(format!(
            "  {}: {} ({})",
            text(&change, "direction"),
            text(&change, "summary"),
            text(&change, "permission")
        ));
    }
    for file in list(answer, "files") {
        let size = file.get("size").and_then(Value::as_u64).unwrap_or(0);
        lines.push(format!("  file: {} ({size} bytes)", text(&file, "path")));
    }
    if let Some(registry) = answer.get("registry").and_then(Value::as_object) {
        lines.extend(registry.keys().map(|key| format!("  registers: {key}")));
    }
    if let Some(folder) = answer.get("folder").and_then(Value::as_str) {
        lines.push(format!("  in: {folder}"));
    }
    lines.join("\n")
}
