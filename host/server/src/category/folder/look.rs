//! What is in the folder, and the bytes of a file: through a handle of the folder, which leads nowhere else.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, MetadataExt as _, OpenOptions, OpenOptionsExt as _};
use rustix::fs::OFlags;

use super::MOST_FILES;

/// Entries of any kind that are looked through: whatever else the folder is for, it is not looked at four times a second.
const MOST_ENTRIES: usize = 4_096;

/// By what a file is known to be the one that it was. Whoever sets its times back changes `changed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    file: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// Every component in the folder, by name: a name that ends in `.wasm` and does not begin with a dot. What cannot be
/// one, with the reason.
pub(super) fn list(folder: &Path) -> io::Result<BTreeMap<String, Result<Stamp, String>>> {
    let dir = open(folder)?;
    let mut listed = BTreeMap::new();
    for (number, entry) in dir.entries()?.enumerate() {
        if number >= MOST_ENTRIES {
            let path = folder.display();
            return Err(io::Error::other(format!(
                "{path} holds more than {MOST_ENTRIES} files; name a folder for components alone with --adapters"
            )));
        }
        let name = entry?.file_name();
        let shown = name.to_string_lossy().into_owned();
        if shown.starts_with('.') || !shown.ends_with(".wasm") {
            continue;
        }
        // Not the target's: a link says nothing of what it will lead to.
        let looked = match dir.symlink_metadata(&name) {
            _ if name.to_str().is_none() => Err("its name is not UTF-8; give it another".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
            Ok(metadata) if metadata.is_symlink() => {
                Err("it is a symbolic link, which may lead elsewhere tomorrow; copy the component here"
                    .to_owned())
            }
            Ok(metadata) if !metadata.is_file() => {
                Err("it is no file; only components belong here".to_owned())
            }
            Ok(metadata) => Ok(Stamp::of(&metadata)),
        };
        listed.insert(shown, looked);
    }
    if listed.len() > MOST_FILES {
        let (path, number) = (folder.display(), listed.len());
        return Err(io::Error::other(format!(
            "{path} holds {number} components, over {MOST_FILES}; take away those that are added already, which changes \
             nothing: what serves goes on"
        )));
    }
    Ok(listed)
}

/// What came of reading a file.
pub(super) enum Bytes {
    /// All of it.
    Whole(Vec<u8>),
    /// It has more bytes than a component may have. They were not read.
    TooLarge(u64),
    /// It is not, or no longer, the file that was looked at.
    Moving,
}

/// Reads a file, if it is the one that was looked at, before and after.
pub(super) fn read(folder: &Path, name: &str, stamp: Stamp, most: usize) -> io::Result<Bytes> {
    if stamp.size > most as u64 {
        return Ok(Bytes::TooLarge(stamp.size));
    }
    let mut options = OpenOptions::new();
    // Should a pipe have taken its place, nobody waits for its other end.
    options.read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let file = match open(folder)?.open_with(name, &options) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Bytes::Moving),
        other => other?,
    };
    // Of the handle: a link that took the file's place is another file.
    if Stamp::of(&file.metadata()?) != stamp {
        return Ok(Bytes::Moving);
    }
    let mut bytes = Vec::new();
    (&file).take(stamp.size + 1).read_to_end(&mut bytes)?;
    let held_still = bytes.len() as u64 == stamp.size && Stamp::of(&file.metadata()?) == stamp;
    Ok(if held_still { Bytes::Whole(bytes) } else { Bytes::Moving })
}

fn open(folder: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(folder, ambient_authority()).map_err(|error| {
        let path = folder.display();
        io::Error::new(error.kind(), format!("{path} cannot be opened: {error}"))
    })
}
