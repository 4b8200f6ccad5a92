//! `PackagePath`: an allowlist.

use std::str::FromStr;

use marketplace_archive::{PackagePath, PathError};
use proptest::prelude::*;

fn error(name: &str) -> PathError {
    PackagePath::from_str(name).unwrap_err()
}

#[test]
fn ordinary_names_are_accepted() {
    for name in [
        "a",
        "SKILL.md",
        "src/index.mjs",
        ".env",
        "a b/c d",
        "naïve.txt",
        "日本語/ファイル.png",
        "a..b",
        "...a",
        "@x/y+z(1)",
        "😀.png",
    ] {
        assert_eq!(PackagePath::from_str(name).unwrap().as_str(), name);
    }
}

#[test]
fn each_rule_has_its_error() {
    assert_eq!(error(""), PathError::Empty);
    assert_eq!(error("/a"), PathError::Absolute);
    assert_eq!(error("a/../b"), PathError::Parent);
    assert_eq!(error("./a"), PathError::Current);
    assert_eq!(error("a//b"), PathError::EmptyComponent);
    assert_eq!(error("a/"), PathError::EmptyComponent);
    assert_eq!(error("a\\b"), PathError::Backslash);
    assert_eq!(error("a:b"), PathError::Colon);
    assert_eq!(error("a\0b"), PathError::Nul);
    assert_eq!(error("e\u{301}"), PathError::NotNfc("é".into()));
    assert_eq!(error("a．．/\u{2024}\u{2024}"), PathError::Compatibility);
    assert_eq!(error("a."), PathError::TrailingDotOrSpace);
    assert_eq!(error("a /b"), PathError::TrailingDotOrSpace);
    assert_eq!(error(&"a/".repeat(40)), PathError::TooDeep { depth: 41, limit: 32 });
    assert_eq!(error(&"a".repeat(513)), PathError::TooLong { length: 513, limit: 512 });
    assert_eq!(error(&"a".repeat(256)), PathError::ComponentTooLong { length: 256, limit: 255 });
}

#[test]
fn devices_of_windows_are_refused_in_every_folder_and_under_every_extension() {
    for name in ["CON", "con", "nul.txt", "a/aux", "COM1", "com9.tar.gz", "LPT¹", "prn .txt", "CONIN$"] {
        assert!(matches!(error(name), PathError::Device(_)), "{name}");
    }
    for name in ["CONSOLE", "COM10", "COM", "null", "xcon"] {
        assert!(PackagePath::from_str(name).is_ok(), "{name}");
    }
}

#[test]
fn characters_that_hide_or_direct_are_refused() {
    for c in [
        '\n',
        '\u{7f}',
        '\u{85}',
        '\u{a0}',
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{202e}',
        '\u{2028}',
        '\u{2066}',
        '\u{3000}',
        '\u{3164}',
        '\u{115f}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e000}',
        '\u{e0041}',
        '\u{378}',
        '\u{10ffff}',
    ] {
        let name = format!("a{c}b");
        assert!(matches!(error(&name), PathError::Invisible(_)), "U+{:04X}", u32::from(c));
    }
    for c in ['<', '>', '"', '|', '?', '*'] {
        assert_eq!(error(&format!("a{c}")), PathError::Reserved(c));
    }
}

#[test]
fn a_path_is_a_string_in_json_and_is_checked_there() {
    let path: PackagePath = serde_json::from_str(r#""a/b""#).unwrap();
    assert_eq!(serde_json::to_string(&path).unwrap(), r#""a/b""#);
    assert!(serde_json::from_str::<PackagePath>(r#""../b""#).is_err());
}

proptest! {
    #[test]
    fn what_is_accepted_is_safe_whatever_was_given(name in "[\\PC\\u{0}-\\u{2f}/.:\\\\]{0,40}") {
        if let Ok(path) = PackagePath::from_str(&name) {
            let text = path.as_str();
            prop_assert_eq!(text, &name);
            prop_assert!(!text.starts_with('/') && !text.ends_with('/'));
            prop_assert!(text.split('/').all(|part| !matches!(part, "" | "." | "..")));
            prop_assert!(!text.contains(['\\', ':', '\0']) && !text.contains(char::is_control));
            let joined = std::path::Path::new("/base").join(text);
            prop_assert!(joined.components().all(|c| !matches!(c, std::path::Component::ParentDir)));
            prop_assert!(joined.starts_with("/base"));
            prop_assert_eq!(PackagePath::from_str(text).unwrap().fold(), path.fold());
        }
    }
}
