//! What was installed for a project, so that it is installed once.

use std::path::{Path, PathBuf};

use crate::BuildError;

/// A file beside what was installed, with what it was installed from.
pub(crate) struct Stamp {
    file: PathBuf,
    wanted: Vec<u8>,
}

impl Stamp {
    /// `home` is the folder that the tool installs into; `from` are the files that say what.
    pub(crate) fn new(home: &Path, from: &[PathBuf]) -> Self {
        let mut wanted = Vec::new();
        for file in from {
            // A file that is not there says something, too: what was installed with it is not wanted any more.
            let content = std::fs::read(file).unwrap_or_default();
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            wanted.extend(format!("{name} {}\n", content.len()).into_bytes());
            wanted.extend(content);
        }
        Self { file: home.join(".installed-from"), wanted }
    }

    /// Whether just that is installed.
    pub(crate) fn holds(&self) -> bool {
        std::fs::read(&self.file).is_ok_and(|is| is == self.wanted)
    }

    /// Says so. Last, so that an installation that was interrupted is done again.
    pub(crate) fn set(&self) -> Result<(), BuildError> {
        std::fs::write(&self.file, &self.wanted)
            .map_err(BuildError::io(format!("write {}", self.file.display())))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_was_installed_is_wanted_until_a_file_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let from = [folder.path().join("lock"), folder.path().join("settings")];
        let stamp = || Stamp::new(folder.path(), &from);
        std::fs::write(&from[0], "a 1").unwrap();
        assert!(!stamp().holds());
        stamp().set().unwrap();
        assert!(stamp().holds());
        std::fs::write(&from[1], "").unwrap();
        assert!(stamp().holds(), "an empty file says as little as none");
        std::fs::write(&from[0], "a 2").unwrap();
        assert!(!stamp().holds());
    }
}
