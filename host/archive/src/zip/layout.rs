//! Proof that the archive can be read in one way only: every byte belongs to exactly one thing.

use std::io::BufReader;
use std::ops::Range;

use super::central::{self, Central, DESCRIPTOR};
use super::local;
use super::record::{self, Fields};
use crate::error::{ArchiveError, shown};
use crate::limits::Limits;
use crate::path::PackagePath;
use crate::sealed::Sealed;

const END_SIGNATURE: u32 = 0x0605_4b50;
const END_SIZE: u64 = 22;
const LOCATOR_SIGNATURE: u32 = 0x0706_4b50;
const LOCATOR_SIZE: u64 = 20;
const END64_SIGNATURE: u32 = 0x0606_4b50;
const END64_SIZE: u64 = 56;
/// The end record's own longest comment.
const LONGEST_COMMENT: u64 = u16::MAX as u64;

const DIRECTORY_BUFFER: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

/// One entry, proved.
pub(super) struct Entry {
    /// `None` for the top folder itself.
    pub(super) path: Option<PackagePath>,
    /// The name, to be shown.
    pub(super) name: String,
    pub(super) is_folder: bool,
    /// Whether a descriptor follows the data.
    pub(super) described: bool,
    pub(super) method: Method,
    pub(super) crc: u32,
    /// Bytes when unpacked.
    pub(super) size: u64,
    /// Where the packed bytes are.
    pub(super) data: Range<u64>,
}

/// Where the directory is, as the end record has it.
struct End {
    entries: u64,
    directory: Range<u64>,
}

/// The entries, in the order of their bytes.
pub(super) fn read(sealed: &Sealed, limits: &Limits) -> Result<Vec<Entry>, ArchiveError> {
    let end = read_end(sealed)?;
    if end.entries > limits.entries {
        return Err(ArchiveError::TooManyEntries { limit: limits.entries });
    }
    let mut entries = read_directory(sealed, &end, limits)?;
    entries.sort_by_key(|entry| entry.offset);
    prove(sealed, &entries, end.directory.start)
}

fn read_directory(sealed: &Sealed, end: &End, limits: &Limits) -> Result<Vec<Central>, ArchiveError> {
    let window = sealed.window(end.directory.start, end.directory.end);
    let mut source = BufReader::with_capacity(DIRECTORY_BUFFER, window);
    let mut position = end.directory.start;
    let mut entries = Vec::new();
    let mut unpacked: u64 = 0;
    for _ in 0..end.entries {
        let (entry, length) = central::read(&mut source, limits)?;
        position += length;
        unpacked = unpacked.saturating_add(entry.size);
        if unpacked > limits.unpacked_bytes {
            return Err(ArchiveError::UnpackedTooLarge { limit: limits.unpacked_bytes });
        }
        entries.push(entry);
    }
    // More entries than the end record counts: some programs count, and some go on.
    if position != end.directory.end {
        return Err(ArchiveError::UnclaimedBytes {
            place: "in the ZIP directory, after the last entry it counts",
            offset: position,
            count: end.directory.end - position,
        });
    }
    Ok(entries)
}

/// Follows the entries from the first byte to the directory.
fn prove(sealed: &Sealed, sorted: &[Central], directory: u64) -> Result<Vec<Entry>, ArchiveError> {
    let first = sorted.first().map_or(directory, |entry| entry.offset);
    if first != 0 {
        // Something else in front: a program, a picture, another archive.
        return Err(ArchiveError::UnclaimedBytes { place: "before the archive", offset: 0, count: first });
    }
    let mut entries = Vec::with_capacity(sorted.len());
    for (index, entry) in sorted.iter().enumerate() {
        let next = sorted.get(index + 1);
        let limit = next.map_or(directory, |next| next.offset);
        let start = local::check(sealed, entry)?;
        let end = start.saturating_add(entry.packed);
        if end > limit {
            let second = next.map_or_else(|| "the ZIP directory".to_owned(), |next| shown(&next.name));
            return Err(ArchiveError::Overlap { first: shown(&entry.name), second, offset: limit });
        }
        local::check_descriptor(sealed, entry, end, limit)?;
        entries.push(Entry {
            path: entry.path.clone(),
            name: shown(&entry.name),
            is_folder: entry.is_folder,
            described: entry.flags & DESCRIPTOR != 0,
            method: entry.method,
            crc: entry.crc,
            size: entry.size,
            data: start..end,
        });
    }
    Ok(entries)
}

