//! Which names are taken, on the least discerning system there is.

use std::collections::HashMap;

use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::path::{PackagePath, fold};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    /// A folder that the archive names.
    Folder,
    /// A folder that something is in.
    Implied,
}

/// The names of one package.
#[derive(Default)]
pub(crate) struct Names {
    /// By folded path.
    taken: HashMap<String, (String, Kind)>,
}

impl Names {
    /// Takes a name, and the names of the folders it is in, or says what is in the way.
    /// `new_folder` is called for each folder that was not there before, the outermost first.
    pub(crate) fn claim(
        &mut self,
        path: &PackagePath,
        kind: Kind,
        limits: &Limits,
        mut new_folder: impl FnMut(&str) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let ancestors = path.ancestors().map(|ancestor| (ancestor, Kind::Implied));
        for (name, kind) in ancestors.chain([(path.as_str(), kind)]) {
            if self.claim_one(name, kind, limits)? && kind != Kind::File {
                new_folder(name)?;
            }
        }
        Ok(())
    }

    /// Files and folders, implied folders included.
    pub(crate) fn count(&self) -> u64 {
        self.taken.len() as u64
    }

    /// Whether the name is new.
    fn claim_one(&mut self, path: &str, kind: Kind, limits: &Limits) -> Result<bool, ArchiveError> {
        let folded = fold(path);
        let Some((spelling, before)) = self.taken.get_mut(&folded) else {
            // Implied folders count: a thousand paths of 32 components are 31,000 folders.
            if self.count() >= limits.entries {
                return Err(ArchiveError::TooManyEntries { limit: limits.entries });
            }
            self.taken.insert(folded, (path.to_owned(), kind));
            return Ok(true);
        };
        if spelling != path {
            return Err(ArchiveError::EquivalentNames { first: spelling.clone(), second: path.to_owned() });
        }
        match (*before, kind) {
            (Kind::Implied | Kind::Folder, Kind::Implied) => {}
            (Kind::Implied, Kind::Folder) => *before = Kind::Folder,
            (Kind::File, Kind::File) | (Kind::Folder, Kind::Folder) => {
                return Err(ArchiveError::DuplicateName { path: path.to_owned() });
            }
            (Kind::File, _) | (_, Kind::File) => {
                return Err(ArchiveError::FileAndFolder { path: path.to_owned() });
            }
        }
        Ok(false)
    }
}
