//! `.tar.gz`: what ordinary programs write is read, and everything that two programs read differently is refused.

use std::os::unix::fs::MetadataExt;

use marketplace_archive::Limits;

use crate::rawtar::{Entry, gz, pax_records, tar, tgz};
use crate::support::{assert_refused, paths, refusal, unpack, unpack_with};

fn file(name: &str) -> Entry {
    Entry::file(name, b"x")
}

#[test]
fn files_and_folders_are_unpacked() {
    let (place, tree) = unpack_with(
        &tgz(&[Entry::folder("a/"), Entry::file("a/b.txt", b"hello"), Entry::file("c", b"")]),
        &Limits::default(),
    );
    let tree = tree.unwrap();
    assert_eq!(paths(&tree), ["a/b.txt", "c"]);
    assert_eq!(
        tree.files[0].sha256.to_string(),
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    );
    assert_eq!(place.dir().read_to_string("a/b.txt").unwrap(), "hello");
}

#[test]
fn a_single_leading_dot_slash_is_what_tar_writes_and_is_accepted() {
    let tree = unpack(&tgz(&[Entry::folder("./"), Entry::folder("./a/"), file("./a/b")])).unwrap();
    assert_eq!(paths(&tree), ["a/b"]);
    // Python's `add(folder, arcname=".")`.
    assert_eq!(paths(&unpack(&tgz(&[Entry::folder("."), file("./b")])).unwrap()), ["b"]);
    for name in ["././a", ".//a", "./../a", ".", "./"] {
        assert!(unpack(&tgz(&[file(name)])).is_err(), "{name}");
    }
    assert_refused(&tgz(&[Entry::folder("./"), Entry::folder("."), file("a")]), "archive.duplicate-name");
    assert_refused(&tgz(&[file("a"), file("./a")]), "archive.duplicate-name");
}

#[test]
fn a_ustar_prefix_a_pax_path_and_a_gnu_name_make_long_names() {
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
    let prefixed = Entry::file(&"f".repeat(90), b"x").with(345, "d".repeat(120).as_bytes());
    let pax = Entry::pax(&[("mtime", b"1.5"), ("path", long.as_bytes())]);
    let name = Entry::new(b'L', b"././@LongLink", format!("{long}\0").as_bytes()).gnu();
    let expected = format!("{}/{}", "d".repeat(120), "f".repeat(90));
    assert_eq!(paths(&unpack(&tgz(&[prefixed])).unwrap()), [expected]);
    assert_eq!(paths(&unpack(&tgz(&[pax, file("short")])).unwrap()), [long.as_str()]);
    assert_eq!(paths(&unpack(&tgz(&[name, file(&long).gnu()])).unwrap()), [long.as_str()]);
}

#[test]
fn attributes_and_comments_in_pax_are_passed_over() {
    let attributes = Entry::pax(&[
        ("uid", b"1"),
        ("LIBARCHIVE.xattr.com.apple.provenance", b"AQIAYw"),
        ("SCHILY.xattr.com.apple.provenance", b"\x01\n\n\x02\0"),
    ]);
    let git = Entry::new(b'g', b"pax_global_header", &pax_records(&[("comment", b"0123abcd")]));
    assert_eq!(paths(&unpack(&tgz(&[git, attributes, file("a")])).unwrap()), ["a"]);
}

#[test]
fn every_spelling_of_a_name_that_leaves_the_folder_is_refused() {
    for name in [
        "../a",
        "a/../../b",
        "a/..",
        "/etc/passwd",
        "//a",
        "C:/a",
        "C:a",
        "a\\b",
        "..\\a",
        "\\\\host\\share",
        "./../a",
        "a/\u{2025}/b",
        "a\u{ff0f}b",
    ] {
        for entry in [file(name), Entry::folder(name)] {
            assert_refused(&tgz(&[entry]), "archive.path-escapes");
        }
        let pax = Entry::pax(&[("path", name.as_bytes())]);
        assert_refused(&tgz(&[pax, file("a")]), "archive.path-escapes");
        let gnu = Entry::new(b'L', b"././@LongLink", format!("{name}\0").as_bytes()).gnu();
        assert_refused(&tgz(&[gnu, Entry::file("", b"x").gnu()]), "archive.path-escapes");
    }
    assert_refused(&tgz(&[file("a").with(345, b"..")]), "archive.path-escapes");
}