/// Reads the end record (APPNOTE 4.3.16), which with its comment is the last of the archive, and its ZIP64 forms.
fn read_end(sealed: &Sealed) -> Result<End, ArchiveError> {
    let place = "the ZIP end record";
    let malformed = || ArchiveError::corrupt(place, "it is malformed");
    let at = find_end(sealed)?;
    let bytes = record::read(&mut sealed.window(at, sealed.size()), END_SIZE as usize, place)?;
    let mut fields = Fields::new(&bytes);
    fields.u32().ok_or_else(malformed)?; // its signature, by which it was found
    let (disk, start_disk) = (fields.u16().ok_or_else(malformed)?, fields.u16().ok_or_else(malformed)?);
    let (here, entries) = (fields.u16().ok_or_else(malformed)?, fields.u16().ok_or_else(malformed)?);
    let (size, offset) = (fields.u32().ok_or_else(malformed)?, fields.u32().ok_or_else(malformed)?);

    let wide = read_end64(sealed, at)?;
    let (end, directory_limit) = match wide {
        None => {
            let narrow = Wide {
                disks: (disk.into(), start_disk.into()),
                here: here.into(),
                entries: entries.into(),
                size: size.into(),
                offset: offset.into(),
            };
            (narrow, at)
        }
        Some((wide, at64)) => {
            // A field is either all ones or the same as its wide form: programs differ on when they look there.
            let same = |field, narrow: u64, ones: u64, wide: u64| {
                if narrow == ones || narrow == wide {
                    Ok(())
                } else {
                    Err(ArchiveError::mismatch(place, field, narrow, wide))
                }
            };
            let (ones16, ones32) = (u16::MAX.into(), u32::MAX.into());
            same("disk", disk.into(), ones16, wide.disks.0)?;
            same("disk of the directory", start_disk.into(), ones16, wide.disks.1)?;
            same("number of entries on this disk", here.into(), ones16, wide.here)?;
            same("number of entries", entries.into(), ones16, wide.entries)?;
            same("size of the directory", size.into(), ones32, wide.size)?;
            same("offset of the directory", offset.into(), ones32, wide.offset)?;
            (wide, at64)
        }
    };
    end.check(place, directory_limit)
}

/// The end record's fields, in their ZIP64 width.
struct Wide {
    disks: (u64, u64),
    here: u64,
    entries: u64,
    size: u64,
    offset: u64,
}

impl Wide {
    fn check(&self, place: &str, limit: u64) -> Result<End, ArchiveError> {
        if self.disks != (0, 0) {
            let feature = "other disks of a split archive".to_owned();
            return Err(ArchiveError::Unsupported { path: place.to_owned(), feature });
        }
        if self.here != self.entries {
            return Err(ArchiveError::mismatch(place, "number of entries", self.entries, self.here));
        }
        let end = self.offset.saturating_add(self.size);
        if end > limit {
            return Err(ArchiveError::mismatch(place, "end of the directory", end, limit));
        }
        if end < limit {
            // Most programs take this for a prefix and shift every offset by it; some do not.
            return Err(ArchiveError::UnclaimedBytes {
                place: "before the archive, or between its directory and its end",
                offset: end,
                count: limit - end,
            });
        }
        Ok(End { entries: self.entries, directory: self.offset..end })
    }
}

