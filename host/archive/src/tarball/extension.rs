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

/// What headers before an entry said about it.
#[derive(Default)]
pub(super) struct Extensions {
    pax: bool,
    pax_path: Option<Vec<u8>>,
    gnu_name: Option<Vec<u8>>,
}

impl Extensions {
    pub(super) fn is_empty(&self) -> bool {
        !self.pax && self.gnu_name.is_none()
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
        let size = size_of(header, place)?;
        if size > limits.header_bytes {
            let path = place.to_owned();
            return Err(ArchiveError::HeaderTooLarge { path, size, limit: limits.header_bytes });
        }
        let bytes = stream.read_small(size, place)?;
        match kind {
            EntryType::XGlobalHeader => {
                // One of these is what `git archive` begins with: a comment. A path in it would name every entry.
                if let Some(path) = pax_path(&bytes, place)? {
                    return Err(record(place, "path", &path));
                }
            }
            EntryType::XHeader => {
                if std::mem::replace(&mut self.pax, true) {
                    return Err(ArchiveError::corrupt(place, "two pax headers describe one entry"));
                }
                self.pax_path = pax_path(&bytes, place)?;
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
        Ok(true)
    }

    /// The name of the entry that these belong to.
    pub(super) fn name(self, header: &Header, place: &str) -> Result<Vec<u8>, ArchiveError> {
        let own = header_name(header)?;
        match (self.pax_path, self.gnu_name) {
            (Some(pax), Some(gnu)) => Err(ArchiveError::mismatch(place, "name", shown(&pax), shown(&gnu))),
            (Some(pax), None) => Ok(pax),
            // The entry carries the beginning of its long name, for programs that do not know about those.
            (None, Some(gnu)) if !relative(&gnu).starts_with(relative(&own)) => {
                Err(ArchiveError::mismatch(place, "name", shown(&gnu), shown(&own)))
            }
            (None, Some(gnu)) => Ok(gnu),
            (None, None) => Ok(own.into_owned()),
        }
    }
}

/// A name without the leading `./`, which some programs write in one of the two only.
fn relative(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"./").unwrap_or(name)
}

/// The header's own name. Bytes after a NUL in its name field are what one program ignores and another reads.
fn header_name(header: &Header) -> Result<Cow<'_, [u8]>, ArchiveError> {
    let field = &header.as_bytes()[..100];
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    if field[end..].iter().any(|&byte| byte != 0) {
        return Err(ArchiveError::Path { path: shown(field), cause: PathError::Nul });
    }
    Ok(header.path_bytes())
}

/// Checks every record, and gives the path if there is one.
fn pax_path(mut bytes: &[u8], place: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
    let malformed = || ArchiveError::corrupt(place, "its pax header is malformed");
    let mut found = None;
    while !bytes.is_empty() {
        let (key, value, rest) = next_record(bytes).ok_or_else(malformed)?;
        bytes = rest;
        match key {
            "path" => {
                if value.contains(&0) {
                    return Err(ArchiveError::Path { path: shown(value), cause: PathError::Nul });
                }
                if found.replace(value.to_vec()).is_some() {
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
    Ok(found)
}

/// One record, `length key=value\n`, and what is after it. By its length, as POSIX has it: the crate `tar` goes by line
/// feeds, which attributes of macOS have in their values, and ends at a blank line, where others go on.
fn next_record(bytes: &[u8]) -> Option<(&str, &[u8], &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let digits = std::str::from_utf8(&bytes[..space]).ok()?;
    // No sign and no leading zero, which parse for some and not for others.
    if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (whole, rest) = bytes.split_at_checked(digits.parse().ok()?)?;
    let pair = whole.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|&byte| byte == b'=')?;
    let key = std::str::from_utf8(&pair[..equals]).ok()?;
    Some((key, &pair[equals + 1..], rest))
}

fn record(place: &str, key: &str, value: &[u8]) -> ArchiveError {
    ArchiveError::PaxRecord { path: place.to_owned(), key: shown(key.as_bytes()), value: shown(value) }
}
