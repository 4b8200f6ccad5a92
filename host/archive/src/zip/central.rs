//! The central directory: the first of the two descriptions.

use std::io::BufReader;

use super::extra::Extra;
use super::layout::Method;
use super::record::{self, Fields};
use crate::error::{ArchiveError, shown};
use crate::limits::Limits;
use crate::path::{PackagePath, PathError, entry_path};
use crate::sealed::Window;

const SIGNATURE: u32 = 0x0201_4b50;
const SIZE: usize = 46;

const ENCRYPTED: u16 = 1;
/// Sizes and CRC-32 come after the data.
pub(super) const DESCRIPTOR: u16 = 1 << 3;
const STRONG_ENCRYPTION: u16 = 1 << 6;
const UTF8: u16 = 1 << 11;
const MASKED: u16 = 1 << 13;
/// How hard the deflater tried (APPNOTE 4.4.4): says nothing about the data.
const EFFORT: u16 = 0b110;

/// The type bits of a Unix mode, in the upper half of the external attributes.
const TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const DOS_FOLDER: u32 = 0x10;
/// Attributes that make something else of an entry: Info-ZIP's unzip skips a volume label, and a reparse point is
/// a link on Windows.
const DOS_SPECIAL: &[(u32, &str)] = &[(0x08, "volume label"), (0x40, "device"), (0x400, "reparse point")];

/// One entry as the central directory has it.
pub(super) struct Central {
    /// As it is in the archive.
    pub(super) name: Vec<u8>,
    /// `None` for the top folder itself.
    pub(super) path: Option<PackagePath>,
    pub(super) is_folder: bool,
    pub(super) flags: u16,
    pub(super) method: Method,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
}

impl Central {
    /// The method's number (APPNOTE 4.4.5).
    pub(super) fn method_number(&self) -> u16 {
        match self.method {
            Method::Stored => 0,
            Method::Deflated => 8,
        }
    }
}

/// Reads the next entry, and how many bytes it takes.
pub(super) fn read(
    source: &mut BufReader<Window<'_>>,
    limits: &Limits,
) -> Result<(Central, u64), ArchiveError> {
    let place = "the ZIP directory";
    let fixed = record::read(source, SIZE, place)?;
    let header = Fixed::parse(&fixed)
        .filter(|header| header.signature == SIGNATURE)
        .ok_or_else(|| ArchiveError::corrupt(place, "an entry does not begin where it should"))?;
    // A slash more than a path, for folders.
    if usize::from(header.name_length) > limits.path_bytes + 1 {
        let (length, limit) = (header.name_length.into(), limits.path_bytes);
        return Err(ArchiveError::Path {
            path: place.to_owned(),
            cause: PathError::TooLong { length, limit },
        });
    }
    let name = record::read(source, header.name_length.into(), place)?;
    let extra = record::read(source, header.extra_length.into(), place)?;
    // An entry's comment is nothing to any program that unpacks.
    record::read(source, header.comment_length.into(), place)?;
    let length = SIZE as u64
        + u64::from(header.name_length)
        + u64::from(header.extra_length)
        + u64::from(header.comment_length);
    Ok((header.check(name, &extra, limits)?, length))
}

struct Fixed {
    signature: u32,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
    name_length: u16,
    extra_length: u16,
    comment_length: u16,
    disk: u16,
    attributes: u32,
    offset: u32,
}

impl Fixed {
    fn parse(record: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(record);
        let signature = fields.u32()?;
        fields.bytes(4)?; // versions: made by, needed
        let flags = fields.u16()?;
        let method = fields.u16()?;
        fields.bytes(4)?; // time and date
        let (crc, packed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name_length, extra_length, comment_length) = (fields.u16()?, fields.u16()?, fields.u16()?);
        let disk = fields.u16()?;
        fields.bytes(2)?; // internal attributes
        let (attributes, offset) = (fields.u32()?, fields.u32()?);
        Some(Self {
            signature,
            flags,
            method,
            crc,
            packed,
            size,
            name_length,
            extra_length,
            comment_length,
            disk,
            attributes,
            offset,
        })
    }

    fn check(&self, name: Vec<u8>, extra: &[u8], limits: &Limits) -> Result<Central, ArchiveError> {
        let unsupported = |feature: String| ArchiveError::Unsupported { path: shown(&name), feature };
        if self.flags & (ENCRYPTED | STRONG_ENCRYPTION | MASKED) != 0 {
            return Err(ArchiveError::Encrypted { path: shown(&name) });
        }
        let unknown = self.flags & !(EFFORT | DESCRIPTOR | UTF8);
        if unknown != 0 {
            return Err(unsupported(format!("the flags {unknown:#06x}")));
        }
        let method = match self.method {
            0 => Method::Stored,
            8 => Method::Deflated,
            other => return Err(unsupported(format!("compression method {other}"))),
        };
        if self.disk != 0 {
            return Err(unsupported(format!("disk {} of a split archive", self.disk)));
        }

        let extra = Extra::parse(extra, &name)?;
        let refused = |cause| ArchiveError::Path { path: shown(&name), cause };
        let text = std::str::from_utf8(&name).map_err(|_| refused(PathError::NotUtf8))?;
        // Without either mark, a name is in code page 437 to some programs and in the reader's own to others.
        if !text.is_ascii() && self.flags & UTF8 == 0 && !extra.confirms_utf8 {
            return Err(refused(PathError::Unmarked));
        }
        let is_folder = text.ends_with('/');
        let path = entry_path(text, is_folder, limits).map_err(refused)?;
        let place = || path.as_ref().map_or_else(|| shown(&name), PackagePath::to_string);
        self.check_attributes(place(), is_folder)?;

        let (mut packed, mut size, mut offset) = (self.packed.into(), self.size.into(), self.offset.into());
        extra.widen(&name, &mut [&mut size, &mut packed, &mut offset])?;
        if is_folder && size != 0 {
            return Err(ArchiveError::mismatch(place(), "size of a folder", size, 0));
        }
        if method == Method::Stored && size != packed {
            return Err(ArchiveError::mismatch(place(), "size of a stored file", size, packed));
        }
        // Claims, good enough to refuse: a bomb that states its size costs nothing.
        if size > limits.file_bytes {
            return Err(ArchiveError::FileTooLarge { path: place(), limit: limits.file_bytes });
        }
        limits.check_ratio(&place(), packed, size)?;
        Ok(Central { path, is_folder, flags: self.flags, method, crc: self.crc, packed, size, offset, name })
    }

    /// The type that the attributes give has to be the one that the name gives.
    fn check_attributes(&self, path: String, is_folder: bool) -> Result<(), ArchiveError> {
        match (self.attributes >> 16) & TYPE {
            // Programs that are not from Unix leave it out.
            0 => {}
            REGULAR if !is_folder => {}
            FOLDER if is_folder => {}
            REGULAR => return Err(ArchiveError::mismatch(path, "type", "folder", "file")),
            FOLDER => return Err(ArchiveError::mismatch(path, "type", "file", "folder")),
            LINK => return Err(ArchiveError::Link { path, target: String::new() }),
            other => {
                let kind = format!("special file of Unix type {other:o}");
                return Err(ArchiveError::Special { path, kind });
            }
        }
        for (bit, kind) in DOS_SPECIAL {
            if self.attributes & bit != 0 {
                return Err(ArchiveError::Special { path, kind: (*kind).to_owned() });
            }
        }
        if self.attributes & DOS_FOLDER != 0 && !is_folder {
            return Err(ArchiveError::mismatch(path, "type", "file", "folder"));
        }
        Ok(())
    }
}
