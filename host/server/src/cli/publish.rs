use std::path::{Path, PathBuf};

use clap::Args;
use marketplace_archive::{Format, Limits, Sealed};
use marketplace_manifest::{AuthorId, Digest, Draft};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::Outcome;
use super::client::{Client, Server};
use super::folder::{Folder, read_draft};
use super::follow::follow;
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
    #[arg(long, value_name = "FILE.pem")]
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
        let signer = Signer { author: self.author.as_ref(), key: self.key.as_deref() };
        let answer = match &self.package {
            Some(package) => {
                let draft = read_draft(&self.path)?;
                let named = |error: &dyn std::fmt::Display| format!("{}: {error}", package.display());
                let file = std::fs::File::open(package).map_err(|error| named(&error))?;
                let digest = Sealed::open(file, &Limits::default()).map_err(|error| named(&error))?.digest();
                let kind = draft.kind().to_owned();
                submit(&client, &kind, signer.complete(draft, digest)?, package).await?
            }
            None => publish_folder(&client, &self.path, signer).await?,
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

/// Who signs, as far as it was said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signer<'a> {
    pub author: Option<&'a AuthorId>,
    pub key: Option<&'a Path>,
}

impl Signer<'_> {
    /// The manifest for that package: as it is if it is signed for it, else signed with the
    /// key, else for the server to complete.
    fn complete(self, draft: Draft, package: Digest) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        if self.key.is_none() && draft.is_signed() && draft.package_sha256() == Some(&package) {
            return Ok(draft.to_yaml().into_bytes());
        }
        let mut draft = draft.without_signature().with_package(package);
        if let Some(author) = self.author {
            draft = draft.with_author(author.clone());
        }
        let Some(key) = self.key else { return Ok(draft.to_yaml().into_bytes()) };
        let author = draft
            .author_id()
            .cloned()
            .ok_or("the manifest has no `author_id`; name the author with --author")?;
        Ok(draft.fill(&author, &package)?.sign(&read_private(key)?).to_yaml().into_bytes())
    }
}

/// Packs a folder and submits it.
pub(super) async fn publish_folder(
    client: &Client,
    path: &Path,
    signer: Signer<'_>,
) -> Result<Value, Box<dyn std::error::Error>> {
    let folder = Folder::open(path)?;
    let mut package = tempfile::NamedTempFile::new()?;
    let digest = folder.pack(package.as_file_mut(), Format::TarGz, &[])?;
    let kind = folder.draft.kind().to_owned();
    submit(client, &kind, signer.complete(folder.draft, digest)?, package.path()).await
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
    let path = format!("/api/v1/marketplace/{category}/items");
    follow(client, client.request(Method::POST, &path).multipart(form)).await
}
