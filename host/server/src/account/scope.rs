//! What a token allows.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One thing that a token may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read the catalogue, where the operator does not leave that open to all.
    Browse,
    /// Install, update and uninstall for the token's tenant.
    Install,
    /// Submit releases for the authors of the token's tenant.
    Publish,
    /// Decide on submissions.
    Moderate,
    /// Add and change categories, authors, licenses and tokens.
    Operate,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [Self::Browse, Self::Install, Self::Publish, Self::Moderate, Self::Operate];

    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Install => "install",
            Self::Publish => "publish",
            Self::Moderate => "moderate",
            Self::Operate => "operate",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no scope.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{0}` is no scope; scopes are browse, install, publish, moderate and operate")]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or_else(|| UnknownScope(word.into()))
    }
}

/// What one token allows.
pub type Scopes = BTreeSet<Scope>;
