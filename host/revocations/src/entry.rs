//! One withdrawal, and what it applies to.

use std::fmt;

use marketplace_manifest::{CategoryId, Digest, Slug, Version};
use serde::{Deserialize, Serialize};

/// How something was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// By an operator: it must not be installed, and must not run where it is.
    Blocked,
    /// With the key that signed it: it must not be installed anew, and its user should know.
    KeyRevoked,
    /// By its author: it is not offered any more. Whoever has it keeps it, and should know.
    Yanked,
}

/// One withdrawal. What it names is there; what it does not name does not matter to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// How it was taken back.
    pub kind: Kind,
    /// Of which category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// Which item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// Which release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Which package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_sha256: Option<Digest>,
    /// Which manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<Digest>,
    /// The fingerprint of the key that signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why, in the words of whoever took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when, RFC 3339 in UTC.
    pub since: String,
}

/// What somebody has installed, or is about to install.
#[derive(Clone, Copy, Debug)]
pub struct Installed<'a> {
    /// Of which category.
    pub category: &'a CategoryId,
    /// Which item.
    pub slug: &'a Slug,
    /// Which release.
    pub version: &'a Version,
    /// Its package.
    pub package_sha256: &'a Digest,
    /// Its manifest.
    pub manifest_sha256: &'a Digest,
    /// The fingerprint of the key that signed it.
    pub key: &'a str,
}

impl Entry {
    /// Whether it applies: all that it names agrees. One that names nothing applies to nothing.
    #[must_use]
    pub fn applies_to(&self, what: &Installed<'_>) -> bool {
        fn agrees<T: PartialEq<U> + ?Sized, U: ?Sized>(named: Option<&T>, actual: &U) -> bool {
            named.is_none_or(|named| *named == *actual)
        }
        let names = self.slug.is_some()
            || self.package_sha256.is_some()
            || self.manifest_sha256.is_some()
            || self.key.is_some();
        names
            && agrees(self.category.as_ref(), what.category)
            && agrees(self.slug.as_ref(), what.slug)
            && agrees(self.version.as_ref(), what.version)
            && agrees(self.package_sha256.as_ref(), what.package_sha256)
            && agrees(self.manifest_sha256.as_ref(), what.manifest_sha256)
            && agrees(self.key.as_deref(), what.key)
    }
}

/// As a person names it: `themes/harbour@1.0.0`, `package …`, `key SHA256:…`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.category, &self.slug, &self.package_sha256, &self.key) {
            (Some(category), Some(slug), ..) => {
                write!(f, "{category}/{slug}")?;
                self.version.iter().try_for_each(|version| write!(f, "@{version}"))
            }
            (_, _, Some(package), _) => write!(f, "package {package}"),
            (_, _, _, Some(key)) => write!(f, "key {key}"),
            _ => f.write_str("something that has no name"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocked => "blocked",
            Self::KeyRevoked => "key revoked",
            Self::Yanked => "yanked",
        })
    }
}
