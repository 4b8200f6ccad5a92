//! Packing: the same bytes each time, and what comes out is what went in.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use marketplace_archive::{ArchiveError, Format, Limits, PackagePath, Packed, pack};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{paths, unpack, unpack_with};

const FORMATS: [Format; 2] = [Format::TarGz, Format::Zip];

fn pack_all(folder: &Path, format: Format) -> Result<(Vec<u8>, Packed), ArchiveError> {
    let mut out = Vec::new();
    let packed = pack(folder, &mut out, format, &Limits::default(), &|_| false)?;
    Ok((out, packed))
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn the_same_files_pack_to_the_same_bytes() {
    use std::os::unix::fs::PermissionsExt;
    let first = folder(&[("a", b"1"), ("b/c", b"2"), ("b.txt", b"3")]);
    let second = folder(&[("b.txt", b"3"), ("b/c", b"2"), ("a", b"1")]);
    std::fs::set_permissions(second.path().join("a"), std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::create_dir(second.path().join("empty")).unwrap();
    for format in FORMATS {
        let (bytes, packed) = pack_all(first.path(), format).unwrap();
        assert_eq!(pack_all(second.path(), format).unwrap(), (bytes.clone(), packed.clone()));
        assert_eq!(packed.digest, marketplace_manifest::Digest::of(&bytes));
        assert_eq!(packed.size, bytes.len() as u64);
        assert_eq!(packed.files.iter().map(PackagePath::as_str).collect::<Vec<_>>(), ["a", "b.txt", "b/c"]);
    }
}

#[test]
fn both_formats_unpack_to_the_same_tree() {
    let long = format!("{}/{}/é", "d".repeat(200), "e".repeat(200));
    let folder = folder(&[("a", b"1"), (&long, b"2"), ("naïve/日本", &[9; 70_000])]);
    let trees = FORMATS.map(|format| unpack(&pack_all(folder.path(), format).unwrap().0).unwrap());
    assert_eq!(trees[0], trees[1]);
    assert_eq!(trees[0].digest(), trees[1].digest());
    assert_eq!(paths(&trees[0]), ["a", long.as_str(), "naïve/日本"]);
}

#[test]
fn what_is_packed_is_read_alike_by_other_programs() {
    let folder = folder(&[("a", b"1"), ("naïve/b", &[7; 5000])]);
    let (bytes, _) = pack_all(folder.path(), Format::Zip).unwrap();
    let mut theirs = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..theirs.len() {
        let mut entry = theirs.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        found.insert(entry.name().unwrap().into_owned(), bytes);
    }
    let expected = BTreeMap::from([("a".to_owned(), b"1".to_vec()), ("naïve/b".to_owned(), vec![7; 5000])]);
    assert_eq!(found, expected);

    let (bytes, _) = pack_all(folder.path(), Format::TarGz).unwrap();
    let mut theirs = tar::Archive::new(flate2::read::MultiGzDecoder::new(&bytes[..]));
    let mut found = BTreeMap::new();
    for entry in theirs.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        found.insert(entry.path().unwrap().to_str().unwrap().to_owned(), bytes);
    }
    assert_eq!(found, expected);
}

#[test]
fn what_other_programs_write_is_unpacked() {
    use std::io::Write;
    use zip::write::SimpleFileOptions;
    let mut theirs = zip::ZipWriter::new(Cursor::new(Vec::new()));
    theirs.add_directory("d/", SimpleFileOptions::default()).unwrap();
    for large in [false, true] {
        theirs.start_file(format!("d/{large}"), SimpleFileOptions::default().large_file(large)).unwrap();
        theirs.write_all(b"hello").unwrap();
    }
    let bytes = theirs.finish().unwrap().into_inner();
    assert_eq!(paths(&unpack(&bytes).unwrap()), ["d/false", "d/true"]);

    let folder = folder(&[("d/a", b"1"), (&format!("{}/b", "d".repeat(200)), b"2")]);
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut theirs = tar::Builder::new(gzip);
    theirs.append_dir_all(".", folder.path()).unwrap();
    let bytes = theirs.into_inner().unwrap().finish().unwrap();
    assert_eq!(unpack(&bytes).unwrap().files.len(), 2);
}

#[test]
fn what_would_be_refused_later_is_refused_now() {
    let code = |folder: &TempDir| {
        let codes = FORMATS.map(|format| pack_all(folder.path(), format).unwrap_err().code());
        assert_eq!(codes[0], codes[1]);
        codes[0]
    };
    let link = folder(&[("a", b"")]);
    std::os::unix::fs::symlink("a", link.path().join("b")).unwrap();
    assert_eq!(code(&link), "archive.link");
    let socket = folder(&[("a", b"")]);
    let _listening = std::os::unix::net::UnixListener::bind(socket.path().join("s")).unwrap();
    assert_eq!(code(&socket), "archive.special-file");
    assert_eq!(code(&folder(&[("A", b""), ("a", b"")])), "archive.equivalent-names");
    assert_eq!(code(&folder(&[("nul.txt", b"")])), "archive.path-not-portable");
    assert_eq!(code(&folder(&[("a\\b", b"")])), "archive.path-escapes");
    assert_eq!(code(&folder(&[("zeros", &vec![0; 8 << 20])])), "archive.ratio");
    assert_eq!(code(&TempDir::new().unwrap()), "archive.empty");
    assert!(!pack_all(Path::new("/nowhere/at/all"), Format::Zip).unwrap_err().is_refusal());
}

#[test]
fn a_package_over_the_limit_is_not_packed() {
    let folder = folder(&[("a", &[1; 100]), ("b", &[1; 100])]);
    let code = |limits: Limits| {
        FORMATS.map(|format| {
            pack(folder.path(), std::io::sink(), format, &limits, &|_| false).unwrap_err().code()
        })
    };
    assert_eq!(code(Limits { package_bytes: 20, ..Limits::default() }), ["archive.too-large"; 2]);
    assert_eq!(code(Limits { unpacked_bytes: 150, ..Limits::default() }), ["archive.too-large"; 2]);
    assert_eq!(code(Limits { file_bytes: 99, ..Limits::default() }), ["archive.file-too-large"; 2]);
    assert_eq!(code(Limits { entries: 1, ..Limits::default() }), ["archive.too-many-entries"; 2]);
}

#[test]
fn only_what_the_caller_names_is_left_out() {
    let folder = folder(&[("manifest.yaml", b"x"), (".git/config", b"x"), (".hidden", b"x"), ("a", b"x")]);
    let exclude = |path: &PackagePath| matches!(path.as_str(), "manifest.yaml" | ".git");
    let packed = pack(folder.path(), std::io::sink(), Format::Zip, &Limits::default(), &exclude).unwrap();
    assert_eq!(packed.files.iter().map(PackagePath::as_str).collect::<Vec<_>>(), [".hidden", "a"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn unpacking_gives_back_what_was_packed(
        files in prop::collection::btree_map("[a-d]{1,3}(/[e-h]{1,3}){0,3}/[i-zé日]{1,40}", prop::collection::vec(any::<u8>(), 0..3000), 1..8),
        zip in any::<bool>(),
    ) {
        let listed: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
        let format = if zip { Format::Zip } else { Format::TarGz };
        let (bytes, packed) = pack_all(folder(&listed).path(), format).unwrap();
        let (place, tree) = unpack_with(&bytes, &Limits::default());
        let tree = tree.unwrap();
        prop_assert_eq!(paths(&tree), files.keys().map(String::as_str).collect::<Vec<_>>());
        prop_assert_eq!(packed.files, tree.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>());
        for (path, bytes) in &files {
            prop_assert_eq!(&place.dir().read(path).unwrap(), bytes);
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), bit in 0..8_u8, zip in any::<bool>()) {
        let folder = folder(&[("a", &b"hello ".repeat(40)), ("b/c", b"x")]);
        let format = if zip { Format::Zip } else { Format::TarGz };
        let (bytes, _) = pack_all(folder.path(), format).unwrap();
        let tree = unpack(&bytes).unwrap();
        let mut flipped = bytes.clone();
        let at = at.index(bytes.len() - 4) + 4;
        flipped[at] ^= 1 << bit;
        if let Ok(other) = unpack(&flipped) {
            // Times and the like are nobody's concern.
            prop_assert_eq!(other, tree);
        }
    }
}
