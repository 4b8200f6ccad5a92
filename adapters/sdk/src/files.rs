//! A package's files: from the host when it is real, from memory when it is tested.
//!
//! What an adapter says is a function of a package. Written over [`Files`], and not over the
//! package that only a host can show, it is tested natively, on packages that
//! a test makes up or reads from a folder ([`Memory`]).

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::Finding;
use crate::findings::refuse;

/// Read-only files with safe, relative, `/`-separated paths.
pub trait Files {
    /// Every path, sorted.
    fn paths(&self) -> Vec<&str>;

    /// The size of a file in bytes, if there is one at `path`.
    fn size(&self, path: &str) -> Option<u64>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// `package.missing` if it is not there, `package.too-large` if it is larger than
    /// the host lets an adapter read at once.
    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>>;

    /// The first `length` bytes of a file, or all of it if it is shorter.
    ///
    /// # Errors
    /// `package.missing`.
    fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>>;

    /// A file's text.
    ///
    /// # Errors
    /// As [`Files::read`], and `package.not-utf8`.
    fn read_text(&self, path: &str) -> Result<String, Vec<Finding>> {
        String::from_utf8(self.read(path)?).map_err(|_| {
            refuse("package.not-utf8", path, format!("`{path}` is not UTF-8 text. Save it as UTF-8."))
        })
    }

    /// Whether there is a file at `path`.
    fn has(&self, path: &str) -> bool {
        self.size(path).is_some()
    }

    /// Whether there is a file below the folder `path`.
    fn has_folder(&self, path: &str) -> bool {
        self.paths().iter().any(|file| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }
}

/// The reason against a package without the file that was asked for.
pub(crate) fn missing(path: &str) -> Vec<Finding> {
    refuse("package.missing", path, format!("The package has no file `{path}`. Add it."))
}

/// A package in memory, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    /// The package that a folder would be: every file in it and below it.
    ///
    /// # Errors
    /// As the file system has them, and a name that is not UTF-8.
    pub fn from_folder(folder: impl AsRef<Path>) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![(folder.as_ref().to_owned(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
                let path = format!("{prefix}{name}");
                if entry.file_type()?.is_dir() {
                    folders.push((entry.path(), format!("{path}/")));
                } else {
                    files.insert(path, fs::read(entry.path())?);
                }
            }
        }
        Ok(Self(files))
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }
}

impl Files for Memory {
    fn paths(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.0.get(path).map(|bytes| bytes.len() as u64)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Vec<Finding>> {
        self.0.get(path).cloned().ok_or_else(|| missing(path))
    }

    fn read_start(&self, path: &str, length: u32) -> Result<Vec<u8>, Vec<Finding>> {
        let mut bytes = self.read(path)?;
        bytes.truncate(length as usize);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn package() -> Memory {
        [("notes.txt", &b"some notes"[..]), ("img/a.png", b"\x89PNG"), ("img.txt", b"")].into_iter().collect()
    }

    #[test]
    fn paths_are_sorted_and_sizes_are_in_bytes() {
        assert_eq!(package().paths(), ["img.txt", "img/a.png", "notes.txt"]);
        assert_eq!((package().size("notes.txt"), package().size("img")), (Some(10), None));
    }

    #[test]
    fn a_file_is_no_folder_and_a_folder_is_no_file() {
        let package = package();
        assert!(package.has("img/a.png") && package.has_folder("img"));
        // `im` and `notes` only begin like one.
        assert!(!["img", "im", "notes"].iter().any(|path| package.has(path)));
        assert!(!["img/a.png", "im", "notes", "img.txt"].iter().any(|path| package.has_folder(path)));
    }

    #[test]
    fn the_start_of_a_short_file_is_all_of_it() {
        assert_eq!(package().read_start("notes.txt", 4).unwrap(), b"some");
        assert_eq!(package().read_start("img/a.png", 16).unwrap(), b"\x89PNG");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let rules =
            |reasons: Vec<Finding>| reasons.into_iter().map(|r| (r.rule, r.subject)).collect::<Vec<_>>();
        let missing = [("package.missing".to_owned(), "no.txt".to_owned())];
        assert_eq!(rules(package().read("no.txt").unwrap_err()), missing);
        assert_eq!(rules(package().read_start("no.txt", 1).unwrap_err()), missing);
        let not_text = [("package.not-utf8".to_owned(), "img/a.png".to_owned())];
        assert_eq!(rules(package().read_text("img/a.png").unwrap_err()), not_text);
    }

    #[test]
    fn a_folder_is_read_with_what_is_below_it() {
        let source = Memory::from_folder(env!("CARGO_MANIFEST_DIR")).unwrap();
        assert_eq!(source.read_text("src/files.rs").unwrap(), include_str!("files.rs"));
        assert!(source.has("Cargo.toml") && source.has_folder("src"));
    }
}
