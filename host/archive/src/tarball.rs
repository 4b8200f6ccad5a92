//! Strict reading of `.tar.gz`.
//!
//! Headers are taken one 512-byte block at a time, so that every byte of the stream is accounted for: entries,
//! zero padding, the end, nothing behind it. The crate `tar` names the fields; its own iterator would apply pax sizes,
//! end at a blank pax line, and take a missing end for an end.
//!
//! What ordinary programs write is read: ustar with its prefix, GNU long names, and pax records that
//! say a path, times or owners. What makes two programs read different entries is refused: pax sizes, link
//! paths, sparse maps, GNU long links, names that disagree.

mod extension;
mod stream;

use std::io::Read;

use tar::{EntryType, Header};

use self::extension::Extensions;
use self::stream::{BLOCK, Stream, is_zero};
use crate::error::{ArchiveError, shown};
use crate::limits::Limits;
use crate::path::{PackagePath, PathError, entry_path};
use crate::sealed::Window;
use crate::unpack::Unpacker;

pub(crate) fn unpack(
    package: Window<'_>,
    limits: &Limits,
    unpacker: &mut Unpacker<'_, '_>,
) -> Result<(), ArchiveError> {
    let mut stream = Stream::new(package, limits);
    let mut root_seen = false;
    let mut headers = 0;
    loop {
        let mut extensions = Extensions::default();
        let (header, place) = loop {
            let Some(header) = next_header(&mut stream)? else {
                if !extensions.is_empty() {
                    return Err(ArchiveError::corrupt("the end", "a pax or GNU header describes no entry"));
                }
                return stream.finish();
            };
            // Each entry may have a pax header and a GNU name, and no archive needs more.
            headers += 1;
            if headers > limits.entries.saturating_mul(3) {
                return Err(ArchiveError::TooManyEntries { limit: limits.entries });
            }
            let place = shown(&header.path_bytes());
            if !extensions.take(&header, &place, &mut stream, limits)? {
                break (header, place);
            }
        };
        let kind = entry_kind(&header, &place)?;
        let size = size_of(&header, &place)?;
        let raw = extensions.name(&header, size, &place)?;
        match entry_name(&raw, kind, limits)? {
            None if root_seen => return Err(ArchiveError::DuplicateName { path: shown(&raw) }),
            None => {
                root_seen = true;
                expect_no_bytes(size, &raw)?;
            }
            Some(path) if kind == Kind::Folder => {
                expect_no_bytes(size, &raw)?;
                unpacker.folder(&path)?;
            }
            Some(path) => {
                // A claim is enough to refuse: nothing is written of a file that says it is too big.
                if size > limits.file_bytes {
                    return Err(ArchiveError::FileTooLarge {
                        path: path.to_string(),
                        limit: limits.file_bytes,
                    });
                }
                let written = unpacker.file(path, &mut (&mut stream).take(size))?;
                if written != size {
                    return Err(ArchiveError::corrupt(shown(&raw), "it ends too soon"));
                }
                stream.skip_padding(size)?;
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

/// The next header that is not blank, with its checksum verified; `None` at the end.
fn next_header(stream: &mut Stream<'_>) -> Result<Option<Header>, ArchiveError> {
    let mut header = Header::new_old();
    stream.read_block(header.as_mut_bytes())?;
    if is_zero(header.as_bytes()) {
        // POSIX ends an archive with two blank blocks. After a single one, some programs go on.
        let mut second = [0; BLOCK];
        stream.read_block(&mut second)?;
        if !is_zero(&second) {
            return Err(ArchiveError::corrupt("the end", "one blank block stands between entries"));
        }
        return Ok(None);
    }
    let place = shown(&header.path_bytes());
    let bytes = header.as_bytes();
    // The checksum is over the header with its own eight bytes as spaces.
    let found = bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>()
        - bytes[148..156].iter().map(|&byte| u64::from(byte)).sum::<u64>()
        + 8 * u64::from(b' ');
    let stated = octal(&bytes[148..156], &place, "checksum")?;
    if stated != found {
        return Err(ArchiveError::mismatch(place, "header checksum", stated, found));
    }
    check_format(&header, &place)?;
    Ok(Some(header))
}

/// The magic, and the numbers that are of no use here. Python ends an archive at a header whose numbers it cannot read, and
/// says nothing: what comes after it is there for some only.
fn check_format(header: &Header, place: &str) -> Result<(), ArchiveError> {
    let bytes = header.as_bytes();
    if !matches!(&bytes[257..265], b"ustar\x0000" | b"ustar  \0" | b"\0\0\0\0\0\0\0\0") {
        return Err(ArchiveError::corrupt(place, "its magic is neither ustar's nor GNU's nor blank"));
    }
    for (field, what) in [
        (&bytes[100..108], "mode"),
        (&bytes[108..116], "owner"),
        (&bytes[116..124], "group"),
        (&bytes[136..148], "time"),
        (&bytes[329..337], "device"),
        (&bytes[337..345], "device"),
    ] {
        let blank = field.iter().all(|byte| matches!(byte, 0 | b' '));
        // GNU's base 256, for large owners and for times before 1970.
        if !blank && !matches!(field[0], 0x80 | 0xff) {
            octal(field, place, what)?;
        }
    }
    Ok(())
}

fn entry_kind(header: &Header, place: &str) -> Result<Kind, ArchiveError> {
    let path = place.to_owned();
    let target = || shown(&header.link_name_bytes().unwrap_or_default());
    let special = |kind: &str| Err(ArchiveError::Special { path: place.to_owned(), kind: kind.to_owned() });
    let kind = match header.entry_type() {
        EntryType::Regular => Kind::File,
        EntryType::Directory => Kind::Folder,
        EntryType::Symlink | EntryType::Link => return Err(ArchiveError::Link { path, target: target() }),
        EntryType::GNUSparse => return Err(ArchiveError::Sparse { path }),
        EntryType::Char => return special("character device"),
        EntryType::Block => return special("block device"),
        EntryType::Fifo => return special("named pipe"),
        EntryType::Continuous => return special("contiguous file"),
        other => return special(&format!("tar entry of type {:?}", char::from(other.as_byte()).to_string())),
    };
    // A file that also says where it points is a link to some programs.
    if header.as_bytes()[157] != 0 {
        return Err(ArchiveError::Link { path, target: target() });
    }
    Ok(kind)
}

/// The size, in octal only: GNU's base 256 is for sizes over 8 GiB, which no limit allows, and is read differently.
fn size_of(header: &Header, place: &str) -> Result<u64, ArchiveError> {
    octal(&header.as_bytes()[124..136], place, "size")
}

/// A number as POSIX has it: octal digits, ended by spaces or NULs. Leading spaces are what old programs wrote.
fn octal(field: &[u8], place: &str, what: &str) -> Result<u64, ArchiveError> {
    let spaces = field.iter().position(|&byte| byte != b' ').unwrap_or(field.len());
    let text = &field[spaces..];
    let end = text.iter().position(|byte| !matches!(byte, b'0'..=b'7')).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || rest.iter().any(|&byte| byte != 0 && byte != b' ') {
        return Err(ArchiveError::corrupt(place, format!("its {what} is not an octal number")));
    }
    // Twelve digits at the most: 36 bits.
    Ok(digits.iter().fold(0, |sum, digit| sum * 8 + u64::from(digit - b'0')))
}

fn entry_name(raw: &[u8], kind: Kind, limits: &Limits) -> Result<Option<PackagePath>, ArchiveError> {
    let refused = |cause| ArchiveError::Path { path: shown(raw), cause };
    let name = std::str::from_utf8(raw).map_err(|_| refused(PathError::NotUtf8))?;
    entry_path(name, kind == Kind::Folder, limits).map_err(refused)
}

/// Programs disagree on whether a folder's bytes are there to be skipped.
fn expect_no_bytes(size: u64, raw: &[u8]) -> Result<(), ArchiveError> {
    if size == 0 { Ok(()) } else { Err(ArchiveError::mismatch(shown(raw), "size of a folder", size, 0)) }
}
