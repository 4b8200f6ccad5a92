//! Names: one rule for items, categories, authors and tenants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::{NAME_MAX_CHARS, NAME_MIN_CHARS};
use crate::text::excerpt;

/// Names that are words of the API's paths (`/marketplace/{category}/items`), so that no
/// item or category can stand in their place.
const RESERVED: &[&str] = &["items"];

/// Why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a usable {what}: {rule}")]
pub struct NameError {
    what: &'static str,
    given: String,
    rule: NameRule,
}

impl NameError {
    /// What the name is of, as in `author id`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// The rule that it breaks.
    #[must_use]
    pub fn rule(&self) -> NameRule {
        self.rule
    }
}

/// A rule that names keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRule {
    /// 2 to 64 characters.
    #[error("use {NAME_MIN_CHARS} to {NAME_MAX_CHARS} characters")]
    Length,
    /// Lower-case ASCII letters, digits and hyphens.
    #[error("use only the letters a to z in lower case, the digits 0 to 9, and hyphens")]
    Alphabet,
    /// Single hyphens, and none at either end.
    #[error("put hyphens one at a time, between letters or digits")]
    Hyphen,
    /// Not one of the words that the API's paths use.
    #[error("that word is reserved; choose another")]
    Reserved,
}

/// The shared rule: `^[a-z0-9](-?[a-z0-9])*$`, 2 to 64 characters, not reserved.
fn check(name: &str) -> Result<(), NameRule> {
    let bytes = name.as_bytes();
    if !bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        return Err(NameRule::Alphabet);
    }
    if !(NAME_MIN_CHARS..=NAME_MAX_CHARS).contains(&bytes.len()) {
        return Err(NameRule::Length);
    }
    if bytes.starts_with(b"-") || bytes.ends_with(b"-") || name.contains("--") {
        return Err(NameRule::Hyphen);
    }
    if RESERVED.contains(&name) {
        return Err(NameRule::Reserved);
    }
    Ok(())
}

macro_rules! names {
    ($($(#[$doc:meta])* $type:ident, $what:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// A name: `^[a-z0-9](-?[a-z0-9])*$`, 2 to 64 characters, and not `items`.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(name: String) -> Result<Self, NameError> {
                match check(&name) {
                    Ok(()) => Ok(Self(name)),
                    Err(rule) => Err(NameError { what: $what, given: excerpt(&name), rule }),
                }
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(name: &str) -> Result<Self, NameError> {
                Self::try_from(name.to_owned())
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

names! {
    /// What an item is called within its category.
    Slug, "item name";
    /// A category's id, as in `widgets`.
    CategoryId, "category id";
    /// Who publishes.
    AuthorId, "author id";
    /// One OS instance with its license.
    Tenant, "tenant";
}
