//! Why a manifest is refused.

use crate::strict::StrictError;

/// Why a manifest is refused. The message names the field, the rule and the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The text cannot be read without doubt.
    #[error("the manifest is refused: {0}")]
    Strict(#[from] StrictError),
    /// A key that manifests do not have.
    #[error(
        "{}: manifests have no such field; remove it, correct its spelling, or name it `x-{field}` if it is yours", place(field, *line)
    )]
    UnknownField {
        /// The key.
        field: String,
        /// The line it is on, counted from 1, where known.
        line: Option<u64>,
    },
    /// A field that has to be there is not.
    #[error(transparent)]
    MissingField(#[from] MissingField),
    /// A field holds what it must not hold.
    #[error("{}: {rule}", place(field, *line))]
    BadValue {
        /// The field, and where it is a list, the entry: `permissions/3`.
        field: String,
        /// The line it is on, counted from 1, where known.
        line: Option<u64>,
        /// The rule, and what to do.
        rule: String,
    },
}

/// A field that has to be there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is missing: {fix}")]
pub struct MissingField {
    field: &'static str,
    fix: &'static str,
}

impl MissingField {
    pub(crate) const fn new(field: &'static str) -> Self {
        let fix = match field.as_bytes() {
            b"kind" => "say what the item is, as in `kind: widget`",
            b"name" => "give the item a name, as in `name: world-clock`",
            b"version" => "give the release a version, as in `version: \"1.0.0\"`",
            b"permissions" => "list what the item needs, or write `permissions: []` if that is nothing",
            b"author_id" => "name the author who publishes, as in `author_id: ada`",
            b"package_sha256" => "give the package's SHA-256; `marketplace sign` fills it in",
            b"manifest_signature" => "sign the manifest; `marketplace sign` does",
            _ => "add it",
        };
        Self { field, fix }
    }

    /// The field.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl ManifestError {
    /// A stable name for the cause, as in `manifest.duplicate-key`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Strict(error) => error.manifest_code(),
            Self::UnknownField { .. } => "manifest.unknown-field",
            Self::MissingField(_) => "manifest.missing-field",
            Self::BadValue { .. } => "manifest.bad-value",
        }
    }

    /// What is refused: a field (`title`), a part of one (`permissions/3`, `x-theme/dark`:
    /// a JSON Pointer, RFC 6901, without its first slash), or `manifest` for the whole.
    #[must_use]
    pub fn subject(&self) -> &str {
        let subject = match self {
            Self::Strict(error) => error.pointer(),
            Self::UnknownField { field, .. } | Self::BadValue { field, .. } => field,
            Self::MissingField(missing) => missing.field,
        };
        if subject.is_empty() { "manifest" } else { subject }
    }

    /// The line of the file, counted from 1, where known.
    #[must_use]
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::Strict(error) => error.line(),
            Self::UnknownField { line, .. } | Self::BadValue { line, .. } => *line,
            Self::MissingField(_) => None,
        }
    }

    pub(crate) fn bad(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::BadValue { field: field.into(), line: None, rule: rule.into() }
    }

    /// The same error, with the line that its field is on.
    pub(crate) fn on_line_of(mut self, lines: &crate::strict::Lines) -> Self {
        if let Self::UnknownField { field, line } | Self::BadValue { field, line, .. } = &mut self {
            *line = field.split('/').next().and_then(|top| lines.get(top)).copied();
        }
        self
    }
}

fn place(field: &str, line: Option<u64>) -> String {
    match line {
        Some(line) => format!("`{field}` (line {line})"),
        None => format!("`{field}`"),
    }
}
