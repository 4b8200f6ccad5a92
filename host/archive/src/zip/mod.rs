//! Strict reading of ZIP.
//!
//! A ZIP describes itself twice, from its end and at each entry, and programs choose differently whom to believe.
//! So `layout` first proves that there is nothing to choose: the entries lie back to back from the first byte
//! to the directory, the directory to the end record, the end record to the last byte, and all three agree.
//! Only then are bytes decompressed, and checked again for size and CRC-32 as they come.
//!
//! The crates `zip` and `rawzip` are made to open what others made wrong: they search for the end record, correct
//! offsets, and hide the fields that would differ. What they would parse here is a few fixed records, so
//! those are read where they are judged.

mod central;
mod extra;
mod layout;
mod local;
mod record;

use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use self::layout::{Entry, Method};
use self::local::DESCRIPTOR_SIGNATURE;
use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::sealed::{Sealed, Window};
use crate::unpack::Unpacker;

const PACKED_BUFFER: usize = 64 * 1024;

pub(crate) fn unpack(
    sealed: &Sealed,
    limits: &Limits,
    unpacker: &mut Unpacker<'_, '_>,
) -> Result<(), ArchiveError> {
    // One decoder for all entries: its window is bigger than most files.
    let mut inflate = DeflateDecoder::new(buffered(sealed.window(0, 0)));
    let mut root_seen = false;
    for entry in layout::read(sealed, limits)? {
        let packed = buffered(sealed.window(entry.data.start, entry.data.end));
        let source = match entry.method {
            Method::Stored => Source::Stored(packed),
            Method::Deflated => {
                inflate.reset(packed);
                Source::Deflated(&mut inflate)
            }
        };
        let mut contents =
            Contents { source, entry: &entry, crc: Crc::new(), count: 0, last: [0; 4], limits };
        if entry.is_folder {
            // A deflated nothing is two bytes long, and some programs write that for a folder.
            drain(&mut contents, &entry)?;
        }
        match &entry.path {
            None if root_seen => return Err(ArchiveError::DuplicateName { path: entry.name.clone() }),
            None => root_seen = true,
            Some(path) if entry.is_folder => unpacker.folder(path)?,
            Some(path) => drop(unpacker.file(path.clone(), &mut contents)?),
        }
    }
    Ok(())
}

/// No larger than what there is to read: most entries are small, and there are many.
fn buffered(window: Window<'_>) -> BufReader<Window<'_>> {
    let capacity = usize::try_from(window.left()).map_or(PACKED_BUFFER, |left| left.clamp(1, PACKED_BUFFER));
    BufReader::with_capacity(capacity, window)
}

fn drain(contents: &mut Contents<'_, '_>, entry: &Entry) -> Result<(), ArchiveError> {
    io::copy(contents, &mut io::sink())
        .map(drop)
        .map_err(|error| ArchiveError::from_decoder(&entry.name, error))
}

enum Source<'a, 's> {
    Stored(BufReader<Window<'s>>),
    Deflated(&'a mut DeflateDecoder<BufReader<Window<'s>>>),
}

/// The unpacked bytes of one entry, held to what both of its headers say.
struct Contents<'a, 's> {
    source: Source<'a, 's>,
    entry: &'a Entry,
    crc: Crc,
    count: u64,
    /// The bytes that were read last.
    last: [u8; 4],
    limits: &'a Limits,
}

impl Contents<'_, '_> {
    /// Stored bytes do not say where they end. Where only a descriptor does, a program that reads forward looks for
    /// its signature, and what stands behind an earlier one is another entry to it.
    fn check_signature(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        if self.entry.method != Method::Stored || !self.entry.described {
            return Ok(());
        }
        for &byte in bytes {
            self.last.rotate_left(1);
            self.last[3] = byte;
            if self.last == DESCRIPTOR_SIGNATURE.to_le_bytes() {
                let why =
                    "it is stored, its end is marked by a data descriptor only, and it holds such a mark";
                return Err(ArchiveError::corrupt(&self.entry.name, why));
            }
        }
        Ok(())
    }

    fn check_end(&self) -> Result<(), ArchiveError> {
        let path = self.entry.name.as_str();
        if self.count != self.entry.size {
            return Err(ArchiveError::mismatch(path, "size", self.entry.size, self.count));
        }
        if self.crc.sum() != self.entry.crc {
            let (stated, found) = (self.entry.crc, self.crc.sum());
            return Err(ArchiveError::Checksum { path: path.to_owned(), stated, found });
        }
        // DEFLATE marks its own end. Bytes behind it, inside the entry, are read by nobody and hold anything.
        if let Source::Deflated(inflate) = &self.source {
            let stated = self.entry.data.end - self.entry.data.start;
            if inflate.total_in() != stated {
                return Err(ArchiveError::mismatch(path, "packed size", stated, inflate.total_in()));
            }
        }
        Ok(())
    }
}

impl Read for Contents<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.source {
            Source::Stored(source) => source.read(buffer)?,
            Source::Deflated(source) => source.read(buffer)?,
        };
        self.crc.update(&buffer[..count]);
        self.count += count as u64;
        self.check_signature(&buffer[..count]).map_err(ArchiveError::smuggle)?;
        let path = self.entry.name.as_str();
        // No more than both headers say is ever written.
        if self.count > self.entry.size {
            let more = format!("{} or more", self.count);
            return Err(ArchiveError::mismatch(path, "size", self.entry.size, more).smuggle());
        }
        let packed = self.entry.data.end - self.entry.data.start;
        self.limits.check_ratio(path, packed, self.count).map_err(ArchiveError::smuggle)?;
        if count == 0 && !buffer.is_empty() {
            self.check_end().map_err(ArchiveError::smuggle)?;
        }
        Ok(count)
    }
}
