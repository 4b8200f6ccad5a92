use marketplace_manifest::{AuthorId, Digest, NameRule, Slug, Version, VersionError};

#[test]
fn a_name_is_letters_digits_and_single_hyphens() {
    for good in ["ab", "a1", "42", "world-clock", "a-b-c", &"a".repeat(64)] {
        assert_eq!(good.parse::<Slug>().unwrap().as_str(), good);
    }
    for (bad, rule) in [
        ("", NameRule::Length),
        ("a", NameRule::Length),
        (&"a".repeat(65), NameRule::Length),
        ("Clock", NameRule::Alphabet),
        ("a_b", NameRule::Alphabet),
        ("a b", NameRule::Alphabet),
        ("cl\u{f6}ck", NameRule::Alphabet),
        ("clock\n", NameRule::Alphabet),
        ("-clock", NameRule::Hyphen),
        ("clock-", NameRule::Hyphen),
        ("a--b", NameRule::Hyphen),
        ("items", NameRule::Reserved),
    ] {
        assert_eq!(bad.parse::<Slug>().unwrap_err().rule(), rule, "{bad:?}");
    }
}

#[test]
fn a_refused_name_is_shown_without_its_control_characters() {
    let message = "a\u{1b}[31m\u{202e}".parse::<AuthorId>().unwrap_err().to_string();
    assert!(message.contains("author id"), "{message}");
    assert!(!message.contains(['\u{1b}', '\u{202e}']), "{message}");
}

#[test]
fn names_and_digests_are_checked_when_they_are_deserialised() {
    assert!(serde_json::from_str::<AuthorId>("\"ada\"").is_ok());
    assert!(serde_json::from_str::<AuthorId>("\"Ada\"").is_err());
    assert!(serde_json::from_str::<Digest>(&format!("\"{}\"", "a".repeat(64))).is_ok());
    assert!(serde_json::from_str::<Digest>("\"aa\"").is_err());
}

#[test]
fn a_digest_has_one_spelling() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Digest::of(b"").to_string(), empty);
    assert_eq!(empty.parse::<Digest>().unwrap(), Digest::of(b""));
    for bad in
        [empty.to_uppercase(), empty[1..].to_owned(), format!("{empty}0"), format!("0x{}", &empty[2..])]
    {
        assert!(bad.parse::<Digest>().is_err(), "{bad}");
    }
}

#[test]
fn versions_are_ordered_by_precedence() {
    let mut versions = ["1.10.0", "1.2.0", "1.2.0-rc.2", "1.2.0-rc.10", "1.2.0-alpha"]
        .map(|v| v.parse::<Version>().unwrap());
    versions.sort();
    assert_eq!(
        versions.map(|v| v.to_string()),
        ["1.2.0-alpha", "1.2.0-rc.2", "1.2.0-rc.10", "1.2.0", "1.10.0"]
    );
}

#[test]
fn a_version_with_build_metadata_is_refused() {
    assert!(matches!("1.0.0+5".parse::<Version>(), Err(VersionError::Build(_))));
    assert!(matches!("1.0".parse::<Version>(), Err(VersionError::Syntax { .. })));
    assert!(matches!("v1.0.0".parse::<Version>(), Err(VersionError::Syntax { .. })));
    assert!(matches!("01.0.0".parse::<Version>(), Err(VersionError::Syntax { .. })));
    assert!(matches!(format!("1.0.0-{}", "a".repeat(60)).parse::<Version>(), Err(VersionError::Length)));
}
