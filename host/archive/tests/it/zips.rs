//! `.zip`: one description, or none.

use std::os::unix::fs::MetadataExt;

use marketplace_archive::Limits;

use crate::rawzip::{Entry, Zip, crc, extra, zip};
use crate::support::{assert_refused, paths, refusal, unpack, unpack_with};

fn a() -> Entry {
    Entry::stored("a.txt", b"hello")
}

fn refused(entry: Entry, code: &str) {
    assert_refused(&zip(&[entry]).bytes(), code);
}

/// A ZIP64 archive: the sentinels, the end record and its locator.
fn zip64(entry: Entry, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let plain = zip(&[entry]);
    let bytes = plain.bytes();
    let end = bytes.len() - 22;
    let size = u64::from(u32::from_le_bytes(bytes[end + 12..end + 16].try_into().unwrap()));
    let at = u64::from(u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()));
    let mut wide = Vec::new();
    wide.extend(0x0606_4b50_u32.to_le_bytes());
    wide.extend(44_u64.to_le_bytes());
    wide.extend([45, 3, 45, 0]);
    wide.extend([0; 8]);
    for number in [1, 1, size, at] {
        wide.extend(number.to_le_bytes());
    }
    wide.extend(0x0706_4b50_u32.to_le_bytes());
    wide.extend(0_u32.to_le_bytes());
    wide.extend((end as u64).to_le_bytes());
    wide.extend(1_u32.to_le_bytes());
    change(&mut wide);
    Zip { after_directory: wide, at: Some(u32::MAX), ..plain }.bytes()
}

#[test]
fn stored_and_deflated_files_and_folders_are_unpacked() {
    let bytes = zip(&[
        Entry::folder("d/"),
        a(),
        Entry::deflated("d/b.txt", &b"hello ".repeat(1000)),
        Entry::deflated("d/naïve", b""),
    ])
    .bytes();
    let (place, tree) = unpack_with(&bytes, &Limits::default());
    let tree = tree.unwrap();
    assert_eq!(paths(&tree), ["a.txt", "d/b.txt", "d/naïve"]);
    assert_eq!(place.dir().read_to_string("d/b.txt").unwrap(), "hello ".repeat(1000));
}

#[test]
fn all_four_data_descriptors_are_read() {
    for (signed, wide) in [(false, false), (true, false), (false, true), (true, true)] {
        let bytes = zip(&[Entry::deflated("a", b"hello").streamed(signed, wide), a()]).bytes();
        assert_eq!(paths(&unpack(&bytes).unwrap()), ["a", "a.txt"]);
    }
}

#[test]
fn timestamps_and_owners_in_extra_fields_are_passed_over() {
    let entry =
        a().both(|header| header.extra = [extra(0x5455, &[1, 0, 0, 0, 0]), extra(0x7875, &[0; 11])].concat());
    assert!(unpack(&zip(&[entry]).bytes()).is_ok());
}

#[test]
fn zip64_is_read_where_both_descriptions_agree() {
    assert!(unpack(&zip64(a(), |_| {})).is_ok());
    // What Python's `force_zip64` writes: wide in front, narrow in the directory.
    let sizes = [5_u64.to_le_bytes(), 5_u64.to_le_bytes()].concat();
    let forced = a().local(|header| {
        (header.packed, header.size) = (u32::MAX, u32::MAX);
        header.extra = extra(1, &sizes);
    });
    assert!(unpack(&zip(std::slice::from_ref(&forced)).bytes()).is_ok());
    let other = forced.local(|header| header.extra[4] = 6);
    refused(other, "archive.header-mismatch");
}

#[test]
fn zip64_that_contradicts_itself_is_refused() {
    // Extensible data; another offset; another count; several disks.
    assert_refused(&zip64(a(), |wide| wide[4] = 45), "archive.corrupt");
    assert_refused(&zip64(a(), |wide| wide[64] ^= 1), "archive.header-mismatch");
    assert_refused(&zip64(a(), |wide| wide[32] = 2), "archive.header-mismatch");
    assert_refused(&zip64(a(), |wide| wide[16] = 1), "archive.header-mismatch");
    assert_refused(&zip64(a(), |wide| wide[72] = 2), "archive.unsupported");
    // A value for a field that has one of its own, and none for one that has not.
    refused(a().central(|header| header.extra = extra(1, &[0; 8])), "archive.corrupt");
    refused(a().central(|header| header.size = u32::MAX), "archive.header-mismatch");
    let short = a().central(|header| {
        header.size = u32::MAX;
        header.extra = extra(1, &[0; 4]);
    });
    refused(short, "archive.corrupt");
    refused(a().both(|header| header.extra = [extra(1, &[]), extra(1, &[])].concat()), "archive.corrupt");
}

