use std::path::PathBuf;

use clap::Args;
use marketplace_manifest::AuthorId;
use serde_json::json;

use crate::account::key;
use crate::cli::output::Output;
use crate::cli::{ACTOR, Data, Outcome, keygen, reason};

#[derive(Debug, Args)]
pub(in crate::cli) struct ReplaceKey {
    #[command(flatten)]
    data: Data,
    /// The new public key (PEM, SPKI). Without one, the server makes a key and holds it,
    /// encrypted.
    #[arg(long, value_name = "FILE.pem")]
    public_key: Option<PathBuf>,
    /// Why, for the audit log: how do you know that it is the author who asks?
    #[arg(long, value_parser = reason)]
    reason: String,
    /// The author's name.
    author: AuthorId,
    #[command(flatten)]
    output: Output,
}

impl ReplaceKey {
    pub(super) async fn run(self) -> Outcome {
        let own_key = self.public_key.as_deref().map(keygen::read_public).transpose()?;
        let market = self.data.open_existing().await?;
        let key = key::replace(&market, ACTOR, &self.author, own_key, &self.reason).await?;
        let held = key.held_secret.is_some();
        let value =
            json!({ "author": key.author, "id": key.id, "fingerprint": key.fingerprint, "held": held });
        let who = if held { "held by this server, encrypted" } else { "the author's own" };
        self.output.print(&value, format!("key {} of {} is in force ({who})", key.fingerprint, key.author));
        Ok(())
    }
}