/// Reads the ZIP64 locator and end record (APPNOTE 4.3.14, 4.3.15) if there is a locator, and where the latter begins.
fn read_end64(sealed: &Sealed, end: u64) -> Result<Option<(Wide, u64)>, ArchiveError> {
    let place = "the ZIP64 end record";
    let malformed = || ArchiveError::corrupt(place, "it is malformed");
    let Some(at) = end.checked_sub(LOCATOR_SIZE) else { return Ok(None) };
    let bytes = record::read(&mut sealed.window(at, end), LOCATOR_SIZE as usize, place)?;
    let mut fields = Fields::new(&bytes);
    if fields.u32() != Some(LOCATOR_SIGNATURE) {
        return Ok(None);
    }
    let disk = fields.u32().ok_or_else(malformed)?;
    let at64 = fields.u64().ok_or_else(malformed)?;
    let disks = fields.u32().ok_or_else(malformed)?;
    if disk != 0 || disks > 1 {
        let feature = "other disks of a split archive".to_owned();
        return Err(ArchiveError::Unsupported { path: place.to_owned(), feature });
    }
    // Right before the locator. Anywhere else there would be two to choose from.
    let expected = at.checked_sub(END64_SIZE).ok_or_else(malformed)?;
    if at64 != expected {
        return Err(ArchiveError::mismatch(place, "offset", at64, expected));
    }
    let bytes = record::read(&mut sealed.window(at64, at), END64_SIZE as usize, place)?;
    let mut fields = Fields::new(&bytes);
    let signature = fields.u32();
    // The size leaves out the first twelve bytes, and has no room for the extensible data that only PKWARE uses.
    let rest = fields.u64();
    if signature != Some(END64_SIGNATURE) || rest != Some(END64_SIZE - 12) {
        return Err(malformed());
    }
    fields.bytes(4).ok_or_else(malformed)?; // versions: made by, needed
    let disks = (fields.u32().ok_or_else(malformed)?.into(), fields.u32().ok_or_else(malformed)?.into());
    let (here, entries) = (fields.u64().ok_or_else(malformed)?, fields.u64().ok_or_else(malformed)?);
    let (size, offset) = (fields.u64().ok_or_else(malformed)?, fields.u64().ok_or_else(malformed)?);
    Ok(Some((Wide { disks, here, entries, size, offset }, at64)))
}

/// Where the end record is: the last place that has its signature, looking back as far as other programs do. Its
/// comment has to reach to the last byte, so that whoever looks for the signature and whoever counts back find the same.
fn find_end(sealed: &Sealed) -> Result<u64, ArchiveError> {
    let place = "the ZIP end record";
    let from = sealed.size().saturating_sub(END_SIZE + LONGEST_COMMENT);
    let length = (sealed.size() - from) as usize;
    let bytes = record::read(&mut sealed.window(from, sealed.size()), length, place)?;
    let signature = END_SIGNATURE.to_le_bytes();
    // Without a comment there is no room for another one behind it, whatever its own fields spell.
    let last = bytes.len().checked_sub(END_SIZE as usize);
    let at = last.filter(|&at| bytes[at..].starts_with(&signature) && bytes.ends_with(&[0, 0]));
    let at = at.or_else(|| bytes.windows(signature.len()).rposition(|window| window == signature));
    let Some(at) = at else {
        let why = "there is none: the archive is cut off, or has more behind it";
        return Err(ArchiveError::corrupt(place, why));
    };
    let Some((record, comment)) = bytes[at..].split_at_checked(END_SIZE as usize) else {
        return Err(ArchiveError::corrupt(place, "it is cut off"));
    };
    let stated = usize::from(u16::from_le_bytes([record[20], record[21]]));
    if comment.len() < stated {
        return Err(ArchiveError::corrupt(place, "its comment is cut off"));
    }
    if comment.len() > stated {
        let count = (comment.len() - stated) as u64;
        return Err(ArchiveError::UnclaimedBytes {
            place: "after the archive",
            offset: sealed.size() - count,
            count,
        });
    }
    // A line of text, such as the commit that `git archive` writes there. No record of a ZIP is all text, so
    // there is no second archive in it.
    if comment.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')) {
        return Ok(from + at as u64);
    }
    Err(ArchiveError::Comment { bytes: stated as u64 })
}