#[test]
fn every_spelling_of_a_name_that_leaves_the_folder_is_refused() {
    for name in ["../a", "a/../../b", "/etc/passwd", "//a", "C:/a", "C:a", "a\\b", "..\\a", "a\u{ff0f}b"] {
        refused(Entry::stored(name, b"x"), "archive.path-escapes");
        refused(Entry::folder(&format!("{name}/")), "archive.path-escapes");
    }
    for name in ["././a", ".//a", "./../a", "a/./b", ".", "a//b", "", "/"] {
        assert!(unpack(&zip(&[Entry::stored(name, b"")]).bytes()).is_err(), "{name}");
    }
}

#[test]
fn names_with_nul_or_in_no_known_encoding_are_refused() {
    refused(Entry::stored("a\0b", b"x"), "archive.path-characters");
    refused(a().both(|header| header.name = b"\xe9.txt".to_vec()), "archive.path-characters");
    refused(Entry::stored("é", b"x").both(|header| header.flags = 0), "archive.path-characters");
    refused(
        a().both(|header| (header.name, header.flags) = (b"\xff".to_vec(), 1 << 11)),
        "archive.path-characters",
    );
}

#[test]
fn info_zips_unicode_path_confirms_a_name_and_never_replaces_it() {
    let field = |name: &str, of: &str| {
        extra(0x7075, &[&[1][..], &crc(of.as_bytes()).to_le_bytes(), name.as_bytes()].concat())
    };
    let entry = |extra: Vec<u8>| {
        Entry::stored("é", b"x").both(|header| (header.flags, header.extra) = (0, extra.clone()))
    };
    assert_eq!(paths(&unpack(&zip(&[entry(field("é", "é"))]).bytes()).unwrap()), ["é"]);
    refused(entry(field("../x", "é")), "archive.header-mismatch");
    refused(entry(field("é", "e")), "archive.header-mismatch");
    refused(a().local(|header| header.extra = field("b.txt", "a.txt")), "archive.header-mismatch");
}

#[test]
fn a_link_or_a_device_is_refused() {
    let with = |mode: u32| Entry { attributes: mode << 16, ..a() };
    refused(with(0o120_777), "archive.link");
    for mode in [0o010_644, 0o020_644, 0o060_644, 0o140_644] {
        refused(with(mode), "archive.special-file");
    }
    refused(a().both(|header| header.extra = extra(0x756e, &[0; 14])), "archive.unsupported");
    refused(a().both(|header| header.extra = extra(0x000d, &[0; 12])), "archive.unsupported");
}

#[test]
fn a_type_that_the_name_contradicts_is_refused() {
    refused(Entry { attributes: 0o040_755 << 16, ..a() }, "archive.header-mismatch");
    refused(Entry { attributes: 0x10, ..a() }, "archive.header-mismatch");
    refused(Entry { attributes: 0o100_644 << 16, ..Entry::folder("d/") }, "archive.header-mismatch");
    refused(Entry::stored("d/", b"bytes"), "archive.header-mismatch");
}

#[test]
fn names_that_are_one_somewhere_are_refused() {
    let both =
        |first: &str, second: &str| zip(&[Entry::stored(first, b"1"), Entry::stored(second, b"2")]).bytes();
    assert_refused(&both("a", "a"), "archive.duplicate-name");
    assert_refused(&both("A.txt", "a.txt"), "archive.equivalent-names");
    assert_refused(&both("D/a", "d/b"), "archive.equivalent-names");
    assert_refused(&both("a", "a/b"), "archive.file-and-folder");
}

