use clap::Args;
use marketplace_manifest::AuthorId;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::cli::client::{Client, Server};
use crate::cli::output::say;
use crate::cli::{Outcome, reason};

#[derive(Debug, Args)]
pub(in crate::cli) struct RevokeKey {
    #[command(flatten)]
    server: Server,
    /// Call the control plane, with a token of the scope `operate`: then it may be any
    /// author's key.
    #[arg(long)]
    operator: bool,
    /// Why: whoever installed what the key signed sees it.
    #[arg(long, value_parser = reason)]
    reason: String,
    /// The author's name.
    author: AuthorId,
    /// The key's id, as `mine` shows it.
    id: Uuid,
}

impl RevokeKey {
    pub(super) async fn run(self) -> Outcome {
        let api = if self.operator { "/cp/api/v1/admin/marketplace" } else { "/api/v1/marketplace" };
        let path = format!("{api}/authors/{}/keys/{}/revoke", self.author, self.id);
        let client = Client::new(self.server);
        let request = client.request(Method::POST, &path).json(&json!({ "reason": self.reason }));
        client.send(request).await?;
        say(&format!(
            "revoked {} of {}: nothing that it signed is installed from now on",
            self.id, self.author
        ));
        Ok(())
    }
}
