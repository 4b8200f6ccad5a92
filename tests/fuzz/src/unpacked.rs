//! What holds of every archive, accepted or not.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use marketplace_archive::{Format, Limits, PackagePath, Sealed, Tree, pack};
use marketplace_manifest::Digest;
use tempfile::TempDir;

use crate::texts::assert_calm;

/// The files of an archive.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Small, so that a run of a fuzzer is fast, and limits are reached.
fn limits() -> Limits {
    Limits {
        package_bytes: 1 << 20,
        unpacked_bytes: 1 << 20,
        file_bytes: 256 << 10,
        entries: 64,
        ratio_floor: 64 << 10,
        ..Limits::default()
    }
}

/// Unpacks, and checks: nothing is outside of the folder; what is in it is files and folders with fixed modes, and exactly what
/// the listing says; a second time is like the first; and what was unpacked can be packed and is the same again.
/// Gives the files, if the archive was accepted.
pub(crate) fn unpacked(bytes: &[u8]) -> Option<Files> {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).and_then(|()| file.seek(SeekFrom::Start(0))).expect("written");
    let sealed = match Sealed::open(file, &limits()) {
        Ok(sealed) => sealed,
        Err(error) => {
            assert!(error.is_refusal(), "{error}");
            return None;
        }
    };
    assert_eq!(sealed.digest(), Digest::of(bytes));
    let (first, second) = (unpack(&sealed), unpack(&sealed));
    let ((files, tree), (again, tree_again)) = match (first, second) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(first), Err(second)) => {
            assert_eq!(first, second);
            return None;
        }
        (first, second) => panic!("{first:?} and then {second:?}"),
    };
    assert_eq!((&files, &tree), (&again, &tree_again));
    Some(files)
}

/// The files and their listing, or the message of the refusal.
fn unpack(sealed: &Sealed) -> Result<(Files, Tree), String> {
    let outer = TempDir::new().expect("a temporary folder");
    let into = outer.path().join("into");
    fs::create_dir(&into).expect("made");
    let dir = Dir::open_ambient_dir(&into, ambient_authority()).expect("opened");
    let result = sealed.unpack(&dir, &limits());
    let beside: Vec<_> =
        fs::read_dir(outer.path()).expect("listed").map(|e| e.expect("listed").file_name()).collect();
    assert_eq!(beside, ["into"]);
    let mut found = Files::new();
    walk(&into, "", &mut found);
    let tree = result.map_err(|error| {
        assert!(error.is_refusal(), "{error}");
        assert_calm(&error.to_string());
        error.to_string()
    })?;
    let listed: Vec<_> = tree.files.iter().map(|file| (file.path.as_str(), file.size, file.sha256)).collect();
    let on_disk: Vec<_> =
        found.iter().map(|(path, bytes)| (path.as_str(), bytes.len() as u64, Digest::of(bytes))).collect();
    assert_eq!(listed, on_disk);
    pack_again(&into, &tree);
    Ok((found, tree))
}

/// Every file below the folder. Panics at what is neither file nor folder, and at modes of the archive's own.
fn walk(folder: &Path, prefix: &str, found: &mut Files) {
    for entry in fs::read_dir(folder).expect("listed") {
        let entry = entry.expect("listed");
        let path = format!("{prefix}{}", entry.file_name().to_str().expect("UTF-8"));
        assert!(PackagePath::parse(&path, &limits()).is_ok(), "{path:?}");
        let metadata = entry.metadata().expect("its own metadata");
        let mode = metadata.permissions().mode();
        if metadata.is_dir() {
            assert_eq!(mode, 0o040_755);
            walk(&entry.path(), &format!("{path}/"), found);
        } else {
            assert_eq!(mode, 0o100_644);
            found.insert(path, fs::read(entry.path()).expect("read"));
        }
    }
}

fn pack_again(folder: &Path, tree: &Tree) {
    // Packing compresses in its own way, and may come over the ratio, or over the limit of a whole tar, with it.
    let limits = Limits { ratio: u64::MAX, unpacked_bytes: 4 << 20, package_bytes: 4 << 20, ..limits() };
    for format in [Format::TarGz, Format::Zip] {
        let mut file = tempfile::tempfile().expect("a temporary file");
        pack(folder, &mut file, format, &limits, &|_| false).expect("what was unpacked can be packed");
        file.seek(SeekFrom::Start(0)).expect("at its start");
        let into = TempDir::new().expect("a temporary folder");
        let dir = Dir::open_ambient_dir(into.path(), ambient_authority()).expect("opened");
        let again = Sealed::open(file, &limits).expect("sealed").unpack(&dir, &limits);
        assert_eq!(again.expect("what was packed is unpacked").digest(), tree.digest());
    }
}
