//! Whatever the bytes are: an answer, and nothing outside of the folder.

use proptest::prelude::*;

use marketplace_archive::{Limits, PackagePath};

use crate::rawtar::{self, gz, tar};
use crate::rawzip::{self, zip};
use crate::support::unpack_with;

/// Names that mean trouble somewhere, and pieces to make more of.
fn names() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("A"),
        Just("b.txt"),
        Just("/"),
        Just("."),
        Just(".."),
        Just("\\"),
        Just(":"),
        Just("\0"),
        Just(" "),
        Just("\u{202e}"),
        Just("\u{200b}"),
        Just("\u{ff0f}"),
        Just("\u{2024}"),
        Just("e\u{301}"),
        Just("é"),
        Just("CON"),
        Just("nul"),
        Just("com1"),
        Just("LPT¹"),
        Just("\n"),
        Just("\u{7f}"),
        Just("*"),
        Just("~"),
        Just("ß"),
        Just("日"),
        Just("\u{e000}"),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// The rules, said again in other words.
fn is_safe(path: &str) -> bool {
    !path.is_empty()
        && path.chars().all(|c| !c.is_control() && !"\\:<>\"|?*\u{202e}\u{200b}\u{ff0f}\u{e000}".contains(c))
        && path.split('/').all(|part| {
            let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
            !part.is_empty()
                && !part.ends_with(['.', ' '])
                && !["CON", "NUL", "COM1", "LPT¹"].contains(&stem.as_str())
        })
}

fn answer(bytes: &[u8]) -> Option<Vec<String>> {
    let (_, result) = unpack_with(bytes, &Limits::default());
    match result {
        Ok(tree) => {
            let paths: Vec<_> = tree.files.iter().map(|file| file.path.to_string()).collect();
            assert!(
                paths.iter().all(|path| is_safe(path) && path.parse::<PackagePath>().is_ok()),
                "{paths:?}"
            );
            Some(paths)
        }
        Err(error) => {
            assert!(error.is_refusal(), "{error}");
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_name_is_safe_or_refused_alike_in_every_place_that_can_hold_it(name in names()) {
        let plain = name.strip_prefix("./").unwrap_or(&name);
        let accepted = plain.parse::<PackagePath>().ok().map(|path| vec![path.to_string()]);
        let entry = || rawtar::Entry::file("a", b"x");
        let pax = rawtar::Entry::pax(&[("path", name.as_bytes())]);
        prop_assert_eq!(answer(&gz(&tar(&[pax, entry()]))), accepted.clone());
        let gnu = rawtar::Entry::new(b'L', b"././@LongLink", format!("{name}\0").as_bytes()).gnu();
        prop_assert_eq!(answer(&gz(&tar(&[gnu, rawtar::Entry::file("", b"x").gnu()]))), accepted.clone());
        // A header's own name ends at a NUL, and a name ending in a slash is a folder to a ZIP.
        if !name.ends_with('\0') {
            prop_assert_eq!(answer(&gz(&tar(&[rawtar::Entry::file(&name, b"x")]))), accepted.clone());
        }
        prop_assert_eq!(answer(&zip(&[rawzip::Entry::stored(&name, b"x")]).bytes()), accepted);
    }

    #[test]
    fn noise_behind_a_signature_is_refused(noise in prop::collection::vec(any::<u8>(), 0..2000), is_zip in any::<bool>()) {
        let start: &[u8] = if is_zip { b"PK\x03\x04" } else { b"\x1f\x8b\x08\0" };
        prop_assert_eq!(answer(&[start, &noise].concat()), None);
        prop_assert_eq!(answer(&gz(&noise)), None);
    }

    #[test]
    fn an_archive_with_bytes_changed_moved_or_left_out_is_answered(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..5_u8), 1..6),
        is_zip in any::<bool>(),
    ) {
        let mut bytes = if is_zip {
            zip(&[
                rawzip::Entry::folder("d/"),
                rawzip::Entry::deflated("d/a", b"hello").streamed(true, false),
                rawzip::Entry::stored("b", b"hello"),
            ])
            .bytes()
        } else {
            let pax = rawtar::Entry::pax(&[("path", b"d/long"), ("size", b"5")]);
            tar(&[rawtar::Entry::folder("d/"), pax, rawtar::Entry::file("d/a", b"hello"), rawtar::Entry::file("b", b"")])
        };
        for (from, to, byte, how) in changes {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let (from, to) = (from.min(to), from.max(to));
            match how {
                0 => bytes[from] = byte,
                1 => bytes[from] ^= 1 << (byte % 8),
                2 => drop(bytes.drain(from..to)),
                3 => bytes.insert(from, byte),
                _ => {
                    let piece = bytes[from..to].to_vec();
                    bytes.extend(piece);
                }
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        if !is_zip {
            // The checksum of whatever stands where headers are is made right, so that the rest is looked at.
            for block in bytes.chunks_exact_mut(512).filter(|block| block[257..262] == *b"ustar") {
                block[148..156].fill(b' ');
                let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
                block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
            bytes = gz(&bytes);
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") || !is_zip {
            answer(&bytes);
        }
    }
}
