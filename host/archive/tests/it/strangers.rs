//! What other programs see in an archive: Python's `tarfile` and `zipfile`, and the crates `tar` and `zip`. What is accepted they
//! read as we do; what they read in two ways is refused.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::process::Command;

use flate2::read::GzDecoder;
use tempfile::TempDir;

use crate::rawtar::{self, tgz};
use crate::rawzip::{self, Zip, crc, extra, zip};
use crate::support::{unpack, unpack_with};

type Files = BTreeMap<String, Vec<u8>>;

/// What Python reads of each archive; `None` where it gives up.
fn python(archives: &[(String, Vec<u8>)]) -> Vec<Option<Files>> {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in archives {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/read.py");
    let output = Command::new("python3").arg(script).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: BTreeMap<String, Option<BTreeMap<String, String>>> =
        serde_json::from_slice(&output.stdout).unwrap();
    let bytes = |hex: &String| {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    archives
        .iter()
        .map(|(name, _)| {
            read[name].as_ref().map(|files| files.iter().map(|(k, v)| (k.clone(), bytes(v))).collect())
        })
        .collect()
}

/// What the crates `tar` and `zip` read; `None` where they give up.
fn crates(bytes: &[u8]) -> Option<Files> {
    if bytes.starts_with(b"PK") { zip_crate(bytes) } else { tar_crate(bytes) }
}

fn tar_crate(bytes: &[u8]) -> Option<Files> {
    let mut files = Files::new();
    for entry in tar::Archive::new(GzDecoder::new(bytes)).entries().ok()? {
        let mut entry = entry.ok()?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind == tar::EntryType::XGlobalHeader {
            continue;
        }
        let name = String::from_utf8(entry.path_bytes().into_owned()).ok()?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        files.insert(name.strip_prefix("./").unwrap_or(&name).to_owned(), bytes);
    }
    Some(files)
}

fn zip_crate(bytes: &[u8]) -> Option<Files> {
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut files = Files::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).ok()?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().ok()?.into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        files.insert(name.strip_prefix("./").unwrap_or(&name).to_owned(), bytes);
    }
    Some(files)
}

/// What we read.
fn ours(bytes: &[u8]) -> Option<Files> {
    let (place, tree) = unpack_with(bytes, &Default::default());
    let tree = tree.ok()?;
    Some(
        tree.files
            .iter()
            .map(|file| (file.path.to_string(), place.dir().read(file.path.as_str()).unwrap()))
            .collect(),
    )
}

