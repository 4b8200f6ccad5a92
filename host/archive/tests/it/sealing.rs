//! Bytes that were checked are the bytes that are unpacked.

use std::fs::File;
use std::io::{Read, Write};

use marketplace_archive::{Format, Limits, Sealed, Sealing};
use tempfile::TempDir;

use crate::rawtar::{Entry, tgz};
use crate::support::{Place, paths, seal};

fn package(text: &[u8]) -> Vec<u8> {
    tgz(&[Entry::file("a.txt", text)])
}

#[test]
fn a_file_replaced_after_sealing_is_not_what_is_unpacked() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("package");
    std::fs::write(&path, package(b"checked")).unwrap();
    let sealed = Sealed::open(File::open(&path).unwrap(), &Limits::default()).unwrap();

    let other = folder.path().join("other");
    std::fs::write(&other, package(b"swapped")).unwrap();
    std::fs::rename(&other, &path).unwrap();

    let place = Place::new();
    sealed.unpack(&place.dir(), &Limits::default()).unwrap();
    assert_eq!(place.dir().read_to_string("a.txt").unwrap(), "checked");
}

#[test]
fn streaming_and_opening_give_the_same_seal() {
    let bytes = package(b"hello");
    let mut sealing = Sealing::new(tempfile::tempfile().unwrap(), &Limits::default());
    bytes.chunks(7).for_each(|chunk| sealing.write(chunk).unwrap());
    let streamed = sealing.finish().unwrap();
    let opened = seal(&bytes);
    assert_eq!(streamed.digest(), opened.digest());
    assert_eq!(streamed.digest(), marketplace_manifest::Digest::of(&bytes));
    assert_eq!((streamed.size(), streamed.format()), (bytes.len() as u64, Format::TarGz));
    let mut read = Vec::new();
    streamed.reader().unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, bytes);
}

#[test]
fn a_package_over_the_limit_is_refused_as_it_comes() {
    let limits = Limits { package_bytes: 10, ..Limits::default() };
    let mut sealing = Sealing::new(tempfile::tempfile().unwrap(), &limits);
    sealing.write(&[0; 10]).unwrap();
    assert_eq!(sealing.write(&[0]).unwrap_err().code(), "archive.too-large");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&[0; 11]).unwrap();
    assert_eq!(Sealed::open(file, &limits).unwrap_err().code(), "archive.too-large");
}

#[test]
fn bytes_that_were_in_the_file_before_are_noticed() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"before").unwrap();
    let mut sealing = Sealing::new(file, &Limits::default());
    sealing.write(&package(b"x")).unwrap();
    assert!(!sealing.finish().unwrap_err().is_refusal());
}

#[test]
fn what_is_no_archive_is_refused() {
    for bytes in [&b""[..], b"hello", b"\x1f\x8b", b"MZ\x90\0", b"BZh9"] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        assert_eq!(Sealed::open(file, &Limits::default()).unwrap_err().code(), "archive.unknown-format");
    }
}

#[test]
fn a_file_that_became_shorter_is_no_fault_of_the_package() {
    let mut file = tempfile::tempfile().unwrap();
    let noise: Vec<u8> = (0..400_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    file.write_all(&package(&noise)).unwrap();
    let sealed = Sealed::open(file, &Limits::default()).unwrap();
    sealed.file().set_len(1000).unwrap();
    let error = sealed.unpack(&Place::new().dir(), &Limits::default()).unwrap_err();
    assert!(!error.is_refusal(), "{error}");
}

#[test]
fn one_seal_is_unpacked_by_several_threads_at_once() {
    let entries: Vec<_> =
        (0..50).map(|n| Entry::file(&format!("{n}"), format!("file {n}").repeat(500).as_bytes())).collect();
    let sealed = seal(&tgz(&entries));
    let trees: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| sealed.unpack(&Place::new().dir(), &Limits::default()).unwrap()))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(trees.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(paths(&trees[0]).len(), 50);
}

#[test]
fn a_folder_that_is_not_empty_is_not_written_over() {
    let place = Place::new();
    place.dir().write("a.txt", "mine").unwrap();
    let error = seal(&package(b"theirs")).unpack(&place.dir(), &Limits::default()).unwrap_err();
    assert!(!error.is_refusal());
    assert_eq!(place.dir().read_to_string("a.txt").unwrap(), "mine");
}

#[test]
fn a_link_in_the_folder_is_not_followed_out_of_it() {
    let place = Place::new();
    let outside = TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), place.outer.path().join("into/d")).unwrap();
    let sealed = seal(&tgz(&[Entry::file("d/a", b"x")]));
    assert!(sealed.unpack(&place.dir(), &Limits::default()).is_err());
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}