#[test]
fn headers_that_differ_are_refused_field_by_field() {
    refused(a().local(|header| header.name = b"b.txt".to_vec()), "archive.header-mismatch");
    refused(a().local(|header| header.name = b"longer.txt".to_vec()), "archive.header-mismatch");
    refused(a().local(|header| header.size = 4), "archive.header-mismatch");
    refused(a().local(|header| header.packed = 4), "archive.header-mismatch");
    refused(a().local(|header| header.crc ^= 1), "archive.header-mismatch");
    refused(a().local(|header| header.method = 8), "archive.header-mismatch");
    refused(a().local(|header| header.flags = 1 << 11), "archive.header-mismatch");
    refused(a().local(|header| header.flags = 8), "archive.header-mismatch");
    refused(a().central(|header| header.size = 4), "archive.header-mismatch");
    // Sizes left out with no descriptor announced.
    refused(
        a().local(|header| (header.crc, header.size, header.packed) = (0, 0, 0)),
        "archive.header-mismatch",
    );
    let mut descriptor = Entry::deflated("a", b"hello").streamed(true, false);
    descriptor.descriptor[4] ^= 1;
    refused(descriptor, "archive.header-mismatch");
}

#[test]
fn bytes_that_are_not_what_the_headers_say_are_refused() {
    refused(a().both(|header| header.crc ^= 1), "archive.checksum");
    refused(Entry::deflated("a", b"hello").both(|header| header.size = 4), "archive.header-mismatch");
    refused(Entry::deflated("a", b"hello").both(|header| header.size = 6), "archive.header-mismatch");
    let mut trailing = Entry::deflated("a", b"hello").both(|header| header.packed += 3);
    trailing.data.extend(b"xyz");
    refused(trailing, "archive.header-mismatch");
    let cut = Entry::deflated("a", &b"hello".repeat(9)).both(|header| header.packed -= 2);
    let data = cut.data[..cut.data.len() - 2].to_vec();
    refused(Entry { data, ..cut }, "archive.corrupt");
    let garbage =
        Entry { data: vec![0xff; 20], ..Entry::deflated("a", b"x").both(|header| header.packed = 20) };
    refused(garbage, "archive.corrupt");
}

#[test]
fn encryption_and_other_methods_are_refused() {
    refused(a().both(|header| header.flags = 1), "archive.encrypted");
    refused(a().both(|header| header.flags = 1 << 6), "archive.encrypted");
    refused(a().both(|header| header.flags = 1 << 13), "archive.encrypted");
    refused(a().both(|header| header.extra = extra(0x9901, &[0; 7])), "archive.encrypted");
    for method in [1, 9, 12, 14, 93, 95, 99] {
        refused(a().both(|header| header.method = method), "archive.unsupported");
    }
    refused(a().both(|header| header.flags = 1 << 5), "archive.unsupported");
}

#[test]
fn bytes_before_between_and_after_are_refused() {
    // With a signature in front, the prefix has to look like a ZIP to get this far.
    let prefix = b"PK\x03\x04 a program".to_vec();
    for shifted in [true, false] {
        assert_refused(
            &Zip { prefix: prefix.clone(), shifted, ..zip(&[a()]) }.bytes(),
            "archive.unclaimed-bytes",
        );
    }
    let with = |change: fn(&mut Zip)| {
        let mut archive = zip(&[a()]);
        change(&mut archive);
        archive.bytes()
    };
    assert_refused(&with(|zip| zip.before_directory = b"gap".to_vec()), "archive.unclaimed-bytes");
    assert_refused(&with(|zip| zip.after_directory = b"gap".to_vec()), "archive.unclaimed-bytes");
    assert_refused(&with(|zip| zip.suffix = b"tail".to_vec()), "archive.unclaimed-bytes");
    assert_refused(&with(|zip| zip.comment = b"hel\0lo".to_vec()), "archive.comment");
    assert_refused(
        &zip(&[Entry { descriptor: b"gap".to_vec(), ..a() }, a()]).bytes(),
        "archive.unclaimed-bytes",
    );
    // Android's padding, and a file that the directory does not name.
    let unlisted = zip(&[Entry::stored("hidden", b"x")]).bytes();
    let local = unlisted[..unlisted.len() - 22 - 52].to_vec();
    assert_refused(&Zip { before_directory: local, ..zip(&[a()]) }.bytes(), "archive.unclaimed-bytes");
}

#[test]
fn two_archives_in_one_are_refused() {
    let (first, second) = (zip(&[a()]).bytes(), zip(&[Entry::stored("b", b"x")]).bytes());
    assert_refused(&[first.clone(), second.clone()].concat(), "archive.unclaimed-bytes");
    let shifted = Zip { prefix: first.clone(), ..zip(&[Entry::stored("b", b"x")]) }.bytes();
    assert_refused(&shifted, "archive.unclaimed-bytes");
    // The second in the comment of the first.
    assert!(unpack(&Zip { comment: second, ..zip(&[a()]) }.bytes()).is_err());
    // The comment ends in an end record of its own.
    let nested = Zip { comment: zip(&[]).bytes(), ..zip(&[a()]) }.bytes();
    assert!(unpack(&nested).is_err());
}

