//! Why a document is in doubt.

use crate::limits;

/// Why a document is refused. Where a variant has a `pointer`, it is a JSON Pointer
/// (RFC 6901) without its first slash, empty for the whole document; `line` counts
/// from 1 and is there where it is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // fields are described above, once
pub enum StrictError {
    /// Too many bytes.
    #[error("it has {bytes} bytes; the most is {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// Not UTF-8.
    #[error("it is not UTF-8 at byte {offset}; save it as UTF-8")]
    NotUtf8 { offset: usize },
    /// A byte order mark.
    #[error("it begins with a byte order mark; save it as UTF-8 without one")]
    ByteOrderMark,
    /// Neither JSON nor YAML, or something after the end.
    #[error("it cannot be read{}: {reason}", on(*line))]
    Syntax { line: Option<u64>, reason: String },
    /// One key twice in one mapping: readers differ in which of the two they keep.
    #[error("{} is there twice; keep one", place(pointer, *line))]
    DuplicateKey { pointer: String, line: Option<u64> },
    /// A key that is a number, a boolean, null, a list or a mapping.
    #[error("{} has a key that is not text; put the key in quotes", place(pointer, *line))]
    KeyNotText { pointer: String, line: Option<u64> },
    /// A number that readers round differently.
    #[error("{} is a number past ±{} (2^53 - 1); write it as text, in quotes", place(pointer, *line), limits::NUMBER)]
    NumberTooLarge { pointer: String, line: Option<u64> },
    /// Not a number that JSON has.
    #[error("{} is infinite or not a number, which JSON does not have; write it as text, in quotes", place(pointer, *line))]
    NumberNotFinite { pointer: String, line: Option<u64> },
    /// Text that has another spelling which looks the same.
    #[error("{} is not in Unicode form NFC; normalise the text", place(pointer, *line))]
    NotNfc { pointer: String, line: Option<u64> },
    /// Too many mappings and lists within each other.
    #[error("{} is nested deeper than {}; make it flatter", place(pointer, *line), limits::DEPTH)]
    TooDeep { pointer: String, line: Option<u64> },
    /// An unquoted YAML scalar that YAML 1.1 and YAML 1.2 read differently.
    #[error("{} reads differently in YAML 1.1 and 1.2; put it in quotes, or write `true`, `false` or a plain number", place(pointer, *line))]
    Ambiguous { pointer: String, line: Option<u64> },
    /// Something of YAML that JSON has no word for, or that repeats at length.
    #[error("it uses {feature}{}; {fix}", on(*line))]
    YamlFeature { feature: &'static str, fix: &'static str, line: Option<u64> },
}

impl StrictError {
    /// What is refused; empty for the whole document.
    #[must_use]
    pub fn pointer(&self) -> &str {
        match self {
            Self::DuplicateKey { pointer, .. }
            | Self::KeyNotText { pointer, .. }
            | Self::NumberTooLarge { pointer, .. }
            | Self::NumberNotFinite { pointer, .. }
            | Self::NotNfc { pointer, .. }
            | Self::TooDeep { pointer, .. }
            | Self::Ambiguous { pointer, .. } => pointer,
            _ => "",
        }
    }

    /// The line, counted from 1, where known.
    #[must_use]
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::DuplicateKey { line, .. }
            | Self::KeyNotText { line, .. }
            | Self::NumberTooLarge { line, .. }
            | Self::NumberNotFinite { line, .. }
            | Self::NotNfc { line, .. }
            | Self::TooDeep { line, .. }
            | Self::Ambiguous { line, .. }
            | Self::Syntax { line, .. }
            | Self::YamlFeature { line, .. } => *line,
            Self::TooLarge { .. } | Self::NotUtf8 { .. } | Self::ByteOrderMark => None,
        }
    }

    /// The same error, with the line that a parser reported it on.
    pub(super) fn on_line(mut self, at: Option<u64>) -> Self {
        match &mut self {
            Self::DuplicateKey { line, .. }
            | Self::KeyNotText { line, .. }
            | Self::NumberTooLarge { line, .. }
            | Self::NumberNotFinite { line, .. }
            | Self::NotNfc { line, .. }
            | Self::TooDeep { line, .. }
            | Self::Ambiguous { line, .. }
            | Self::Syntax { line, .. } => *line = at,
            _ => {}
        }
        self
    }

    pub(crate) const fn manifest_code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "manifest.too-large",
            Self::NotUtf8 { .. } => "manifest.not-utf8",
            Self::ByteOrderMark => "manifest.byte-order-mark",
            Self::Syntax { .. } => "manifest.syntax",
            Self::DuplicateKey { .. } => "manifest.duplicate-key",
            Self::KeyNotText { .. } => "manifest.key-not-text",
            Self::NumberTooLarge { .. } => "manifest.number-too-large",
            Self::NumberNotFinite { .. } => "manifest.number-not-finite",
            Self::NotNfc { .. } => "manifest.not-nfc",
            Self::TooDeep { .. } => "manifest.too-deep",
            Self::Ambiguous { .. } => "manifest.ambiguous",
            Self::YamlFeature { .. } => "manifest.yaml-feature",
        }
    }
}

fn on(line: Option<u64>) -> String {
    line.map(|line| format!(" (line {line})")).unwrap_or_default()
}

fn place(pointer: &str, line: Option<u64>) -> String {
    let what = if pointer.is_empty() { "the document".to_owned() } else { format!("`{pointer}`") };
    what + &on(line)
}