#[test]
fn a_file_with_a_slash_at_its_end_is_refused() {
    // Before POSIX that was a folder, and to some programs it still is.
    assert_refused(&tgz(&[file("a/")]), "archive.path-malformed");
    assert_refused(&tgz(&[Entry::folder("a//"), file("b")]), "archive.path-malformed");
}

#[test]
fn links_devices_pipes_and_sparse_files_are_refused() {
    for (kind, code) in [
        (b'1', "archive.link"),
        (b'2', "archive.link"),
        (b'3', "archive.special-file"),
        (b'4', "archive.special-file"),
        (b'6', "archive.special-file"),
        (b'7', "archive.special-file"),
        (b'S', "archive.sparse"),
        (b'V', "archive.special-file"),
        (b'D', "archive.special-file"),
        (b'M', "archive.special-file"),
        (b'Z', "archive.special-file"),
    ] {
        assert_refused(&tgz(&[Entry::new(kind, b"a", b"").with(157, b"/etc/passwd")]), code);
    }
    let (_, message) = refusal(&tgz(&[Entry::new(b'2', b"a", b"").with(157, b"/etc/passwd")]));
    assert!(message.contains("/etc/passwd"), "{message}");
    // A file that also has a target.
    assert_refused(&tgz(&[file("a").with(157, b"b")]), "archive.link");
    let sparse = Entry::pax(&[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0")]);
    assert_refused(&tgz(&[sparse, file("a")]), "archive.sparse");
}

#[test]
fn pax_records_that_change_the_reading_are_refused() {
    for (key, value, code) in [
        ("size", "100", "archive.header-mismatch"),
        ("size", "0", "archive.header-mismatch"),
        ("size", "01", "archive.pax-record"),
        ("size", "+1", "archive.pax-record"),
        ("size", "", "archive.pax-record"),
        ("size", "18446744073709551617", "archive.pax-record"),
        ("linkpath", "/etc/passwd", "archive.link"),
        ("hdrcharset", "BINARY", "archive.pax-record"),
        ("SCHILY.realsize", "1", "archive.pax-record"),
        ("whatever", "1", "archive.pax-record"),
    ] {
        assert_refused(&tgz(&[Entry::pax(&[(key, value.as_bytes())]), file("a")]), code);
    }
    for key in ["path", "size", "linkpath"] {
        let global = Entry::new(b'g', b"g", &pax_records(&[(key, b"1")]));
        assert!(unpack(&tgz(&[global, file("a")])).is_err(), "{key}");
    }
    assert_refused(&tgz(&[Entry::pax(&[("path", b"a"), ("path", b"b")]), file("c")]), "archive.pax-record");
}

#[test]
fn malformed_pax_headers_are_refused() {
    for records in [
        &b"8 path=a"[..],
        b"8 path=a\n\n9 path=bb\n",
        b"+9 path=a\n",
        b"09 path=a\n",
        b"99 path=a\n",
        b"\n",
        b"x",
    ] {
        assert_refused(&tgz(&[Entry::new(b'x', b"pax", records), file("c")]), "archive.corrupt");
    }
    assert_refused(&tgz(&[Entry::pax(&[]), Entry::pax(&[]), file("c")]), "archive.corrupt");
    assert_refused(&tgz(&[file("c"), Entry::pax(&[("path", b"a")])]), "archive.corrupt");
    let huge = Entry::new(b'x', b"pax", &vec![b'1'; 70_000]);
    assert_refused(&tgz(&[huge, file("c")]), "archive.header-too-large");
}

#[test]
fn long_name_tricks_are_refused() {
    let gnu = |name: &str| Entry::new(b'L', b"././@LongLink", format!("{name}\0").as_bytes()).gnu();
    // The entry's own name is another one.
    assert_refused(&tgz(&[gnu("abc"), file("abd").gnu()]), "archive.header-mismatch");
    assert_refused(&tgz(&[gnu("abc"), gnu("abc"), file("abc").gnu()]), "archive.corrupt");
    assert_refused(
        &tgz(&[gnu("abc"), Entry::pax(&[("path", b"abcd")]), file("abc")]),
        "archive.header-mismatch",
    );
    assert_refused(&tgz(&[gnu("a\0b"), file("a").gnu()]), "archive.path-characters");
    assert_refused(&tgz(&[Entry::new(b'K', b"././@LongLink", b"x\0").gnu(), file("a")]), "archive.link");
    assert_refused(&tgz(&[file("a"), gnu("abc")]), "archive.corrupt");
}

#[test]
fn a_name_with_bytes_after_a_nul_is_refused() {
    assert_refused(&tgz(&[Entry::new(b'0', b"a.txt\0.exe", b"x")]), "archive.path-characters");
    assert_refused(&tgz(&[Entry::pax(&[("path", b"a.txt\0.exe")]), file("a")]), "archive.path-characters");
}

#[test]
fn names_that_are_one_somewhere_are_refused() {
    assert_refused(&tgz(&[file("a"), file("a")]), "archive.duplicate-name");
    assert_refused(&tgz(&[Entry::folder("a"), Entry::folder("a/"), file("b")]), "archive.duplicate-name");
    for (first, second) in [
        ("A.txt", "a.txt"),
        ("straße", "STRASSE"),
        ("\u{3a3}", "\u{3c2}"),
        ("D/a", "d/b"),
        ("\u{fb01}", "fi"),
    ] {
        assert_refused(&tgz(&[file(first), file(second)]), "archive.equivalent-names");
    }
    // Decomposed: refused as a name, before it can be the same as another.
    assert_refused(&tgz(&[file("e\u{301}")]), "archive.path-characters");
    for entries in [[file("a"), file("a/b")], [file("a/b"), file("a")], [Entry::folder("a"), file("a")]] {
        assert_refused(&tgz(&entries), "archive.file-and-folder");
    }
}

#[test]
fn a_header_that_does_not_add_up_is_refused() {
    let mut bytes = tar(&[file("a")]);
    bytes[0] = b'b';
    assert_refused(&gz(&bytes), "archive.header-mismatch");
    for size in [
        &b"\x80\0\0\0\0\0\0\0\0\0\0\x01"[..],
        b"0000000001 9",
        b"            ",
        b"-0000000001\0",
        b"0x000000001\0",
    ] {
        assert_refused(&tgz(&[file("a").with(124, size)]), "archive.corrupt");
    }
    assert_refused(&tgz(&[Entry::new(b'5', b"a", b"bytes"), file("b")]), "archive.header-mismatch");
}

#[test]
fn whatever_follows_the_end_is_refused() {
    let whole = tar(&[file("a")]);
    let hidden = tar(&[file("b")]);
    assert_refused(&gz(&[whole.clone(), hidden.clone()].concat()), "archive.unclaimed-bytes");
    assert_refused(&[gz(&whole), gz(&hidden)].concat(), "archive.unclaimed-bytes");
    assert_refused(&[gz(&whole), b"PK".to_vec()].concat(), "archive.unclaimed-bytes");
    // A second member with an empty tar, as `gzip` users join files.
    assert_refused(&[gz(&whole), gz(b"")].concat(), "archive.unclaimed-bytes");
    // tar pads to 10 KiB.
    let mut padded = whole.clone();
    padded.resize(10_240, 0);
    assert!(unpack(&gz(&padded)).is_ok());
    // In the padding of an entry.
    let mut smuggled = whole.clone();
    smuggled[700] = 1;
    assert_refused(&gz(&smuggled), "archive.unclaimed-bytes");
}

#[test]
fn an_archive_that_ends_too_soon_is_refused() {
    let whole = tar(&[Entry::file("a", &[7; 2000])]);
    for length in [0, 100, 512, 1000, 2560, whole.len() - 512, whole.len() - 1] {
        assert_refused(&gz(&whole[..length]), "archive.corrupt");
    }
    let packed = gz(&whole);
    for length in [3, 12, packed.len() - 9, packed.len() - 1] {
        assert_refused(&packed[..length], "archive.corrupt");
    }
    let mut flipped = packed.clone();
    let at = flipped.len() - 6;
    flipped[at] ^= 1;
    assert_refused(&flipped, "archive.corrupt");
    // One blank block, then an entry: GNU tar stops, others go on.
    let one = [file("a").bytes(), vec![0; 512], tar(&[file("b")])].concat();
    assert_refused(&gz(&one), "archive.corrupt");
}

#[test]
fn an_archive_without_files_is_refused() {
    assert_refused(&tgz(&[]), "archive.empty");
    assert_refused(&tgz(&[Entry::folder("a")]), "archive.empty");
}

#[test]
fn setuid_owners_and_times_are_not_applied() {
    let entry = file("a").with(100, b"0006777\0").with(108, b"0000123\0").with(136, b"00000000001\0");
    let folder = Entry::folder("d").with(100, b"0007777\0");
    let (place, tree) = unpack_with(&tgz(&[entry, folder, file("d/e")]), &Limits::default());
    tree.unwrap();
    let into = place.outer.path().join("into");
    let metadata = std::fs::metadata(into.join("a")).unwrap();
    assert_eq!(metadata.mode() & 0o7777, 0o644);
    assert_eq!(metadata.uid(), std::fs::metadata(&into).unwrap().uid());
    assert!(metadata.mtime() > 1);
    assert_eq!(std::fs::metadata(into.join("d")).unwrap().mode() & 0o7777, 0o755);
}

#[test]
fn limits_are_counted_and_each_has_its_name() {
    let limits = Limits { file_bytes: 10, unpacked_bytes: 8192, entries: 4, depth: 3, ..Limits::default() };
    let code = |entries: &[Entry]| unpack_with(&tgz(entries), &limits).1.unwrap_err().code();
    assert_eq!(code(&[Entry::file("a", &[0; 11])]), "archive.file-too-large");
    let many: Vec<_> = (0..5).map(|n| file(&n.to_string())).collect();
    assert_eq!(code(&many), "archive.too-many-entries");
    assert_eq!(code(&[file("a/b/c"), file("d/e/f")]), "archive.too-many-entries");
    assert_eq!(code(&[file("a/b/c/d")]), "archive.path-too-long");
    let globals: Vec<_> = (0..13).map(|_| Entry::new(b'g', b"g", b"")).collect();
    assert_eq!(code(&globals), "archive.too-many-entries");
    let mut padded = tar(&[file("a")]);
    padded.resize(9000, 0);
    assert_eq!(unpack_with(&gz(&padded), &limits).1.unwrap_err().code(), "archive.too-large");
}

#[test]
fn a_bomb_is_refused_by_its_ratio_and_by_its_claim() {
    let bomb = tgz(&[Entry::file("zeros", &vec![0; 8 << 20])]);
    let (place, result) = unpack_with(&bomb, &Limits::default());
    assert_eq!(result.unwrap_err().code(), "archive.ratio");
    let written = std::fs::metadata(place.outer.path().join("into/zeros")).unwrap().len();
    assert!(written <= 2 << 20, "{written}");
    // 5 GB by its header: nothing is read.
    let claim = Entry::file("a", b"").with(124, b"45201371000\0");
    assert_refused(&tgz(&[claim]), "archive.file-too-large");
}
