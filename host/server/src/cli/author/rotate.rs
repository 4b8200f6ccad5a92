use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use marketplace_manifest::{AuthorId, Rotation};
use reqwest::Method;
use serde_json::json;

use crate::cli::client::{Client, Server};
use crate::cli::output::{Output, say, text};
use crate::cli::{Outcome, keygen};

#[derive(Debug, Args)]
pub(in crate::cli) struct Statement {
    /// The key in force (PEM, SPKI): the one that signs.
    #[arg(long, value_name = "FILE.pem")]
    public_key: PathBuf,
    /// The key that takes its place (PEM, SPKI).
    #[arg(long, value_name = "FILE.pem")]
    new_public_key: PathBuf,
    /// The author's name.
    author: AuthorId,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Rotate {
    #[command(flatten)]
    server: Server,
    /// The key that comes into force (PEM, SPKI). Without one, where the server holds the key
    /// in force, it makes and holds another.
    #[arg(long, value_name = "FILE.pem")]
    new_public_key: Option<PathBuf>,
    /// The key in force (PEM, PKCS#8): it signs for the new one, and stays here.
    #[arg(long, value_name = "FILE.pem", requires = "new_public_key", conflicts_with = "signature")]
    key: Option<PathBuf>,
    /// Its signature of what `rotate-statement` prints, in base64, if the key is elsewhere.
    #[arg(long, value_name = "BASE64", requires = "new_public_key")]
    signature: Option<String>,
    /// The author's name.
    author: AuthorId,
    #[command(flatten)]
    output: Output,
}

impl Statement {
    pub(super) fn run(self) -> Outcome {
        let (old, new) = (keygen::read_public(&self.public_key)?, keygen::read_public(&self.new_public_key)?);
        let statement = Rotation { author: &self.author, old: &old, new: &new }.statement();
        if self.output.json {
            say(&format!("{:#}", json!({ "statement": statement })));
        } else {
            // Not one byte more than what is signed: this is piped to whatever has the key.
            std::io::stdout().lock().write_all(statement.as_bytes())?;
        }
        Ok(())
    }
}

impl Rotate {
    pub(super) async fn run(self) -> Outcome {
        let mut body = json!({});
        if let Some(path) = &self.new_public_key {
            let new = keygen::read_public(path)?;
            body["public_key"] = json!(new.to_pem());
            if let Some(key) = &self.key {
                let old = keygen::read_private(key)?;
                let rotation = Rotation { author: &self.author, old: &old.public_key(), new: &new };
                body["rotation_signature"] = json!(rotation.sign(&old));
            }
        }
        if let Some(signature) = self.signature {
            body["rotation_signature"] = json!(signature);
        }
        let client = Client::new(self.server);
        let path = format!("/api/v1/marketplace/authors/{}/keys", self.author);
        let answer = client.send(client.request(Method::POST, &path).json(&body)).await?;
        self.output.print(&answer, format!("key {} is in force", text(&answer, "fingerprint")));
        Ok(())
    }
}
