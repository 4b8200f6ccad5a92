//! From a project, or a core module, to a component in a file.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use marketplace_componentize::{Language, Project, Step, adapter_of};
use marketplace_manifest::Digest;

/// A component that was made.
#[derive(Clone, Debug)]
pub struct Built {
    /// The file that it is in.
    pub component: PathBuf,
    /// What its project is written in; `None` if it was made of a core module.
    pub language: Option<Language>,
    /// Bytes.
    pub size: u64,
    /// What a category's row would pin.
    pub sha256: Digest,
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A tool is missing, or says no.
    #[error(transparent)]
    Componentize(#[from] marketplace_componentize::BuildError),
    /// The same, of a core module.
    #[error("{}: {reason}", module.display())]
    Module {
        /// The module.
        module: PathBuf,
        /// Why it is no adapter.
        reason: marketplace_componentize::BuildError,
    },
    /// There is neither a folder nor a file of that name.
    #[error("there is no project and no module {}", .0.display())]
    Nothing(PathBuf),
    /// The component would replace what it is made of.
    #[error("{} is what the component is made of; name another file with -o", .0.display())]
    Itself(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Builds the project in a folder, or encodes a core module that `wit-bindgen` made, and writes the component
/// to `output`: unless said, `NAME.wasm` in the project's folder, `NAME.component.wasm` beside a module.
///
/// What was there before is replaced at once, and only by a component that a validator has read.
///
/// # Errors
/// See [`BuildError`].
pub fn build(
    from: &Path,
    output: Option<&Path>,
    progress: &mut dyn FnMut(Step),
) -> Result<Built, BuildError> {
    let (bytes, language, usual) = if from.is_dir() {
        let project = Project::open(from)?;
        let bytes = project.build(progress)?;
        (bytes, Some(project.language), from.join(format!("{}.wasm", project.name)))
    } else if from.is_file() {
        let module = std::fs::read(from).map_err(io(from))?;
        let reason = |reason| BuildError::Module { module: from.to_owned(), reason };
        (adapter_of(&module).map_err(reason)?, None, from.with_extension("component.wasm"))
    } else {
        return Err(BuildError::Nothing(from.to_owned()));
    };
    let component = output.map_or(usual, Path::to_owned);
    if language.is_none() && is_same(from, &component) {
        return Err(BuildError::Itself(component));
    }
    replace(&component, &bytes).map_err(io(&component))?;
    Ok(Built { component, language, size: bytes.len() as u64, sha256: Digest::of(&bytes) })
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> BuildError {
    let path = path.to_owned();
    move |source| BuildError::Io { path, source }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Writes a file beside its place, and puts it there when it is whole.
fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    // As any new file: what the umask leaves of it.
    let mut whole =
        tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    whole.write_all(bytes)?;
    whole.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_cannot_be_built_is_named_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none");
        assert!(matches!(build(&none, None, &mut |_| {}), Err(BuildError::Nothing(path)) if path == none));

        let module = folder.path().join("page.wasm");
        std::fs::write(&module, "<html>").unwrap();
        let error = build(&module, None, &mut |_| {}).unwrap_err();
        assert!(error.to_string().starts_with(&module.display().to_string()), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_replaced_whole_and_anybody_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/adapter.wasm");
        replace(&file, b"one").unwrap();
        replace(&file, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
        assert_ne!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o400, 0);
        assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}
