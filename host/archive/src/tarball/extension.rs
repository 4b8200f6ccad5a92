//! Tar headers that describe the entry after them.

use std::borrow::Cow;

use tar::{EntryType, Header};

use super::size_of;
use super::stream::Stream;
use crate::error::{ArchiveError, shown};
use crate::limits::Limits;
use crate::path::PathError;

/// pax records that say nothing about which bytes are in which file. Everything that is not known to be
/// harmless is refused: new records are new ways to differ.
const HARMLESS: &[&str] = &[
    "mtime",
    "atime",
    "ctime",
    "uid",
    "gid",
    "uname",
    "gname",
    "comment",
    "SCHILY.dev",
    "SCHILY.ino",
    "SCHILY.nlink",
    "SCHILY.fflags",
    "LIBARCHIVE.creationtime",
    "RHT.security.selinux",
];

/// Extended attributes and access lists: never applied.
const HARMLESS_PREFIXES: &[&str] = &["SCHILY.xattr.", "SCHILY.acl.", "LIBARCHIVE.xattr."];

/// What 7-Zip writes in the place of a name that has a GNU name in front, and a CRC-32 after it.
const SEVEN_ZIPS_CUT: &[u8] = b"@PathCut/_pc_crc32/";

/// What headers before an entry said about it.
#[derive(Default)]
pub(super) struct Extensions {
    pax: Option<Said>,
    gnu_name: Option<Vec<u8>>,
}

impl Extensions {
    pub(super) fn is_empty(&self) -> bool {
        self.pax.is_none() && self.gnu_name.is_none()
    }

    /// Takes a header in, or answers `false` if it is an entry of its own.
    pub(super) fn take(
        &mut self,
        header: &Header,
        place: &str,
        stream: &mut Stream<'_>,
        limits: &Limits,
    ) -> Result<bool, ArchiveError> {
        let kind = header.entry_type();
        match kind {
            EntryType::XHeader | EntryType::XGlobalHeader | EntryType::GNULongName => {}
            EntryType::GNULongLink => {
                return Err(ArchiveError::Link { path: place.to_owned(), target: String::new() });
            }
            _ => return Ok(false),
        }
        // To the crate `tar` these are extensions in the two formats that have them, and files in others.
        if header.as_ustar().is_none() && header.as_gnu().is_none() {
            return Err(ArchiveError::corrupt(place, "a header of a format without extensions extends it"));
        }
        let size = size_of(header, place)?;
        if size > limits.header_bytes {
            let path = place.to_owned();
            return Err(ArchiveError::HeaderTooLarge { path, size, limit: limits.header_bytes });
        }
        let bytes = stream.read_small(size, place)?;
        match kind {
            EntryType::XGlobalHeader => {
                // Some programs forget the headers before this one.
                if !self.is_empty() {
                    return Err(ArchiveError::corrupt(
                        place,
                        "a global header stands between an entry and its own",
                    ));
                }
                // One of these is what `git archive` begins with: a comment. A path in it would name every entry.
                let Said { path, size } = read_pax(&bytes, place)?;
                if let Some(path) = path {
                    return Err(record(place, "path", &path));
                }
                if let Some(size) = size {
                    return Err(record(place, "size", size.to_string().as_bytes()));
                }
            }
            EntryType::XHeader => {
                if self.pax.replace(read_pax(&bytes, place)?).is_some() {
                    return Err(ArchiveError::corrupt(place, "two pax headers describe one entry"));
                }
            }
            _ => {
                let name = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
                if name.contains(&0) {
                    return Err(ArchiveError::Path { path: shown(name), cause: PathError::Nul });
                }
                if self.gnu_name.replace(name.to_vec()).is_some() {
                    return Err(ArchiveError::corrupt(place, "two GNU names describe one entry"));
                }
            }
        }
        // No program writes both, and whose word counts depends on the reader and the order.
        if let (Some(pax), Some(gnu)) = (&self.pax, &self.gnu_name) {
            let pax = pax.path.as_deref().unwrap_or(b"left alone by pax");
            return Err(ArchiveError::mismatch(place, "name", shown(pax), shown(gnu)));
        }
        Ok(true)
    }

