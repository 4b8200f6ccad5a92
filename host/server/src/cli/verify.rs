use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use marketplace_archive::{Limits, Sealed};
use marketplace_manifest::Manifest;
use serde_json::json;

use super::Outcome;
use super::keygen::read_public;
use super::output::Output;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The signed manifest.
    manifest: PathBuf,
    /// The author's public key (PEM, SPKI).
    #[arg(long, value_name = "FILE.pem")]
    public_key: PathBuf,
    /// The package, to be compared with the manifest and unpacked for a try.
    #[arg(long, value_name = "FILE")]
    package: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Verify {
    pub(super) fn run(self) -> Outcome {
        let path = self.manifest.display();
        let bytes = std::fs::read(&self.manifest).map_err(|error| format!("{path}: {error}"))?;
        let manifest = Manifest::parse(&bytes).map_err(|error| format!("{path}: {error}"))?;
        let key = read_public(&self.public_key)?;
        let manifest = manifest.verify(&key)?;
        let mut lines = vec![
            format!("{} {} by {}", manifest.name(), manifest.version(), manifest.author_id()),
            format!("signed with {}", key.fingerprint()),
        ];
        let mut files = None;
        if let Some(package) = &self.package {
            let file = File::open(package).map_err(|error| format!("{}: {error}", package.display()))?;
            let limits = Limits::default();
            let sealed = Sealed::open(file, &limits)?;
            if sealed.digest() != *manifest.package_sha256() {
                let said = manifest.package_sha256();
                return Err(format!(
                    "the manifest is for the package {said}, but {} is {}",
                    package.display(),
                    sealed.digest()
                )
                .into());
            }
            let folder = tempfile::tempdir()?;
            let dir = cap_std::fs::Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority())?;
            let tree = sealed.unpack(&dir, &limits)?;
            lines.push(format!(
                "package {}: {} files, {} bytes unpacked",
                sealed.digest(),
                tree.files.len(),
                tree.size()
            ));
            files = Some(tree.files.len());
        }
        let value = json!({
            "name": manifest.name(),
            "version": manifest.version(),
            "author_id": manifest.author_id(),
            "manifest_sha256": manifest.digest(),
            "package_sha256": manifest.package_sha256(),
            "key": key.fingerprint(),
            "files": files,
        });
        self.output.print(&value, lines.join("\n"));
        Ok(())
    }
}
