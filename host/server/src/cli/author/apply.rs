use std::path::PathBuf;

use clap::Args;
use marketplace_manifest::AuthorId;
use reqwest::Method;
use serde_json::json;

use crate::cli::client::{Client, Server};
use crate::cli::output::{Output, text};
use crate::cli::{Outcome, keygen};

#[derive(Debug, Args)]
pub(in crate::cli) struct Apply {
    #[command(flatten)]
    server: Server,
    /// Your public key (PEM, SPKI), from `marketplace keygen`. Without one, the server makes
    /// a key, holds it encrypted, and signs for you.
    #[arg(long, value_name = "FILE.pem")]
    public_key: Option<PathBuf>,
    /// The name, for ever: lower-case letters, digits and hyphens.
    author: AuthorId,
    #[command(flatten)]
    output: Output,
}

impl Apply {
    pub(super) async fn run(self) -> Outcome {
        let mut body = json!({ "id": self.author });
        if let Some(path) = &self.public_key {
            body["public_key"] = json!(keygen::read_public(path)?.to_pem());
        }
        let client = Client::new(self.server);
        let request = client.request(Method::POST, "/api/v1/marketplace/authors").json(&body);
        let answer = client.send(request).await?;
        let line =
            format!("{} is yours, and publishes once an operator has verified it", text(&answer, "id"));
        self.output.print(&answer, line);
        Ok(())
    }
}
