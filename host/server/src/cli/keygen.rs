use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use marketplace_manifest::{PublicKey, SigningKey};
use serde_json::json;

use super::Outcome;
use super::output::Output;

#[derive(Debug, Args)]
pub(super) struct Keygen {
    /// Where the private key goes (PEM, PKCS#8); the public one goes beside it, as `.pub.pem`.
    #[arg(long, value_name = "FILE.pem", default_value = "author.pem")]
    out: PathBuf,
    #[command(flatten)]
    output: Output,
}

impl Keygen {
    pub(super) fn run(self) -> Outcome {
        let key = SigningKey::generate();
        let public_path = self.out.with_extension("pub.pem");
        create(&self.out, 0o600, key.to_pem().as_bytes())?;
        create(&public_path, 0o644, key.public_key().to_pem().as_bytes())?;
        let fingerprint = key.public_key().fingerprint();
        let value = json!({ "private_key": self.out, "public_key": public_path, "fingerprint": fingerprint });
        let text = format!(
            "private key {} (keep it to yourself)\npublic key  {}\n{fingerprint}",
            self.out.display(),
            public_path.display()
        );
        self.output.print(&value, text);
        Ok(())
    }
}

/// A key is never overwritten: what it signed could not be signed again.
fn create(path: &Path, mode: u32, bytes: &[u8]) -> std::io::Result<()> {
    let named =
        |error: std::io::Error| std::io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(named)?;
    file.write_all(bytes).map_err(named)
}

/// Reads a private key.
pub(super) fn read_private(path: &Path) -> Result<SigningKey, Box<dyn std::error::Error>> {
    let pem = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(SigningKey::from_pem(&pem).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// Reads a public key.
pub(super) fn read_public(path: &Path) -> Result<PublicKey, Box<dyn std::error::Error>> {
    let pem = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(PublicKey::from_pem(&pem).map_err(|error| format!("{}: {error}", path.display()))?)
}
