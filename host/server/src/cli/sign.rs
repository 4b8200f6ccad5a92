use std::path::PathBuf;

use clap::Args;
use marketplace_manifest::AuthorId;

use super::Outcome;
use super::folder::read_draft;
use super::keygen::read_private;
use super::output::say;

#[derive(Debug, Args)]
pub(super) struct Sign {
    /// The manifest, as `pack` wrote it. It is signed in place.
    manifest: PathBuf,
    /// The author's private key (PEM, PKCS#8).
    #[arg(long, value_name = "FILE.pem")]
    key: PathBuf,
    /// The author's name, if the manifest does not say it.
    #[arg(long)]
    author: Option<AuthorId>,
}

impl Sign {
    pub(super) fn run(self) -> Outcome {
        let draft = read_draft(&self.manifest)?.without_signature();
        let author = self
            .author
            .as_ref()
            .or(draft.author_id())
            .cloned()
            .ok_or("the manifest has no `author_id`; name the author with --author")?;
        let package = *draft
            .package_sha256()
            .ok_or("the manifest has no `package_sha256`; let `marketplace pack` write it")?;
        let signed = draft.fill(&author, &package)?.sign(&read_private(&self.key)?);
        let json = self.manifest.extension().is_some_and(|extension| extension == "json");
        let text = if json { format!("{:#}\n", signed.to_json()) } else { signed.to_yaml() };
        std::fs::write(&self.manifest, text)?;
        say(&format!("signed {}", self.manifest.display()));
        Ok(())
    }
}