    /// The name of the entry that these belong to, which its header says is so long.
    pub(super) fn name(self, header: &Header, size: u64, place: &str) -> Result<Vec<u8>, ArchiveError> {
        let own = header_name(header)?;
        // Before POSIX that was a folder. Python decides by this name, also when a later one replaces it.
        if header.as_bytes()[156] == 0 && own.ends_with(b"/") {
            return Err(ArchiveError::Path { path: shown(&own), cause: PathError::EmptyComponent });
        }
        if let Some(Said { path, size: pax_size }) = self.pax {
            // npm says the size twice. Of two that differ, each leads to other headers after the entry: some
            // programs believe the one, and some the other.
            if let Some(pax_size) = pax_size.filter(|&pax_size| pax_size != size) {
                return Err(ArchiveError::mismatch(place, "size", pax_size, size));
            }
            return Ok(path.unwrap_or_else(|| own.into_owned()));
        }
        match self.gnu_name {
            // The entry carries the beginning of its long name, for programs that do not know about those.
            Some(gnu) if relative(&gnu).starts_with(relative(&own)) || own.starts_with(SEVEN_ZIPS_CUT) => {
                Ok(gnu)
            }
            Some(gnu) => Err(ArchiveError::mismatch(place, "name", shown(&gnu), shown(&own))),
            None => Ok(own.into_owned()),
        }
    }
}

/// A name without the leading `./`, which some programs write in one of the two only.
fn relative(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"./").unwrap_or(name)
}

/// The header's own name, with its prefix. Bytes after a NUL in its name field are what one program ignores and another reads.
fn header_name(header: &Header) -> Result<Cow<'_, [u8]>, ArchiveError> {
    let field = &header.as_bytes()[..100];
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    if field[end..].iter().any(|&byte| byte != 0) {
        return Err(ArchiveError::Path { path: shown(field), cause: PathError::Nul });
    }
    check_prefix(header)?;
    Ok(header.path_bytes())
}

/// Checks that every program takes the prefix for the same. Python reads one in formats that have none there. Where most
/// read 155 bytes, some read 131, and two times behind them, which npm's `tar` may write.
fn check_prefix(header: &Header) -> Result<(), ArchiveError> {
    const SHORT: usize = 131;
    let (field, rest) = header.as_bytes()[345..].split_at(155);
    let blank = |bytes: &[u8]| bytes.iter().all(|&byte| byte == 0);
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    let alike = if header.as_ustar().is_none() {
        blank(field)
    } else if end < SHORT {
        blank(&field[end..SHORT]) && field[SHORT..].iter().all(|byte| matches!(byte, 0 | b' ' | b'0'..=b'7'))
    } else {
        blank(&field[end..]) && blank(rest)
    };
    if alike { Ok(()) } else { Err(ArchiveError::Path { path: shown(field), cause: PathError::Nul }) }
}

/// What a pax header says that matters.
#[derive(Default)]
struct Said {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Checks every record.
fn read_pax(mut bytes: &[u8], place: &str) -> Result<Said, ArchiveError> {
    let malformed = || ArchiveError::corrupt(place, "its pax header is malformed");
    let mut said = Said::default();
    while !bytes.is_empty() {
        let (key, value, rest) = next_record(bytes).ok_or_else(malformed)?;
        bytes = rest;
        match key {
            "path" => {
                if value.contains(&0) {
                    return Err(ArchiveError::Path { path: shown(value), cause: PathError::Nul });
                }
                if said.path.replace(value.to_vec()).is_some() {
                    return Err(record(place, key, value));
                }
            }
            "size" => {
                let size = std::str::from_utf8(value).ok().and_then(decimal);
                let size = size.ok_or_else(|| record(place, key, value))?;
                if said.size.replace(size).is_some() {
                    return Err(record(place, key, value));
                }
            }
            _ if HARMLESS.contains(&key) => {}
            _ if HARMLESS_PREFIXES.iter().any(|prefix| key.starts_with(prefix)) => {}
            _ if key.starts_with("GNU.sparse.") => {
                return Err(ArchiveError::Sparse { path: place.to_owned() });
            }
            "linkpath" => return Err(ArchiveError::Link { path: place.to_owned(), target: shown(value) }),
            _ => return Err(record(place, key, value)),
        }
    }
    Ok(said)
}

/// A number with no sign and no leading zero, which parse for some and not for others.
fn decimal(digits: &str) -> Option<u64> {
    let canonical = digits == "0" || !digits.starts_with('0');
    if canonical && digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// One record, `length key=value\n`, and what is after it. By its length, as POSIX has it: the crate `tar` goes by line
/// feeds, which attributes of macOS have in their values, and ends at a blank line, where others go on.
fn next_record(bytes: &[u8]) -> Option<(&str, &[u8], &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let length = decimal(std::str::from_utf8(&bytes[..space]).ok()?)?;
    let (whole, rest) = bytes.split_at_checked(length.try_into().ok()?)?;
    let pair = whole.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|&byte| byte == b'=')?;
    let key = std::str::from_utf8(&pair[..equals]).ok()?;
    Some((key, &pair[equals + 1..], rest))
}

fn record(place: &str, key: &str, value: &[u8]) -> ArchiveError {
    ArchiveError::PaxRecord { path: place.to_owned(), key: shown(key.as_bytes()), value: shown(value) }
}
