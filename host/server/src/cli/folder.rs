//! An author's folder: a manifest, and what it describes.
//!
//! ```text
//! my-widget/              my-theme/
//!   manifest.yaml           manifest.yaml
//!   package/                theme.css
//!     widget.json           …
//!     …
//! ```
//! With a folder `package`, that is the package. Without, the folder is, but for the
//! manifest.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use marketplace_archive::{Format, Limits, PackagePath, pack};
use marketplace_manifest::{Digest, Draft};

/// What a manifest may be called.
const MANIFESTS: [&str; 3] = ["manifest.yaml", "manifest.yml", "manifest.json"];

/// An author's folder.
#[derive(Debug)]
pub(super) struct Folder {
    pub draft: Draft,
    package: PathBuf,
    /// The manifest's name, where it lies among what is packed.
    left_out: Option<String>,
}

impl Folder {
    pub(super) fn open(folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        if folder.is_file() {
            return Err(format!(
                "{} is a file; name its package with --package, or name the folder",
                folder.display()
            )
            .into());
        }
        let found: Vec<&str> = MANIFESTS.into_iter().filter(|name| folder.join(name).is_file()).collect();
        let name = match found.as_slice() {
            [name] => *name,
            [] => {
                return Err(format!(
                    "{} has no manifest.yaml; write one, with at least `kind`, `name` and `version`",
                    folder.display()
                )
                .into());
            }
            several => {
                return Err(format!("{} has {}; keep one", folder.display(), several.join(" and ")).into());
            }
        };
        let manifest = folder.join(name);
        let draft = read_draft(&manifest)?;
        let package = folder.join("package");
        Ok(if package.is_dir() {
            Self { draft, package, left_out: None }
        } else {
            Self { draft, package: folder.to_owned(), left_out: Some(name.to_owned()) }
        })
    }

    /// Packs it: the same folder gives the same bytes, always. `outputs` are what an earlier
    /// packing may have left in the folder: they are no part of the package.
    pub(super) fn pack(
        &self,
        to: impl Write,
        format: Format,
        outputs: &[PathBuf],
    ) -> Result<Digest, Box<dyn std::error::Error>> {
        let root = std::path::absolute(&self.package)?;
        let exclude = |path: &PackagePath| {
            self.left_out.as_deref() == Some(path.as_str()) || outputs.contains(&root.join(path.as_str()))
        };
        let packed = pack(&self.package, BufWriter::new(to), format, &Limits::default(), &exclude)?;
        Ok(packed.digest)
    }
}

/// Reads a manifest that may not be complete.
pub(super) fn read_draft(path: &Path) -> Result<Draft, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Draft::parse(&bytes).map_err(|error| format!("{}: {error}", path.display()))?)
}
