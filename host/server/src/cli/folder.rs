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

/// How much an author's manifest says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// There is none.
    Nothing,
    /// `permissions` is left out, to be worked out.
    AllButPermissions,
    /// What every manifest says.
    All,
}

impl Folder {
    /// With a manifest that says everything.
    pub(super) fn open(folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let name = manifest_in(folder)?.ok_or_else(|| {
            let folder = folder.display();
            format!(
                "{folder} has no manifest.yaml; let `marketplace pack {folder}` write one, and look at it"
            )
        })?;
        Ok(Self::with(folder, Some(name), read_draft(&folder.join(name))?))
    }

    /// With a manifest that may leave `permissions` out, or none at all: then with `otherwise`.
    pub(super) fn open_sketch(
        folder: &Path,
        otherwise: impl FnOnce() -> Result<Draft, Box<dyn std::error::Error>>,
    ) -> Result<(Self, Says), Box<dyn std::error::Error>> {
        let Some(name) = manifest_in(folder)? else {
            return Ok((Self::with(folder, None, otherwise()?), Says::Nothing));
        };
        let manifest = folder.join(name);
        let bytes = std::fs::read(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
        let sketch = Draft::parse_sketch(&bytes).map_err(|error| format!("{}: {error}", manifest.display()));
        let (draft, permissions) = sketch?;
        let says = if permissions { Says::All } else { Says::AllButPermissions };
        Ok((Self::with(folder, Some(name), draft), says))
    }

    fn with(folder: &Path, manifest: Option<&str>, draft: Draft) -> Self {
        let package = folder.join("package");
        // A folder `package` beside a manifest is the package; without a manifest, the folder itself is.
        match manifest {
            Some(_) if package.is_dir() => Self { draft, package, left_out: None },
            name => Self { draft, package: folder.to_owned(), left_out: name.map(str::to_owned) },
        }
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

/// The manifest's name in a folder, if it has one.
fn manifest_in(folder: &Path) -> Result<Option<&'static str>, Box<dyn std::error::Error>> {
    let shown = folder.display();
    if folder.is_file() {
        return Err(format!("{shown} is a file; name its package with --package, or name the folder").into());
    }
    if !folder.is_dir() {
        return Err(format!("there is no folder {shown}").into());
    }
    let found: Vec<&str> = MANIFESTS.into_iter().filter(|name| folder.join(name).is_file()).collect();
    match found.as_slice() {
        [] => Ok(None),
        [name] => Ok(Some(*name)),
        several => Err(format!("{shown} has {}; keep one", several.join(" and ")).into()),
    }
}

/// Reads a manifest that may not be complete.
pub(super) fn read_draft(path: &Path) -> Result<Draft, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Draft::parse(&bytes).map_err(|error| format!("{}: {error}", path.display()))?)
}
