//! Which language a project is written in.

use std::fmt;
use std::path::Path;

use crate::BuildError;

/// A language that adapters are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Rust, with the SDK or with `wit-bindgen` alone.
    Rust,
    /// JavaScript: one ES module, and what it imports.
    JavaScript,
    /// Python, and dependencies that are Python only.
    Python,
    /// C.
    C,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Rust, Self::JavaScript, Self::Python, Self::C];

    /// The file that a project of this language has in its folder, and by which it is recognised.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::JavaScript => "package.json",
            Self::Python => "pyproject.toml",
            Self::C => "adapter.c",
        }
    }

    /// The language of the project in a folder.
    ///
    /// # Errors
    /// [`BuildError::NoProject`] and [`BuildError::SeveralLanguages`]: which one is meant is not guessed.
    pub fn of(folder: &Path) -> Result<Self, BuildError> {
        let found: Vec<_> =
            Self::ALL.into_iter().filter(|language| folder.join(language.file()).is_file()).collect();
        match found.as_slice() {
            [language] => Ok(*language),
            [] => Err(BuildError::NoProject { folder: folder.to_owned() }),
            several => Err(BuildError::SeveralLanguages {
                folder: folder.to_owned(),
                files: several.iter().map(|language| language.file()).collect::<Vec<_>>().join(" and "),
            }),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::C => "C",
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_project_is_known_by_its_file() {
        for language in Language::ALL {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(language.file()), "").unwrap();
            assert_eq!(Language::of(folder.path()).unwrap(), language);
        }
    }

    #[test]
    fn a_folder_of_no_language_or_of_two_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = Language::of(folder.path()).unwrap_err();
        assert!(matches!(error, BuildError::NoProject { .. }), "{error}");
        assert!(error.to_string().contains("adapter.c (C)"), "{error}");
        std::fs::write(folder.path().join("package.json"), "").unwrap();
        std::fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        let error = Language::of(folder.path()).unwrap_err();
        assert!(matches!(error, BuildError::SeveralLanguages { .. }), "{error}");
        assert!(error.to_string().contains("Cargo.toml and package.json"), "{error}");
    }
}
