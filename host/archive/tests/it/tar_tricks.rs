//! `.tar.gz`: what the test suites of other tar programs are about. Each is read by ours as by all, or refused.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use marketplace_archive::Limits;

use crate::rawtar::{Entry, gz, pax_records, tar, tgz};
use crate::support::{assert_refused, paths, unpack, unpack_with};

fn file(name: &str) -> Entry {
    Entry::file(name, b"x")
}

fn global(records: &[(&str, &[u8])]) -> Entry {
    Entry::new(b'g', b"pax_global_header", &pax_records(records))
}

#[test]
fn a_pax_size_that_is_the_headers_own_is_what_npm_writes_and_is_accepted() {
    let long = format!("package/{}/{}", "d".repeat(90), "f".repeat(90));
    let pax = Entry::pax(&[("path", long.as_bytes()), ("size", b"5"), ("mtime", b"499162500")]);
    assert_eq!(paths(&unpack(&tgz(&[pax, Entry::file("short", b"hello")])).unwrap()), [long]);
}

#[test]
fn a_pax_size_that_hides_headers_from_some_or_shows_them_to_others_is_refused() {
    // A whole archive as the bytes of a file, and one of the two sizes says that the file is empty: to one reader
    // `hidden` is bytes, to the other it is an entry.
    let inner = tar(&[file("hidden")]);
    let size = inner.len().to_string();
    let short_header = Entry::file("outer", &inner).with(124, b"00000000000\0");
    let short_pax = Entry::file("outer", &inner);
    assert_refused(
        &tgz(&[Entry::pax(&[("size", size.as_bytes())]), short_header]),
        "archive.header-mismatch",
    );
    assert_refused(&tgz(&[Entry::pax(&[("size", b"0")]), short_pax.clone()]), "archive.header-mismatch");
    // The record in front of a GNU name, to which some apply it, and in a global header.
    let gnu = Entry::new(b'L', b"././@LongLink", b"outer\0").gnu();
    assert_refused(&tgz(&[Entry::pax(&[("size", b"0")]), gnu, short_pax.clone()]), "archive.header-mismatch");
    assert_refused(&tgz(&[global(&[("size", b"0")]), short_pax]), "archive.pax-record");
}

#[test]
fn a_global_header_between_an_entry_and_its_own_is_refused() {
    let pax = Entry::pax(&[("path", b"b")]);
    let gnu = Entry::new(b'L', b"././@LongLink", b"ab\0").gnu();
    for before in [pax, gnu] {
        assert_refused(&tgz(&[before, global(&[("comment", b"x")]), file("a")]), "archive.corrupt");
    }
    let several = [global(&[("comment", b"x")]), file("a"), global(&[("mtime", b"1")]), file("b")];
    assert_eq!(paths(&unpack(&tgz(&several)).unwrap()), ["a", "b"]);
}

#[test]
fn a_pax_header_and_a_gnu_name_for_one_entry_are_refused_in_either_order() {
    let pax = || Entry::pax(&[("mtime", b"1")]);
    let gnu = || Entry::new(b'L', b"././@LongLink", b"ab\0").gnu();
    assert_refused(&tgz(&[pax(), gnu(), file("ab")]), "archive.header-mismatch");
    assert_refused(&tgz(&[gnu(), pax(), file("ab")]), "archive.header-mismatch");
}

#[test]
fn seven_zips_long_names_are_read() {
    let long = format!("{}/f", "d".repeat(120));
    let gnu = Entry::new(b'L', b"././@LongLink", format!("{long}\0").as_bytes()).gnu();
    let cut = format!("@PathCut/_pc_crc32/C2FBCF6C/{}", "d".repeat(70));
    assert_eq!(paths(&unpack(&tgz(&[gnu, file(&cut).gnu()])).unwrap()), [long]);
}

#[test]
fn every_kind_of_sparse_file_is_refused() {
    let old_gnu = Entry::new(b'S', b"a", b"x").gnu().with(386, b"00000000000\x0000000000001\0");
    assert_refused(&tgz(&[old_gnu]), "archive.sparse");
    let pax_0_0: &[(&str, &[u8])] = &[
        ("GNU.sparse.size", b"1"),
        ("GNU.sparse.numblocks", b"1"),
        ("GNU.sparse.offset", b"0"),
        ("GNU.sparse.numbytes", b"1"),
    ];
    let pax_0_1: &[(&str, &[u8])] = &[("GNU.sparse.map", b"0,1"), ("GNU.sparse.name", b"b")];
    let pax_1_0: &[(&str, &[u8])] =
        &[("GNU.sparse.major", b"1"), ("GNU.sparse.realsize", b"1"), ("GNU.sparse.name", b"../b")];
    for records in [pax_0_0, pax_0_1, pax_1_0] {
        assert_refused(&tgz(&[Entry::pax(records), file("a")]), "archive.sparse");
        assert_refused(&tgz(&[global(records), file("a")]), "archive.sparse");
    }
}

