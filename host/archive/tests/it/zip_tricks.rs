//! `.zip`: what the test suites of other ZIP programs are about. Each is read by ours as by all, or refused.

use crate::rawzip::{Entry, Zip, crc, extra, zip};
use crate::support::{assert_refused, paths, unpack};

fn a() -> Entry {
    Entry::stored("a.txt", b"hello")
}

fn refused(entry: Entry, code: &str) {
    assert_refused(&zip(&[entry]).bytes(), code);
}

fn accepted(entry: Entry) {
    assert_eq!(unpack(&zip(&[entry]).bytes()).unwrap().files.len(), 1);
}

#[test]
fn a_comment_of_plain_text_is_what_git_archive_writes_and_is_accepted() {
    for comment in ["0123456789abcdef0123456789abcdef01234567", "made by hand\r\n", &"x".repeat(65_535)] {
        let bytes = Zip { comment: comment.into(), ..zip(&[a()]) }.bytes();
        assert_eq!(paths(&unpack(&bytes).unwrap()), ["a.txt"]);
    }
}

#[test]
fn a_comment_that_could_hold_a_record_or_that_is_not_all_of_the_rest_is_refused() {
    let with = |comment: &[u8]| Zip { comment: comment.to_vec(), ..zip(&[a()]) }.bytes();
    assert_refused(&with(b"caf\xc3\xa9"), "archive.comment");
    assert_refused(&with(b"\0"), "archive.comment");
    assert_refused(&with(b"PK\x03\x04"), "archive.comment");
    // The last signature counts, for us and for others, and what it begins has to end with the archive.
    assert!(unpack(&with(b"PK\x05\x06 and twenty more characters")).is_err());
    let mut longer = with(b"text");
    longer.push(b'!');
    assert_refused(&longer, "archive.unclaimed-bytes");
    let shorter = with(b"text");
    assert_refused(&shorter[..shorter.len() - 1], "archive.corrupt");
}

#[test]
fn an_end_record_whose_own_fields_spell_a_signature_is_found_where_it_is() {
    // Sixteen bytes into the real one, where the offset of the directory is.
    let spelled = u32::from_le_bytes(*b"PK\x05\x06");
    for comment in [&b""[..], b"a comment that makes room for a second record"] {
        let bytes = Zip { at: Some(spelled), comment: comment.to_vec(), ..zip(&[a()]) }.bytes();
        assert!(unpack(&bytes).is_err());
    }
}

#[test]
fn what_a_local_header_may_leave_out_it_may_leave_out_one_by_one() {
    // libarchive, and Info-ZIP to a pipe: the size is known, the CRC-32 and the packed size come after the data.
    for keep in 0..8 {
        let entry = Entry::deflated("a", b"hello").streamed(true, false);
        let known = entry.central.clone();
        accepted(entry.clone().local(|header| {
            header.crc = if keep & 1 == 0 { 0 } else { known.crc };
            header.packed = if keep & 2 == 0 { 0 } else { known.packed };
            header.size = if keep & 4 == 0 { 0 } else { known.size };
        }));
        refused(entry.local(|header| header.size = 4), "archive.header-mismatch");
    }
    // The directory knows all of it.
    refused(
        Entry::deflated("a", b"hello").streamed(true, false).central(|header| header.crc = 0),
        "archive.header-mismatch",
    );
}

#[test]
fn a_stored_file_with_a_descriptor_holds_no_second_one() {
    accepted(Entry::stored("a", b"hello").streamed(true, false));
    // To whoever reads forward, the file ends early, and `hidden` is the next entry.
    let mut data = Vec::from(b"start");
    data.extend(0x0807_4b50_u32.to_le_bytes());
    data.extend(crc(b"start").to_le_bytes());
    data.extend([5, 0, 0, 0, 5, 0, 0, 0]);
    data.extend(zip(&[Entry::stored("hidden", b"x")]).bytes());
    refused(Entry::stored("a", &data).streamed(true, false), "archive.corrupt");
    // Where the header says how long it is, and where DEFLATE does, it is a ZIP in a ZIP.
    accepted(Entry::stored("a", &data));
    accepted(Entry::deflated("a", &data).streamed(true, false));
    // Across the pieces that it is read in.
    for start in 65_530..65_540 {
        let mut split = vec![b'.'; start];
        split.extend(b"PK\x07\x08");
        refused(Entry::stored("a", &split).streamed(false, false), "archive.corrupt");
    }
}

#[test]
fn a_bare_descriptor_whose_crc_is_the_signature_is_refused() {
    let signature = 0x0807_4b50_u32;
    let entry = || Entry::stored("a", b"hello").both(|header| header.crc = signature);
    refused(entry().streamed(false, false), "archive.corrupt");
    refused(entry().streamed(true, false), "archive.checksum");
}