fn named(archives: Vec<(&str, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    archives
        .into_iter()
        .enumerate()
        .map(|(n, (what, bytes))| {
            let extension = if bytes.starts_with(b"PK") { "zip" } else { "tar.gz" };
            (format!("{n:02} {what}.{extension}"), bytes)
        })
        .collect()
}

#[test]
fn what_is_accepted_is_read_alike_by_all() {
    let tar = |name: &str| rawtar::Entry::file(name, b"hello");
    let a = || rawzip::Entry::deflated("a", b"hello");
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
    let gnu = |name: &str| rawtar::Entry::new(b'L', b"././@LongLink", format!("{name}\0").as_bytes()).gnu();
    let records = |records: &[(&str, &[u8])]| rawtar::pax_records(records);
    let unicode = extra(0x7075, &[&[1][..], &crc("é".as_bytes()).to_le_bytes(), "é".as_bytes()].concat());
    let wide = extra(1, &[5_u64.to_le_bytes(), 5_u64.to_le_bytes()].concat());
    let archives = named(vec![
        ("dots", tgz(&[rawtar::Entry::folder("./"), rawtar::Entry::folder("./d"), tar("./d/a")])),
        ("prefix", tgz(&[tar("a").with(345, b"b")])),
        ("prefix and times", tgz(&[tar("a").with(345, b"b").with(476, b"14100000000 14100000000 ")])),
        ("old", tgz(&[rawtar::Entry::new(0, b"a", b"hello").with(257, &[0; 8])])),
        (
            "pax path and size",
            tgz(&[rawtar::Entry::pax(&[("path", long.as_bytes()), ("size", b"5")]), tar("a")]),
        ),
        ("gnu name", tgz(&[gnu(&long), tar(&long).gnu()])),
        ("7-zip's name", tgz(&[gnu(&long), tar("@PathCut/_pc_crc32/C2FBCF6C/d").gnu()])),
        (
            "global",
            tgz(&[rawtar::Entry::new(b'g', b"g", &records(&[("comment", b"x")])), tar("a"), tar("b")]),
        ),
        (
            "odd numbers",
            tgz(&[tar("a").with(108, b"\x80\0\0\0\x7f\xff\xff\xff").with(124, b"         5 \0"), tar("b")]),
        ),
        ("unicode", tgz(&[tar("naïve/日本")])),
        (
            "stored",
            zip(&[rawzip::Entry::stored("a", b"hello"), a().both(|h| h.name = b"b".to_vec())]).bytes(),
        ),
        ("comment", Zip { comment: b"plain text".to_vec(), ..zip(&[a()]) }.bytes()),
        ("described", zip(&[a().streamed(true, false), rawzip::Entry::stored("b", b"x")]).bytes()),
        ("described, bare", zip(&[a().streamed(false, false), rawzip::Entry::stored("b", b"x")]).bytes()),
        ("described, wide", zip(&[a().streamed(true, true), rawzip::Entry::stored("b", b"x")]).bytes()),
        ("stored and described", zip(&[rawzip::Entry::stored("a", b"hello").streamed(true, false)]).bytes()),
        ("dots in zip", zip(&[rawzip::Entry::folder("./"), rawzip::Entry::stored("./a", b"hello")]).bytes()),
        (
            "unicode in zip",
            zip(&[rawzip::Entry::stored("é", b"x").both(|h| h.extra = unicode.clone())]).bytes(),
        ),
        (
            "wide in front",
            zip(&[rawzip::Entry::stored("a", b"hello").local(|h| {
                (h.size, h.packed, h.extra) = (u32::MAX, u32::MAX, wide.clone());
            })])
            .bytes(),
        ),
    ]);
    for ((name, bytes), python) in archives.iter().zip(python(&archives)) {
        let ours = ours(bytes);
        assert!(ours.is_some(), "{name}: {}", unpack(bytes).unwrap_err());
        assert_eq!(ours, python, "{name}: Python");
        assert_eq!(ours, crates(bytes), "{name}: crate");
    }
}

#[test]
fn what_two_programs_read_differently_is_refused() {
    let tar = |name: &str| rawtar::Entry::file(name, b"hello");
    let blank = [0; 8];
    let a = || rawzip::Entry::stored("a", b"hello");
    let archives = named(vec![
        ("a prefix where GNU has times", tgz(&[tar("a").gnu().with(345, b"b")])),
        ("an owner that is no number", tgz(&[tar("a"), tar("b").with(108, b"zzzzzzz\0")])),
        ("pax in an old format", tgz(&[rawtar::Entry::pax(&[("path", b"b")]).with(257, &blank), tar("a")])),
        (
            "an old file with a slash",
            tgz(&[rawtar::Entry::pax(&[("path", b"b")]), rawtar::Entry::new(0, b"a/", b"")]),
        ),
        (
            "a contiguous file",
            tgz(&[
                rawtar::Entry::new(b'7', b"a", b"hello"),
                rawtar::Entry::new(b'1', b"b", b"").with(157, b"a"),
            ]),
        ),
        ("another name in front", zip(&[a().local(|header| header.name = b"b".to_vec())]).bytes()),
        ("a name twice", zip(&[a(), rawzip::Entry::stored("a", b"other")]).bytes()),
        (
            "a name in no known encoding",
            zip(&[rawzip::Entry::stored("a", b"x").both(|h| h.name = "é".into())]).bytes(),
        ),
    ]);
    for ((name, bytes), python) in archives.iter().zip(python(&archives)) {
        assert_eq!(ours(bytes), None, "{name}");
        let theirs = crates(bytes);
        // Info-ZIP reads the last one as the bytes are; Python and the crate take it for code page 437.
        let info_zip = name.contains("encoding").then(|| Files::from([("é".to_owned(), b"x".to_vec())]));
        assert!(
            python != theirs || info_zip.is_some_and(|info_zip| python != Some(info_zip)),
            "{name}: {python:?} {theirs:?}"
        );
    }
}

#[test]
fn whatever_python_packs_is_unpacked_and_is_the_same_tree() {
    let folder = TempDir::new().unwrap();
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
    for path in ["a.txt", "d/e/empty", "naïve/日本.txt", &format!("{long}/x"), "d/bin"] {
        let path = folder.path().join("src").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let bytes = if path.ends_with("empty") {
            Vec::new()
        } else {
            b"some bytes\0".repeat(path.as_os_str().len() * 9)
        };
        fs::write(path, bytes).unwrap();
    }
    fs::create_dir(folder.path().join("out")).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/write.py");
    let output = Command::new("python3").arg(script).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut trees = Vec::new();
    for entry in fs::read_dir(folder.path().join("out")).unwrap() {
        let path = entry.unwrap().path();
        let tree =
            unpack(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        trees.push(tree);
    }
    assert_eq!(trees.len(), 12);
    assert_eq!(trees[0].files.len(), 5);
    assert!(trees.windows(2).all(|pair| pair[0] == pair[1]));
}