#[test]
fn an_end_record_that_miscounts_is_refused() {
    let with = |change: fn(&mut Zip)| {
        let mut archive = zip(&[a(), Entry::stored("b", b"x")]);
        change(&mut archive);
        archive.bytes()
    };
    assert_refused(&with(|zip| zip.count = Some(1)), "archive.unclaimed-bytes");
    assert_refused(&with(|zip| zip.count = Some(3)), "archive.corrupt");
    assert_refused(&with(|zip| zip.here = Some(1)), "archive.header-mismatch");
    assert_refused(&with(|zip| zip.disk = 1), "archive.unsupported");
    assert_refused(&with(|zip| zip.size = Some(10)), "archive.unclaimed-bytes");
    assert_refused(&with(|zip| zip.size = Some(1000)), "archive.header-mismatch");
    assert_refused(&with(|zip| zip.at = Some(0)), "archive.unclaimed-bytes");
    assert_refused(&with(|zip| zip.entries[1].disk = 1), "archive.unsupported");
    let whole = with(|_| {});
    for length in [10, 21, 60, whole.len() - 1] {
        assert_refused(&whole[..length], "archive.corrupt");
    }
    assert_refused(&zip(&[]).bytes(), "archive.empty");
}

#[test]
fn entries_that_share_bytes_are_refused() {
    // Two names for one body.
    let twice = Entry { offset: Some(0), ..Entry::stored("b.txt", b"hello") };
    assert!(unpack(&zip(&[a(), twice]).bytes()).is_err());
    // A body that reaches into the next entry, as in the bombs that overlap.
    let long = a().both(|header| (header.packed, header.size) = (20, 20));
    let (code, message) = refusal(&zip(&[long, Entry::stored("b", b"x")]).bytes());
    assert_eq!(code, "archive.overlap", "{message}");
    let into_directory = a().both(|header| (header.packed, header.size) = (20, 20));
    refused(into_directory, "archive.overlap");
}

#[test]
fn a_bomb_is_refused_before_anything_is_written() {
    // 42 kB that say they are 5 GB.
    let bomb = Entry { data: vec![0; 42_000], ..Entry::deflated("bomb", b"") }.both(|header| {
        header.packed = 42_000;
        header.size = u32::MAX;
        header.extra = extra(1, &5_000_000_000_u64.to_le_bytes());
    });
    let (place, result) = unpack_with(&zip(&[bomb]).bytes(), &Limits::default());
    assert_eq!(result.unwrap_err().code(), "archive.file-too-large");
    assert_eq!(std::fs::read_dir(place.outer.path().join("into")).unwrap().count(), 0);
    refused(Entry::deflated("zeros", &vec![0; 8 << 20]), "archive.ratio");
    // One that lies about its size is cut off at the size it stated.
    let liar = Entry::deflated("zeros", &vec![0; 8 << 20]).both(|header| header.size = 1000);
    refused(liar, "archive.header-mismatch");
}

#[test]
fn limits_are_counted_and_each_has_its_name() {
    let limits = Limits { file_bytes: 10, unpacked_bytes: 15, entries: 2, ..Limits::default() };
    let code = |entries: &[Entry]| unpack_with(&zip(entries).bytes(), &limits).1.unwrap_err().code();
    assert_eq!(code(&[Entry::stored("a", &[0; 11])]), "archive.file-too-large");
    assert_eq!(code(&[Entry::stored("a", &[0; 9]), Entry::stored("b", &[0; 9])]), "archive.too-large");
    assert_eq!(code(&[Entry::stored("a/b/c", b"")]), "archive.too-many-entries");
    assert_eq!(code(&[a(), a(), a()]), "archive.too-many-entries");
}

#[test]
fn setuid_is_not_applied() {
    let (place, tree) =
        unpack_with(&zip(&[Entry { attributes: 0o106_777 << 16, ..a() }]).bytes(), &Limits::default());
    tree.unwrap();
    assert_eq!(std::fs::metadata(place.outer.path().join("into/a.txt")).unwrap().mode() & 0o7777, 0o644);
}