#[test]
fn a_number_has_one_reading() {
    for size in [
        &b"00000000001\0"[..],
        b"00000000001 ",
        b"          1\0",
        b"         1 \0",
        b"000000000001",
        b"1\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        assert!(unpack(&tgz(&[file("a").with(124, size)])).is_ok(), "{size:?}");
    }
    for size in [
        &b"\x80\0\0\0\0\0\0\0\0\0\0\x01"[..],                // base 256
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", // base 256, and -1
        b"\t         1\0",
        b"\0         1\0",
        b"1_0\0\0\0\0\0\0\0\0\0",
        b"+0000000001\0",
        b"00000000009\0",
        b"1\0\0\0\0\0\0\0\0\0\x001",
        b"\0\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        assert_refused(&tgz(&[file("a").with(124, size)]), "archive.corrupt");
    }
}

#[test]
fn numbers_of_no_use_have_to_be_numbers_since_python_ends_an_archive_where_they_are_not() {
    for (at, length) in [(100, 8), (108, 8), (116, 8), (136, 12), (329, 8), (337, 8)] {
        let with = |bytes: Vec<u8>| file("b").with(at, &bytes);
        assert_refused(&tgz(&[file("a"), with(b"zzzzzzz\0".to_vec())]), "archive.corrupt");
        // Left out; and base 256, for an owner with a large number and for a time before 1970.
        let negative = [vec![0xff; length - 1], vec![0xfe]].concat();
        let large = [vec![0x80], vec![0; length - 5], vec![0x7f; 4]].concat();
        for harmless in [vec![0; length], vec![b' '; length], negative, large] {
            assert!(unpack(&tgz(&[with(harmless.clone())])).is_ok(), "{at} {harmless:?}");
        }
    }
}

#[test]
fn a_checksum_is_the_unsigned_sum_in_octal() {
    let with = |change: &dyn Fn(&mut [u8], u32)| {
        let mut bytes = tar(&[file("é")]);
        bytes[148..156].fill(b' ');
        let sum = bytes[..512].iter().map(|&byte| u32::from(byte)).sum();
        change(&mut bytes[148..156], sum);
        gz(&bytes)
    };
    for format in [
        |sum| format!("{sum:06o}\0 "),
        |sum| format!("{sum:06o} \0"),
        |sum| format!("{sum:07o}\0"),
        |sum| format!(" {sum:o}\0 "),
    ] {
        assert!(
            unpack(&with(&|field, sum| field.copy_from_slice(format!("{:8}", format(sum)).as_bytes())))
                .is_ok()
        );
    }
    // What old programs on machines with signed characters wrote.
    let signed = with(&|field, sum| {
        let negative = 2 * 256; // two bytes over 127
        field.copy_from_slice(format!("{:06o}\0 ", sum - negative).as_bytes());
    });
    assert_refused(&signed, "archive.header-mismatch");
    assert_refused(&with(&|field, _| field.fill(b' ')), "archive.corrupt");
    assert_refused(&with(&|field, _| field.fill(0)), "archive.corrupt");
}

#[test]
fn a_magic_that_is_nobodys_is_refused() {
    for magic in
        [&b"ustar\0  "[..], b"ustar\x0001", b"ustar 00", b"USTAR\x0000", b"ustar\0\0\0", b"\0\0\0\0\0\x0000"]
    {
        assert_refused(&tgz(&[file("a").with(257, magic)]), "archive.corrupt");
    }
    assert_eq!(paths(&unpack(&tgz(&[file("a").with(257, &[0; 8])])).unwrap()), ["a"]);
}

#[test]
fn a_prefix_that_only_some_read_is_refused() {
    // GNU keeps times there, and Python takes them for a prefix.
    assert_refused(&tgz(&[file("a").gnu().with(345, b"b")]), "archive.path-characters");
    assert_refused(&tgz(&[file("a").with(257, &[0; 8]).with(345, b"b")]), "archive.path-characters");
    assert_refused(&tgz(&[file("a").with(345, b"b\0c")]), "archive.path-characters");
    // star and npm's `tar` keep two times behind a shorter prefix.
    let timed = file("a").with(345, b"b").with(476, b"14100000000 14100000000 ");
    assert_eq!(paths(&unpack(&tgz(&[timed])).unwrap()), ["b/a"]);
    let long = file("a").with(345, "b".repeat(131).as_bytes());
    assert!(unpack(&tgz(std::slice::from_ref(&long))).is_ok());
    assert_refused(&tgz(&[long.clone().with(477, b"14100000000 ")]), "archive.path-characters");
    assert_refused(&tgz(&[long.with(508, b"tar\0")]), "archive.path-characters");
}

#[test]
fn an_extension_in_a_format_without_any_is_refused() {
    let blank = [0; 8];
    assert_refused(&tgz(&[Entry::pax(&[("path", b"b")]).with(257, &blank), file("a")]), "archive.corrupt");
    let gnu = Entry::new(b'L', b"././@LongLink", b"ab\0").with(257, &blank);
    assert_refused(&tgz(&[gnu, file("a")]), "archive.corrupt");
}

