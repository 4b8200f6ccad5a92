//! The two kinds of archive, told apart by their bytes.

use std::fmt;

/// The kind of archive that a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// gzip (RFC 1952) around tar (POSIX.1-2001).
    TarGz,
    /// ZIP (PKWARE APPNOTE 6.3), stored or deflated.
    Zip,
}

impl Format {
    /// How many leading bytes [`Format::sniff`] looks at.
    pub(crate) const MAGIC: usize = 4;

    /// Tells the format from an archive's first bytes, never from its name: a name is a claim.
    ///
    /// A ZIP has to begin with its first entry. Most programs find a ZIP from its end and
    /// allow anything in front, which lets one file be two things.
    pub fn sniff(first: &[u8]) -> Option<Self> {
        match first {
            [0x1f, 0x8b, 8, ..] => Some(Self::TarGz),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ => None,
        }
    }

    /// The conventional file extension, without a leading dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::TarGz => "tar.gz",
            Self::Zip => "zip",
        }
    }

    /// The media type: `application/gzip` (RFC 6713) or `application/zip`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::TarGz => "application/gzip",
            Self::Zip => "application/zip",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}
