//! A manifest as its author writes it.

use serde_json::{Map, Value};

use crate::describe::take_parsed;
use crate::manifest::{Manifest, Unsigned};
use crate::render::Parts;
use crate::strict::{self, StrictError};
use crate::{AuthorId, Description, Digest, ManifestError, MissingField, Signature, Slug, Version, limits};

/// A well-formed manifest. The author, the package and the signature may be missing;
/// every rule about the other fields holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    description: Description,
    author_id: Option<AuthorId>,
    package_sha256: Option<Digest>,
    signature: Option<Signature>,
}

/// Why a draft cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The manifest names another author.
    #[error("the manifest says `author_id: {manifest}`, but the author is `{given}`; correct or remove it")]
    Author {
        /// Who the manifest says.
        manifest: AuthorId,
        /// Who it is.
        given: AuthorId,
    },
    /// The manifest names another package.
    #[error(
        "the manifest says `package_sha256: {manifest}`, but the package has {given}; correct or remove it"
    )]
    Package {
        /// What the manifest says.
        manifest: Digest,
        /// What it is.
        given: Digest,
    },
    /// The manifest is signed: what it says is the signer's word, not ours to fill in.
    #[error("the manifest is signed already; verify it, or remove `manifest_signature` to sign it again")]
    Signed,
}

impl FillError {
    /// A stable name for the cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Author { .. } => "manifest.author-mismatch",
            Self::Package { .. } => "manifest.package-mismatch",
            Self::Signed => "manifest.already-signed",
        }
    }

    /// The field.
    #[must_use]
    pub const fn subject(&self) -> &'static str {
        match self {
            Self::Author { .. } => "author_id",
            Self::Package { .. } => "package_sha256",
            Self::Signed => "manifest_signature",
        }
    }
}

impl Draft {
    /// Reads JSON if the first character that is not white space is `{`, else YAML.
    ///
    /// # Errors
    /// Everything in doubt is refused: see [`strict`] and [`limits`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let (value, lines) = strict::parse(bytes, limits::BYTES)?;
        Self::from_value(value).map_err(|error| error.on_line_of(&lines))
    }

    /// The same, of a manifest that may leave `permissions` out, for a tool that works them out: then the draft has
    /// none, and the answer is `false`.
    ///
    /// # Errors
    /// As [`Draft::parse`].
    pub fn parse_sketch(bytes: &[u8]) -> Result<(Self, bool), ManifestError> {
        let (mut value, lines) = strict::parse(bytes, limits::BYTES)?;
        let says = value.get("permissions").is_some();
        if let (false, Some(map)) = (says, value.as_object_mut()) {
            map.insert("permissions".to_owned(), Value::Array(Vec::new()));
        }
        Ok((Self::from_value(value).map_err(|error| error.on_line_of(&lines))?, says))
    }

    /// Whom a manifest names as its author, if that much of it can be read: enough to turn somebody away before
    /// anything else is received or checked. No promise that the rest is a manifest.
    #[must_use]
    pub fn claimed_author(bytes: &[u8]) -> Option<AuthorId> {
        #[derive(serde::Deserialize)]
        struct Claim {
            author_id: AuthorId,
        }
        match serde_json::from_slice::<Claim>(bytes) {
            Ok(claim) => Some(claim.author_id),
            Err(_) => strict::parse_yaml(bytes, limits::BYTES).ok()?.get("author_id")?.as_str()?.parse().ok(),
        }
    }

    fn from_value(value: Value) -> Result<Self, ManifestError> {
        let Value::Object(mut map) = value else {
            return Err(ManifestError::bad("manifest", "write fields with values, as in `kind: widget`"));
        };
        let author_id = take_parsed(&mut map, "author_id")?;
        let package_sha256 = take_parsed(&mut map, "package_sha256")?;
        let signature = take_parsed(&mut map, "manifest_signature")?;
        let description = Description::take(&mut map)?;
        Self { description, author_id, package_sha256, signature }.checked()
    }

    /// A draft with what every manifest has, and no permissions.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`] if `kind` is no name.
    pub fn new(kind: &str, name: Slug, version: Version) -> Result<Self, ManifestError> {
        let description = Description {
            kind: kind.to_owned(),
            name,
            version,
            title: None,
            summary: None,
            description: None,
            homepage: None,
            source: None,
            license: None,
            keywords: None,
            icon: None,
            screenshots: None,
            changelog: None,
            permissions: Vec::new(),
            extra: Map::new(),
        };
        Self { description, author_id: None, package_sha256: None, signature: None }.checked()
    }

    /// Everything that is signed must fit, with what is still to be filled in.
    fn checked(self) -> Result<Self, ManifestError> {
        self.description.check()?;
        let bytes = Parts::of(&self.description).canonical().len() + limits::ENVELOPE_BYTES;
        if bytes > limits::BYTES {
            return Err(StrictError::TooLarge { bytes, limit: limits::BYTES }.into());
        }
        Ok(self)
    }

    /// Who the manifest says publishes.
    #[must_use]
    pub fn author_id(&self) -> Option<&AuthorId> {
        self.author_id.as_ref()
    }

    /// The package that the manifest says it describes.
    #[must_use]
    pub fn package_sha256(&self) -> Option<&Digest> {
        self.package_sha256.as_ref()
    }

    /// Whether it carries a signature, which nobody has checked yet.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// The same draft without its signature, to be signed again.
    #[must_use]
    pub fn without_signature(self) -> Self {
        Self { signature: None, ..self }
    }

    /// The same draft for the package with this digest, whatever it was for before.
    /// Whoever packs knows better than what an earlier packing left.
    #[must_use]
    pub fn with_package(self, package: Digest) -> Self {
        Self { package_sha256: Some(package), ..self }
    }

    /// The same draft of this author, whoever it named before.
    #[must_use]
    pub fn with_author(self, author: AuthorId) -> Self {
        Self { author_id: Some(author), ..self }
    }

    /// Fills in what the author left out.
    ///
    /// # Errors
    /// If the manifest says something else already, or is signed.
    pub fn fill(self, author: &AuthorId, package: &Digest) -> Result<Unsigned, FillError> {
        if self.is_signed() {
            return Err(FillError::Signed);
        }
        match self.author_id {
            Some(manifest) if manifest != *author => {
                return Err(FillError::Author { manifest, given: author.clone() });
            }
            _ => {}
        }
        match self.package_sha256 {
            Some(manifest) if manifest != *package => {
                return Err(FillError::Package { manifest, given: *package });
            }
            _ => {}
        }
        Ok(Unsigned::new(self.description, author.clone(), *package))
    }

    /// The manifest that the author completed and signed.
    ///
    /// # Errors
    /// Which of the three fields is missing.
    pub fn signed(self) -> Result<Manifest, MissingField> {
        let author = self.author_id.ok_or(MissingField::new("author_id"))?;
        let package = self.package_sha256.ok_or(MissingField::new("package_sha256"))?;
        let signature = self.signature.ok_or(MissingField::new("manifest_signature"))?;
        Ok(Manifest::new(Unsigned::new(self.description, author, package), signature))
    }

    /// As JSON, with the fields that are there.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.parts().to_json()
    }

    /// As YAML in the order that people read, with the fields that are there.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        self.parts().to_yaml()
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            description: &self.description,
            author_id: self.author_id.as_ref(),
            package_sha256: self.package_sha256.as_ref(),
            signature: self.signature.as_ref(),
        }
    }
}

