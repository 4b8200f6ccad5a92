use std::path::PathBuf;

use clap::Args;
use marketplace_manifest::{AuthorId, PublicKey, Tenant};
use serde_json::json;

use crate::account::author;
use crate::cli::output::Output;
use crate::cli::{ACTOR, Data, Outcome, keygen};

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    #[command(flatten)]
    data: Data,
    /// Whose author it is; a new tenant is made.
    #[arg(long)]
    tenant: Tenant,
    /// The author's public key (PEM, SPKI), from `marketplace keygen`. Without one, the
    /// server makes a key, holds it encrypted, and signs for the author.
    #[arg(long, value_name = "FILE.pem")]
    public_key: Option<PathBuf>,
    /// The author's name, for ever: lower-case letters, digits and hyphens.
    author: AuthorId,
    #[command(flatten)]
    output: Output,
}

impl Create {
    pub(super) async fn run(self) -> Outcome {
        let own_key = self.public_key.as_deref().map(keygen::read_public).transpose()?;
        let held = own_key.is_none();
        let market = self.data.open().await?;
        let author =
            author::create(&market.store, &market.secrets, ACTOR, &self.tenant, &self.author, own_key)
                .await?;
        let key = market.store.active_key(&author.id).await?;
        let key = key.as_ref().and_then(author::public_key);
        let fingerprint = key.as_ref().map(PublicKey::fingerprint);
        let value = json!({
            "id": author.id,
            "tenant": author.tenant,
            "verified": author.verified_at.is_some(),
            "key": fingerprint,
            "key_held": held,
            "public_key": key.map(|key| key.to_pem()),
        });
        let who = if held { "held by this server, encrypted" } else { "the author's own" };
        self.output.print(
            &value,
            format!(
                "author {} of tenant {}\nkey {} ({who})",
                author.id,
                author.tenant,
                fingerprint.unwrap_or_default()
            ),
        );
        Ok(())
    }
}
