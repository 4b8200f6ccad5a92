//! Why an archive is refused: one variant for each attack, with the name and both values.

use std::io;

use crate::path::PathError;

/// Why a package could not be sealed, unpacked or packed.
///
/// Names from an archive are shown escaped and shortened, so that a message is safe on a terminal.
/// Every variant but [`ArchiveError::Io`] is a refusal: the archive's fault, and the
/// same again on every try.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The machine failed, not the archive: nothing is known about the package.
    #[error("could not {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Whoever watched said to stop: nothing is known about the package.
    #[error("it was stopped before the end")]
    Stopped,
    /// Neither gzip nor ZIP.
    #[error(
        "this is neither a .tar.gz nor a .zip: it begins with the bytes {found}; pack it as one of the two"
    )]
    UnknownFormat {
        /// The first bytes, in hexadecimal.
        found: String,
    },
    /// Truncated, or not what its format allows.
    #[error("the archive is damaged at {place}: {why}; make it again")]
    Corrupt {
        /// The entry, or the part of the archive.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// No file at all.
    #[error("the archive holds no file")]
    Empty,
    /// More than `Limits::package_bytes`.
    #[error("the package is over {limit} bytes; make it smaller")]
    PackageTooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// More than `Limits::unpacked_bytes`.
    #[error("the package unpacks to over {limit} bytes; make it smaller")]
    UnpackedTooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// More than `Limits::file_bytes`.
    #[error("{path} is over {limit} bytes; split it or leave it out")]
    FileTooLarge {
        /// The entry.
        path: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// More than `Limits::entries`.
    #[error("the package holds over {limit} files and folders; make it fewer")]
    TooManyEntries {
        /// The limit.
        limit: u64,
    },
    /// A header over `Limits::header_bytes`.
    #[error("a header of {path} takes {size} bytes, over {limit}")]
    HeaderTooLarge {
        /// The entry.
        path: String,
        /// Its bytes.
        size: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A bomb: more than `Limits::ratio`.
    #[error("{path} unpacks to {unpacked} bytes from {packed}, over {limit} times as much")]
    Ratio {
        /// The entry, or the whole stream.
        path: String,
        /// Packed bytes so far.
        packed: u64,
        /// Unpacked bytes so far.
        unpacked: u64,
        /// The limit.
        limit: u64,
    },
    /// A name that is not a [`crate::PackagePath`].
    #[error("the name {path} is refused: {cause}")]
    Path {
        /// The name, escaped.
        path: String,
        /// The rule.
        cause: PathError,
    },
    /// A symbolic or hard link.
    #[error("{path} is a link to {target}; packages hold files and folders only: put the file itself there")]
    Link {
        /// The entry.
        path: String,
        /// Where it points, escaped; empty if the archive keeps that in the entry's bytes.
        target: String,
    },
    /// A device, pipe, socket or anything else that is neither file nor folder.
    #[error("{path} is a {kind}; packages hold files and folders only")]
    Special {
        /// The entry.
        path: String,
        /// What it is.
        kind: String,
    },
    /// A sparse file: programs disagree on where its bytes are.
    #[error("{path} is a sparse file; pack it without --sparse")]
    Sparse {
        /// The entry.
        path: String,
    },
    /// A pax record that changes how the archive is read.
    #[error("{path} has the pax record {key}={value}, which programs read differently; pack without it")]
    PaxRecord {
        /// The entry, or the archive.
        path: String,
        /// The record's key.
        key: String,
        /// The record's value, escaped.
        value: String,
    },
    /// The same name twice.
    #[error("{path} is in the archive twice; programs disagree on which one counts")]
    DuplicateName {
        /// The name.
        path: String,
    },
    /// Two names that are one on a system that ignores case or composes characters.
    #[error("{first} and {second} are the same name on some systems; rename one")]
    EquivalentNames {
        /// The one that came first.
        first: String,
        /// The other.
        second: String,
    },
    /// A name that is a file and also a folder.
    #[error("{path} is a file and also a folder")]
    FileAndFolder {
        /// The name.
        path: String,
    },
    /// The archive says one thing in two places, differently.
    #[error("{path}: the {field} is {first} in one place and {second} in another")]
    HeaderMismatch {
        /// The entry, or the part of the archive.
        path: String,
        /// What differs.
        field: &'static str,
        /// What the directory (or the header) says.
        first: String,
        /// What the entry (or its bytes) says.
        second: String,
    },
    /// Bytes before, between or after what the archive accounts for.
    #[error("{count} bytes at offset {offset} belong to no entry ({place})")]
    UnclaimedBytes {
        /// Where, in words: `before the archive`, `after the archive`, …
        place: &'static str,
        /// Offset of the first one. In a tar, in the unpacked stream.
        offset: u64,
        /// How many; at least this many.
        count: u64,
    },
    /// Two entries share bytes.
    #[error("{first} and {second} share bytes at offset {offset}")]
    Overlap {
        /// The entry that begins first.
        first: String,
        /// The other.
        second: String,
        /// Where the other begins.
        offset: u64,
    },
    /// An archive comment that is not plain text: a second archive can hide in one.
    #[error("the archive has a comment of {bytes} bytes that is not plain text; pack without one")]
    Comment {
        /// Its length.
        bytes: u64,
    },
    /// An encrypted entry.
    #[error("{path} is encrypted; pack without a password")]
    Encrypted {
        /// The entry.
        path: String,
    },
    /// A compression method other than stored (0) or deflated (8), or a feature nobody needs.
    #[error("{path} needs {feature}; pack with plain deflate")]
    Unsupported {
        /// The entry, or the part of the archive.
        path: String,
        /// What it needs.
        feature: String,
    },
    /// Bytes that do not match their CRC-32.
    #[error("the bytes of {path} have CRC-32 {found:08x}, and the archive says {stated:08x}; make it again")]
    Checksum {
        /// The entry.
        path: String,
        /// What the archive says.
        stated: u32,
        /// What the bytes have.
        found: u32,
    },
    /// A file changed while it was being packed.
    #[error("{path} changed while it was packed; try again")]
    Changed {
        /// The file.
        path: String,
    },
}

impl ArchiveError {
    /// A stable identifier for programs, such as `archive.link`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "archive.io",
            Self::Stopped => "archive.stopped",
            Self::UnknownFormat { .. } => "archive.unknown-format",
            Self::Corrupt { .. } => "archive.corrupt",
            Self::Empty => "archive.empty",
            Self::PackageTooLarge { .. } | Self::UnpackedTooLarge { .. } => "archive.too-large",
            Self::FileTooLarge { .. } => "archive.file-too-large",
            Self::TooManyEntries { .. } => "archive.too-many-entries",
            Self::HeaderTooLarge { .. } => "archive.header-too-large",
            Self::Ratio { .. } => "archive.ratio",
            Self::Path { cause, .. } => cause.code(),
            Self::Link { .. } => "archive.link",
            Self::Special { .. } => "archive.special-file",
            Self::Sparse { .. } => "archive.sparse",
            Self::PaxRecord { .. } => "archive.pax-record",
            Self::DuplicateName { .. } => "archive.duplicate-name",
            Self::EquivalentNames { .. } => "archive.equivalent-names",
            Self::FileAndFolder { .. } => "archive.file-and-folder",
            Self::HeaderMismatch { .. } => "archive.header-mismatch",
            Self::UnclaimedBytes { .. } => "archive.unclaimed-bytes",
            Self::Overlap { .. } => "archive.overlap",
            Self::Comment { .. } => "archive.comment",
            Self::Encrypted { .. } => "archive.encrypted",
            Self::Unsupported { .. } => "archive.unsupported",
            Self::Checksum { .. } => "archive.checksum",
            Self::Changed { .. } => "archive.changed",
        }
    }

    /// The entry (escaped) or part of the archive that this is about; `package` for all of it.
    pub fn subject(&self) -> &str {
        match self {
            Self::Io { .. }
            | Self::Stopped
            | Self::UnknownFormat { .. }
            | Self::Empty
            | Self::PackageTooLarge { .. }
            | Self::UnpackedTooLarge { .. }
            | Self::TooManyEntries { .. }
            | Self::UnclaimedBytes { .. }
            | Self::Comment { .. } => "package",
            Self::Corrupt { place, .. } => place,
            Self::EquivalentNames { second, .. } | Self::Overlap { second, .. } => second,
            Self::FileTooLarge { path, .. }
            | Self::HeaderTooLarge { path, .. }
            | Self::Ratio { path, .. }
            | Self::Path { path, .. }
            | Self::Link { path, .. }
            | Self::Special { path, .. }
            | Self::Sparse { path }
            | Self::PaxRecord { path, .. }
            | Self::DuplicateName { path }
            | Self::FileAndFolder { path }
            | Self::HeaderMismatch { path, .. }
            | Self::Encrypted { path }
            | Self::Unsupported { path, .. }
            | Self::Checksum { path, .. }
            | Self::Changed { path } => path,
        }
    }

    /// Whether the package is at fault. If not, the answer is "could not tell", and trying again may help.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Io { .. } | Self::Stopped)
    }

    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    pub(crate) fn corrupt(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Corrupt { place: place.into(), why: why.into() }
    }

    pub(crate) fn mismatch(
        path: impl Into<String>,
        field: &'static str,
        first: impl ToString,
        second: impl ToString,
    ) -> Self {
        Self::HeaderMismatch {
            path: path.into(),
            field,
            first: first.to_string(),
            second: second.to_string(),
        }
    }

    /// Carries an error of ours through a `Read` that a decoder drives.
    pub(crate) fn smuggle(self) -> io::Error {
        io::Error::other(self)
    }

    /// Takes back what [`ArchiveError::smuggle`] carried. What a decoder says for itself is about the bytes,
    /// because failures of the disk underneath are carried too.
    pub(crate) fn from_decoder(place: &str, error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(theirs) if theirs.kind() == io::ErrorKind::UnexpectedEof => {
                Self::corrupt(place, "it ends too soon")
            }
            Err(theirs) => Self::corrupt(place, theirs.to_string()),
        }
    }
}

/// A name from an archive, made safe to show: control and other odd characters escaped, shortened.
pub(crate) fn shown(name: &[u8]) -> String {
    const MOST: usize = 160;
    let text = String::from_utf8_lossy(name);
    let mut out = String::new();
    for c in text.chars() {
        if out.len() > MOST {
            out.push('…');
            break;
        }
        if crate::path::is_plain(c) { out.push(c) } else { out.extend(c.escape_unicode()) }
    }
    out
}