#[test]
fn an_old_file_with_a_slash_at_its_end_is_a_folder_to_python_whatever_pax_calls_it() {
    let old = Entry::new(0, b"a/", b"");
    assert_refused(&tgz(&[Entry::pax(&[("path", b"b")]), old, file("c")]), "archive.path-malformed");
    assert_eq!(paths(&unpack(&tgz(&[Entry::new(0, b"a", b"x")])).unwrap()), ["a"]);
}

#[test]
fn solaris_and_star_headers_that_say_more_are_refused() {
    for kind in [b'X', b'A', b'E', b'I', b'N'] {
        assert_refused(&tgz(&[Entry::new(kind, b"a", b""), file("b")]), "archive.special-file");
    }
    for key in
        ["SCHILY.filetype", "SCHILY.realsize", "SCHILY.devmajor", "SUN.holesdata", "GNU.volume.filename"]
    {
        let code = "archive.pax-record";
        assert_refused(&tgz(&[Entry::pax(&[(key, b"1")]), file("a")]), code);
    }
}

#[test]
fn a_gzip_header_may_say_what_the_format_lets_it() {
    let packed = |builder: GzBuilder| {
        let mut encoder = builder.write(Vec::new(), Compression::default());
        encoder.write_all(&tar(&[file("a")])).unwrap();
        encoder.finish().unwrap()
    };
    let full = GzBuilder::new()
        .filename("../../etc/passwd")
        .comment("x")
        .extra(vec![b'B', b'C', 2, 0, 9, 9])
        .mtime(7);
    assert_eq!(paths(&unpack(&packed(full)).unwrap()), ["a"]);
    let plain = packed(GzBuilder::new());
    // Reserved flags, of which old programs knew one as "encrypted".
    for bit in [5, 6, 7] {
        let mut reserved = plain.clone();
        reserved[3] |= 1 << bit;
        assert_refused(&reserved, "archive.corrupt");
    }
    // A checksum of the header that is wrong.
    let mut summed = plain.clone();
    summed[3] |= 2;
    summed.splice(10..10, [0xde, 0xad]);
    assert_refused(&summed, "archive.corrupt");
    // Another method.
    let mut method = plain;
    method[2] = 7;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&method).unwrap();
    let error = marketplace_archive::Sealed::open(file, &Limits::default()).unwrap_err();
    assert_eq!(error.code(), "archive.unknown-format");
}

#[test]
fn gzip_in_gzip_and_a_tar_without_one_are_no_package() {
    assert!(unpack(&gz(&tgz(&[file("a")]))).is_err());
    let mut plain = tempfile::tempfile().unwrap();
    plain.write_all(&tar(&[file("a")])).unwrap();
    let error = marketplace_archive::Sealed::open(plain, &Limits::default()).unwrap_err();
    assert_eq!(error.code(), "archive.unknown-format");
}

#[test]
fn a_member_that_is_cut_into_many_is_refused() {
    // BGZF, as in bioinformatics: one gzip member for each block, and an empty one at the end.
    let bytes = tar(&[file("a")]);
    let members: Vec<u8> = bytes.chunks(700).flat_map(gz).collect();
    assert!(unpack(&members).is_err());
    // Zeros behind the stream, as tapes have them.
    assert_refused(&[tgz(&[file("a")]), vec![0; 512]].concat(), "archive.unclaimed-bytes");
}

#[test]
fn extended_attributes_and_access_lists_are_not_applied() {
    let pax = Entry::pax(&[
        ("SCHILY.xattr.user.evil", b"1"),
        ("SCHILY.xattr.security.capability", b"\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("SCHILY.acl.access", b"user::rwx,group::rwx,other::rwx"),
        ("uid", b"0"),
        ("mtime", b"-1"),
    ]);
    let (place, tree) = unpack_with(&tgz(&[pax, file("a")]), &Limits::default());
    tree.unwrap();
    // What the kernel keeps for the file: nothing, or what it gives every file.
    let listed = |name: &str| {
        let output = std::process::Command::new("python3")
            .args(["-c", "import os, sys; print(sorted(os.listxattr(sys.argv[1])))"])
            .arg(place.outer.path().join("into").join(name))
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    place.dir().write("made-here", "x").unwrap();
    assert_eq!(listed("a"), listed("made-here"));
}

#[test]
fn as_many_headers_as_there_could_be_cost_no_more_than_is_allowed() {
    // A chain of headers that describe each other, and never an entry.
    let limits = Limits { entries: 10, ..Limits::default() };
    let chain: Vec<_> = (0..100).map(|_| global(&[("comment", b"x")])).collect();
    assert_eq!(unpack_with(&tgz(&chain), &limits).1.unwrap_err().code(), "archive.too-many-entries");
    // A header that says that it is as big as the world.
    let claim = Entry::new(b'x', b"pax", b"").with(124, b"77777777777\0");
    assert_refused(&tgz(&[claim, file("a")]), "archive.header-too-large");
}