/// Making a draft in code. Each call is checked like a file is, takes the place of what was
/// set before, and drops a signature: it was of something else.
impl Draft {
    fn with(mut self, change: impl FnOnce(&mut Description)) -> Result<Self, ManifestError> {
        change(&mut self.description);
        self.without_signature().checked()
    }

    /// Sets `permissions`.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_permissions(self, permissions: Vec<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.permissions = permissions)
    }

    /// Sets `title`.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_title(self, title: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.title = Some(title.into()))
    }

    /// Sets `summary`.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_summary(self, summary: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.summary = Some(summary.into()))
    }

    /// Sets `description` (Markdown).
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_description(self, description: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.description = Some(description.into()))
    }

    /// Sets `homepage`.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_homepage(self, address: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.homepage = Some(address.into()))
    }

    /// Sets `source`.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_source(self, address: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.source = Some(address.into()))
    }

    /// Sets `license` (SPDX).
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_license(self, license: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.license = Some(license.into()))
    }

    /// Sets `keywords`.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_keywords(self, keywords: Vec<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.keywords = Some(keywords))
    }

    /// Sets `icon` (a path in the package).
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_icon(self, path: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.icon = Some(path.into()))
    }

    /// Sets `screenshots` (paths in the package).
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_screenshots(self, paths: Vec<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.screenshots = Some(paths))
    }

    /// Sets `changelog` (Markdown).
    ///
    /// # Errors
    /// [`ManifestError::BadValue`].
    pub fn with_changelog(self, changelog: impl Into<String>) -> Result<Self, ManifestError> {
        self.with(|d| d.changelog = Some(changelog.into()))
    }

    /// Sets an `x-…` field.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`], or what a file with that value would be refused for.
    pub fn with_extra(self, key: impl Into<String>, value: Value) -> Result<Self, ManifestError> {
        let key = key.into();
        // Through text, so that the one strict parser judges it, depth and key included.
        let document = Map::from_iter([(key.clone(), value)]);
        let text = Value::Object(document).to_string();
        let Value::Object(checked) = strict::parse_json(text.as_bytes(), limits::BYTES)? else {
            return Err(ManifestError::bad(key, "it is not JSON"));
        };
        self.with(|d| d.extra.extend(checked))
    }
}

impl std::ops::Deref for Draft {
    type Target = Description;

    fn deref(&self) -> &Description {
        &self.description
    }
}
