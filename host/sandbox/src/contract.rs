//! The versions of the contract that are served side by side, and what a component of each imports and exports.
//!
//! A minor version adds interfaces and changes none (`wit/1.1` is `wit/1.0` and `presenter`). So one set of bindings, of
//! the newest version, answers all of them: the linker resolves names of versions that are compatible, and **one gate
//! stands behind every version**, since nothing of the host is written twice. What a version does not have is refused
//! here, by name, before anything is compiled.

use std::fmt;

use crate::compile::Outside;
use crate::{LoadError, World, text, wasi};

/// What stands before the name of each interface of the contract.
const PACKAGE: &str = "marketplace:category/";

/// A version of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Contract {
    /// `wit/1.0`: describe, validate, compare, inspect, install.
    V1_0,
    /// `wit/1.1`: what 1.0 is, and how items are presented.
    V1_1,
}

impl Contract {
    /// Every version that is served, oldest first.
    pub const ALL: [Self; 2] = [Self::V1_0, Self::V1_1];

    /// As component imports and exports name it: `1.1.0`.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.0",
            Self::V1_1 => "1.1.0",
        }
    }

    /// What every component of this version exports.
    fn exports(self) -> &'static [&'static str] {
        match self {
            Self::V1_0 => &["validator"],
            Self::V1_1 => &["validator", "presenter"],
        }
    }

    /// The component's name for an interface of this version.
    fn name(self, interface: &str) -> String {
        format!("{PACKAGE}{interface}@{}", self.version())
    }

    fn gives(self, import: &str) -> bool {
        ["types", "contents", "staging", "log"].iter().any(|interface| import == self.name(interface))
    }
}

impl fmt::Display for Contract {
    /// The package, as WIT writes it: `marketplace:category@1.1.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", PACKAGE.trim_end_matches('/'), self.version())
    }
}

/// Which version and which world a component is of, if every import is one that an adapter of that version is given.
pub(crate) fn recognise(outside: &Outside) -> Result<(Contract, World), LoadError> {
    let exports = |name: &str| outside.exports.iter().any(|export| export == name);
    // The newest one that it exports anything of. One that exports of several is held to the newest: what it imports of
    // another is refused.
    let contract = Contract::ALL.into_iter().rev().find(|version| {
        ["validator", "presenter", "installer"].iter().any(|one| exports(&version.name(one)))
    });
    let known = |import: &str| match contract {
        Some(version) => version.gives(import),
        None => Contract::ALL.iter().any(|version| version.gives(import)),
    };
    let unknown: Vec<String> = outside
        .imports
        .iter()
        .filter(|import| !known(import) && !wasi::offers(import))
        .map(|import| text::line(import, 200))
        .collect();
    if !unknown.is_empty() {
        return Err(LoadError::UnknownImports(unknown));
    }
    let newest = Contract::ALL[Contract::ALL.len() - 1];
    let Some(contract) = contract else {
        return Err(LoadError::MissingExports(newest.exports().iter().map(|one| newest.name(one)).collect()));
    };
    let missing = contract.exports().iter().map(|one| contract.name(one)).filter(|name| !exports(name));
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() {
        return Err(LoadError::MissingExports(missing));
    }
    Ok((contract, if exports(&contract.name("installer")) { World::Whole } else { World::Gallery }))
}
