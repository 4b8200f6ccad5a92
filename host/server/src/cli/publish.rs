use std::path::{Path, PathBuf};

use clap::Args;
use marketplace_archive::Format;
use marketplace_manifest::AuthorId;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::Outcome;
use super::client::{Client, Server};
use super::folder::{Folder, read_draft};
use super::keygen::read_private;
use super::output::Output;

#[derive(Debug, Args)]
pub(super) struct Publish {
    #[command(flatten)]
    server: Server,
    /// A folder, which is packed first; or a manifest, with --package.
    path: PathBuf,
    /// The package that the manifest is for.
    #[arg(long, value_name = "FILE")]
    package: Option<PathBuf>,
    /// Sign with this private key (PEM, PKCS#8). Without one, the manifest is signed
    /// already, or the server holds the author's key.
    #[arg(long, value_name = "FILE.pem", requires = "author")]
    key: Option<PathBuf>,
    /// The author's name, if the manifest does not say it.
    #[arg(long)]
    author: Option<AuthorId>,
    #[command(flatten)]
    output: Output,
}

impl Publish {
    pub(super) async fn run(self) -> Outcome {
        let client = Client::new(self.server.clone());
        let answer = match &self.package {
            Some(package) => {
                let draft = read_draft(&self.path)?;
                let manifest = std::fs::read(&self.path)?;
                submit(&client, draft.kind(), manifest, package).await?
            }
            None => publish_folder(&client, &self.path, self.author.as_ref(), self.key.as_deref()).await?,
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let line = format!(
            "{}/{} {} is {}\nsubmission {}",
            text("category"),
            text("slug"),
            text("version"),
            text("moderation_status"),
            text("id")
        );
        self.output.print(&answer, line);
        Ok(())
    }
}

/// Packs a folder, signs its manifest if there is a key, and submits both.
pub(super) async fn publish_folder(
    client: &Client,
    path: &Path,
    author: Option<&AuthorId>,
    key: Option<&Path>,
) -> Result<Value, Box<dyn std::error::Error>> {
    let folder = Folder::open(path)?;
    let work = tempfile::tempdir()?;
    let package = work.path().join("package.tar.gz");
    let digest = folder.pack(&package, Format::TarGz)?;
    let kind = folder.draft.kind().to_owned();
    let draft = folder.draft.without_signature().with_package(digest);
    let manifest = match (key, author) {
        (Some(key), Some(author)) => draft.fill(author, &digest)?.sign(&read_private(key)?).to_yaml(),
        _ => draft.to_yaml(),
    };
    submit(client, &kind, manifest.into_bytes(), &package).await
}

/// Submits to the category that the manifest's `kind` names, by id or singular: the
/// server says which categories there are.
async fn submit(
    client: &Client,
    kind: &str,
    manifest: Vec<u8>,
    package: &Path,
) -> Result<Value, Box<dyn std::error::Error>> {
    let categories = client.get("/api/v1/marketplace/categories").await?;
    let categories = categories.get("categories").and_then(Value::as_array).cloned().unwrap_or_default();
    let id = |category: &Value, name: &str| category.get(name).and_then(Value::as_str).map(str::to_owned);
    let category = categories
        .iter()
        .find(|category| [id(category, "id"), id(category, "singular")].contains(&Some(kind.to_owned())))
        .and_then(|category| id(category, "id"))
        .ok_or_else(|| {
            let known: Vec<_> = categories.iter().filter_map(|category| id(category, "id")).collect();
            format!("the server has no category for the kind `{kind}`; it has {}", known.join(", "))
        })?;
    let bytes = Part::file(package).await?.file_name("package");
    let manifest = Part::bytes(manifest).file_name("manifest.yaml");
    let form = Form::new().part("manifest", manifest).part("package", bytes);
    client
        .send(client.request(Method::POST, &format!("/api/v1/marketplace/{category}/items")).multipart(form))
        .await
}