#[test]
fn a_descriptor_of_another_length_or_unannounced_is_refused() {
    let whole = Entry::deflated("a", b"hello").streamed(true, false);
    for length in [0, 4, 8, 11, 13, 15] {
        let cut = Entry { descriptor: whole.descriptor[..length].to_vec(), ..whole.clone() };
        refused(cut, "archive.unclaimed-bytes");
    }
    let unannounced = Entry { descriptor: whole.descriptor.clone(), ..Entry::deflated("a", b"hello") };
    refused(unannounced, "archive.unclaimed-bytes");
    for at in 4..16 {
        let mut other = whole.clone();
        other.descriptor[at] ^= 1;
        refused(other, "archive.header-mismatch");
    }
}

#[test]
fn the_top_folder_may_be_named_and_be_in_front_of_every_name() {
    // bsdtar, of `.`.
    let bytes = zip(&[Entry::folder("./"), Entry::folder("./d/"), Entry::stored("./d/a", b"x")]).bytes();
    assert_eq!(paths(&unpack(&bytes).unwrap()), ["d/a"]);
    assert_refused(&zip(&[Entry::folder("./"), Entry::folder("./"), a()]).bytes(), "archive.duplicate-name");
    assert_refused(&zip(&[Entry::stored("./a.txt", b"x"), a()]).bytes(), "archive.duplicate-name");
    assert_refused(&zip(&[Entry::folder("./")]).bytes(), "archive.empty");
}

#[test]
fn attributes_of_dos_that_make_something_else_of_a_file_are_refused() {
    // Info-ZIP's unzip skips what is a volume label.
    for bit in [0x08, 0x40, 0x400] {
        refused(Entry { attributes: bit, ..a() }, "archive.special-file");
        refused(Entry { attributes: 0o100_644 << 16 | bit, ..a() }, "archive.special-file");
    }
    // Read-only, hidden, system, archive, normal, and 7-Zip's "the upper half is Unix's".
    for bits in [0x01, 0x02, 0x04, 0x20, 0x80, 0x27, 0x8000] {
        accepted(Entry { attributes: 0o100_644 << 16 | bits, ..a() });
    }
}

#[test]
fn a_type_counts_whichever_system_the_archive_says_it_is_from() {
    for system in [0, 1, 2, 3, 7, 10, 11, 14, 16, 19, 255] {
        let with = |mode: u32| {
            let mut bytes = zip(&[Entry { attributes: mode << 16, ..a() }]).bytes();
            let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
            bytes[central + 5] = system;
            bytes
        };
        assert_refused(&with(0o120_777), "archive.link");
        assert_refused(&with(0o020_666), "archive.special-file");
        assert!(unpack(&with(0o100_644)).is_ok());
    }
}

#[test]
fn an_extra_field_that_is_not_known_to_be_harmless_is_refused() {
    for id in [
        0x6c78, // libarchive's, with attributes, for whoever reads forward
        0x554e, // Xceed's name in UTF-16
        0x2605, // ZipIt's long name
        0x334d, // Info-ZIP for the Macintosh
        0x0008, 0x000f, 0x0014, 0x0015, 0x0016, 0x7777,
    ] {
        let field = extra(id, &[0; 8]);
        refused(a().local(|header| header.extra = field.clone()), "archive.unsupported");
        refused(a().central(|header| header.extra = field.clone()), "archive.unsupported");
    }
    for id in [0x000a, 0x4453, 0x5455, 0x5855, 0x6375, 0x7855, 0x7875, 0xa11e, 0xa220, 0xcafe, 0xd935] {
        accepted(a().both(|header| header.extra = extra(id, &[0; 8])));
    }
}

#[test]
fn extra_fields_that_do_not_add_up_are_refused() {
    for bytes in [
        &[0x55][..],
        &[0x55, 0x54],
        &[0x55, 0x54, 4],
        &[0x55, 0x54, 4, 0, 1],
        &[0; 3],
        &[0x55, 0x54, 0xff, 0xff],
    ] {
        refused(a().local(|header| header.extra = bytes.to_vec()), "archive.corrupt");
        refused(a().central(|header| header.extra = bytes.to_vec()), "archive.corrupt");
    }
}

#[test]
fn a_unicode_path_of_another_version_or_twice_with_other_names_is_refused() {
    let field = |version: u8, name: &str, of: &str| {
        extra(0x7075, &[&[version][..], &crc(of.as_bytes()).to_le_bytes(), name.as_bytes()].concat())
    };
    refused(a().both(|header| header.extra = field(2, "a.txt", "a.txt")), "archive.header-mismatch");
    refused(
        a().both(|header| header.extra = [field(1, "a.txt", "a.txt"), field(1, "b.txt", "a.txt")].concat()),
        "archive.header-mismatch",
    );
    refused(a().both(|header| header.extra = extra(0x7075, &[1])), "archive.header-mismatch");
    // In one of the two headers only.
    refused(a().central(|header| header.extra = field(1, "../b", "a.txt")), "archive.header-mismatch");
}

