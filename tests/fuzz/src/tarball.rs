//! `.tar.gz`, against the crate `tar`.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::unpacked::{Files, unpacked};

/// Whatever is accepted is read alike by a reader that is not ours. Bytes that do not begin like gzip are the tar
/// itself, so that a fuzzer does not have to write gzip.
pub fn tarball(data: &[u8]) {
    if data.starts_with(&[0x1f, 0x8b]) { judge(data) } else { judge(&gzip(data)) }
}

pub(crate) fn gzip(tar: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(tar).and_then(|()| encoder.finish()).expect("in memory")
}

fn judge(package: &[u8]) {
    if let Some(ours) = unpacked(package) {
        assert_eq!(theirs(package).expect("what we read, others read"), ours);
    }
}

/// What the crate `tar` reads, by name.
fn theirs(package: &[u8]) -> std::io::Result<Files> {
    let mut files = Files::new();
    for entry in tar::Archive::new(GzDecoder::new(package)).entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind == tar::EntryType::XGlobalHeader {
            continue;
        }
        assert_eq!(kind, tar::EntryType::Regular);
        assert!(entry.link_name_bytes().is_none());
        let path = String::from_utf8(entry.path_bytes().into_owned()).expect("UTF-8");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let before = files.insert(path.strip_prefix("./").unwrap_or(&path).to_owned(), bytes);
        assert_eq!(before, None, "{path} is there twice");
    }
    Ok(files)
}
