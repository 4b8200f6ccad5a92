//! Versions (Semantic Versioning 2.0.0), without build metadata.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::VERSION_CHARS;
use crate::text::excerpt;

/// A release's version, ordered by precedence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(semver::Version);

/// Why a text is not a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// More than 64 characters.
    #[error("a version has at most {VERSION_CHARS} characters")]
    Length,
    /// Not a semantic version.
    #[error(
        "`{given}` is not a semantic version ({reason}): write MAJOR.MINOR.PATCH, as in `1.0.0` or `2.1.0-rc.1`"
    )]
    Syntax {
        /// What was given.
        given: String,
        /// What the reader of versions says.
        reason: String,
    },
    /// Has build metadata.
    #[error("`{0}` has build metadata: leave out `+` and what follows it, and raise the version instead")]
    Build(String),
}

impl Version {
    /// The version `major.minor.patch`.
    #[must_use]
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self(semver::Version::new(major, minor, patch))
    }

    /// Whether it comes before a release, as `2.1.0-rc.1` does.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }

    /// The version, for code that compares it with requirements.
    #[must_use]
    pub const fn as_semver(&self) -> &semver::Version {
        &self.0
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        if text.len() > VERSION_CHARS {
            return Err(VersionError::Length);
        }
        let version = semver::Version::parse(text)
            .map_err(|error| VersionError::Syntax { given: excerpt(text), reason: error.to_string() })?;
        // Two versions that differ only in build metadata are equal in precedence: which
        // of them is the newest would depend on who sorts.
        if !version.build.is_empty() {
            return Err(VersionError::Build(excerpt(text)));
        }
        Ok(Self(version))
    }
}

impl TryFrom<String> for Version {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