#[test]
fn zip64_in_front_only_behind_only_and_mixed_has_to_agree() {
    let wide = |numbers: &[u64]| extra(1, &numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>());
    // Behind, for the size only; for the offset only.
    accepted(a().central(|header| (header.size, header.extra) = (u32::MAX, wide(&[5]))));
    accepted(Entry { offset: Some(u32::MAX), ..a() }.central(|header| header.extra = wide(&[0])));
    refused(
        a().central(|header| (header.size, header.extra) = (u32::MAX, wide(&[6]))),
        "archive.header-mismatch",
    );
    refused(
        Entry { offset: Some(u32::MAX), ..a() }.central(|header| header.extra = wide(&[1])),
        "archive.unclaimed-bytes",
    );
    refused(
        Entry { offset: Some(u32::MAX), ..a() }.central(|header| header.extra = wide(&[u64::MAX])),
        "archive.unclaimed-bytes",
    );
    // Both sizes behind, and too few or too many numbers for them.
    for numbers in [&[5][..], &[5, 5, 0], &[5, 5, 0, 0]] {
        let entry = a().central(|header| {
            (header.size, header.packed, header.extra) = (u32::MAX, u32::MAX, wide(numbers));
        });
        refused(entry, "archive.corrupt");
    }
    // As streams write it: announced as wide, and nothing known yet.
    let streamed = Entry::deflated("a", b"hello").streamed(true, true).local(|header| {
        (header.size, header.packed, header.extra) = (u32::MAX, u32::MAX, wide(&[0, 0]));
    });
    accepted(streamed);
    // As big as numbers get.
    let huge = a().both(|header| {
        (header.size, header.packed, header.extra) = (u32::MAX, u32::MAX, wide(&[u64::MAX, u64::MAX]));
    });
    refused(huge, "archive.file-too-large");
}

#[test]
fn parts_of_a_split_archive_are_refused() {
    // What the first part begins with, and what an unsplit one that could have been split begins with.
    for marker in [b"PK\x07\x08", b"PK\x30\x30"] {
        let bytes = [marker.to_vec(), zip(&[a()]).bytes()].concat();
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let error =
            marketplace_archive::Sealed::open(file, &marketplace_archive::Limits::default()).unwrap_err();
        assert_eq!(error.code(), "archive.unknown-format");
    }
    refused(Entry { disk: 1, ..a() }, "archive.unsupported");
    assert_refused(&Zip { disk: 3, ..zip(&[a()]) }.bytes(), "archive.unsupported");
}

#[test]
fn one_body_under_many_names_is_refused_however_it_overlaps() {
    // All of it; the tail of it; one entry around another.
    let first = Entry::stored("a", &[b'x'; 200]);
    for offset in [0, 1, 31, 100] {
        let second = Entry { offset: Some(offset), ..Entry::stored("b", b"hello") };
        assert!(unpack(&zip(&[first.clone(), second]).bytes()).is_err(), "{offset}");
    }
    // A quote of a local header in the data, which another entry of the directory points at.
    let inner = zip(&[Entry::stored("b", b"hello")]).bytes();
    let local = inner[..30 + 1 + 5].to_vec();
    let quoting = Entry::stored("a", &local);
    let pointing = Entry { offset: Some(31), ..Entry::stored("b", b"hello") };
    assert_refused(&zip(&[quoting, pointing]).bytes(), "archive.overlap");
}

#[test]
fn many_entries_that_are_one_bomb_together_are_refused_by_what_they_claim() {
    let limits = marketplace_archive::Limits { unpacked_bytes: 4 << 20, ..Default::default() };
    let entries: Vec<_> = (0..5).map(|n| Entry::deflated(&format!("{n}"), &vec![0; 1 << 20])).collect();
    let (place, result) = crate::support::unpack_with(&zip(&entries).bytes(), &limits);
    assert_eq!(result.unwrap_err().code(), "archive.too-large");
    assert_eq!(std::fs::read_dir(place.outer.path().join("into")).unwrap().count(), 0);
}

#[test]
fn each_flag_that_is_not_understood_is_refused() {
    for bit in 0..16 {
        let entry = a().both(|header| header.flags = 1 << bit);
        match bit {
            1 | 2 | 11 => accepted(entry),
            3 => refused(entry, "archive.unclaimed-bytes"),
            0 | 6 | 13 => refused(entry, "archive.encrypted"),
            _ => refused(entry, "archive.unsupported"),
        }
    }
}
