//! `.zip`, against the crate `zip`.

use std::io::{Cursor, Read as _};

use crate::unpacked::{Files, unpacked};

/// Whatever is accepted is read alike by a reader that is not ours.
pub fn zip(data: &[u8]) {
    if !data.starts_with(b"PK") {
        return;
    }
    if let Some(ours) = unpacked(data) {
        assert_eq!(theirs(data).expect("what we read, others read"), ours);
    }
}

/// What the crate `zip` reads, by name.
fn theirs(package: &[u8]) -> Result<Files, Box<dyn std::error::Error>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package))?;
    let mut files = Files::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        assert!(!entry.is_symlink() && !entry.encrypted());
        assert_eq!(entry.is_dir(), name.ends_with('/'));
        if entry.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let before = files.insert(name.strip_prefix("./").unwrap_or(&name).to_owned(), bytes);
        assert_eq!(before, None, "{name} is there twice");
    }
    Ok(files)
}
