use marketplace_manifest::{AuthorId, Digest, Draft, FillError, Manifest, SigningKey, Version, limits};
use serde_json::json;

use crate::{assert_refused, json, yaml};

#[test]
fn every_field_that_the_author_writes_comes_back() {
    let text = yaml(
        "title: Clock\nsummary: Tells the time\ndescription: |\n  # Clock\n  It *ticks*.\nhomepage: https://example.org/\n\
         source: https://example.org/src\nlicense: MIT OR Apache-2.0\nkeywords: [time, clock]\nicon: icon.png\n\
         screenshots: [images/one.png]\nchangelog: First.\nx-theme: {dark: true}\nauthor_id: ada",
    );
    let draft = Draft::parse(text.as_bytes()).unwrap();
    assert_eq!(
        (draft.kind(), draft.name().as_str(), draft.version()),
        ("widget", "clock", &Version::new(1, 0, 0))
    );
    assert_eq!((draft.title(), draft.summary()), (Some("Clock"), Some("Tells the time")));
    assert_eq!(draft.description(), Some("# Clock\nIt *ticks*.\n"));
    assert_eq!(draft.homepage(), Some("https://example.org/"));
    assert_eq!(draft.source(), Some("https://example.org/src"));
    assert_eq!(draft.license(), Some("MIT OR Apache-2.0"));
    assert_eq!(draft.keywords(), ["time", "clock"]);
    assert_eq!((draft.icon(), draft.screenshots()), (Some("icon.png"), &["images/one.png".to_owned()][..]));
    assert_eq!((draft.changelog(), draft.author_id().map(AuthorId::as_str)), (Some("First."), Some("ada")));
    assert_eq!(draft.extra()["x-theme"], json!({"dark": true}));
    assert!(!draft.is_signed() && draft.package_sha256().is_none());
    assert_eq!(Draft::parse(draft.to_yaml().as_bytes()).unwrap(), draft);
    assert_eq!(Draft::parse(draft.to_json().to_string().as_bytes()).unwrap(), draft);
}

#[test]
fn people_find_the_fields_in_the_order_they_read() {
    let yaml = Draft::parse(yaml("author_id: ada\ntitle: Clock").as_bytes()).unwrap().to_yaml();
    let keys: Vec<_> = yaml.lines().filter_map(|line| line.split_once(':').map(|(key, _)| key)).collect();
    assert_eq!(keys, ["kind", "name", "version", "author_id", "title", "permissions"]);
}

#[test]
fn a_field_that_manifests_do_not_have_is_refused() {
    assert_refused(yaml("titel: Clock"), "manifest.unknown-field", "titel");
    assert_refused(json(r#""status":"approved""#), "manifest.unknown-field", "status");
    assert_refused(yaml("X-tool: 1"), "manifest.unknown-field", "X-tool");
    assert_refused(yaml("x-: 1"), "manifest.bad-value", "x-");
}

#[test]
fn a_field_that_has_to_be_there_is_named() {
    for field in ["kind", "name", "version", "permissions"] {
        let text: String =
            yaml("").lines().filter(|line| !line.starts_with(field)).map(|l| format!("{l}\n")).collect();
        assert_refused(text, "manifest.missing-field", field);
    }
    let draft = Draft::parse(yaml("author_id: ada").as_bytes()).unwrap();
    assert_eq!(draft.signed().unwrap_err().field(), "package_sha256");
    let error = Manifest::parse(yaml("").as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.subject()), ("manifest.missing-field", "author_id"));
}

#[test]
fn null_is_no_value_for_a_field() {
    assert_refused(json(r#""title":null"#), "manifest.bad-value", "title");
    assert_refused(yaml("title:"), "manifest.bad-value", "title");
    assert_refused(yaml("keywords: [~]"), "manifest.bad-value", "keywords/0");
    assert_refused(json(r#""author_id":null"#), "manifest.bad-value", "author_id");
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    assert_refused(json(r#""title":5"#), "manifest.bad-value", "title");
    assert_refused(json(r#""title":["a"]"#), "manifest.bad-value", "title");
    assert_refused(json(r#""keywords":"a""#), "manifest.bad-value", "keywords");
    assert_refused(json(r#""keywords":["a",1]"#), "manifest.bad-value", "keywords/1");
    assert_refused(json(r#""package_sha256":"abc""#), "manifest.bad-value", "package_sha256");
    assert_refused(json(r#""author_id":"Ada""#), "manifest.bad-value", "author_id");
    assert_refused(json(r#""manifest_signature":"AAAA""#), "manifest.bad-value", "manifest_signature");
    assert_refused(yaml("").replace("widget", "Widget!"), "manifest.bad-value", "kind");
    assert_refused(yaml("").replace("clock", "items"), "manifest.bad-value", "name");
    assert_refused(yaml("").replace("1.0.0", "1.0.0+5"), "manifest.bad-value", "version");
}

#[test]
fn a_line_of_text_holds_nothing_that_hides_or_reorders() {
    for c in
        ['\0', '\n', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}', '\u{200f}']
    {
        let text = serde_json::Value::String(format!("a{c}b"));
        assert_refused(json(&format!(r#""title":{text}"#)), "manifest.bad-value", "title");
        assert_refused(json(&format!(r#""summary":{text}"#)), "manifest.bad-value", "summary");
        assert_refused(json(&format!(r#""keywords":[{text}]"#)), "manifest.bad-value", "keywords/0");
    }
    assert_refused(json(r#""description":"a\u0000b""#), "manifest.bad-value", "description");
    assert_refused(json(r#""changelog":"a\u001bb""#), "manifest.bad-value", "changelog");
    assert!(Draft::parse(json(r#""description":"a\n\tb""#).as_bytes()).is_ok());
    assert!(
        Draft::parse(json("\"title\":\"\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\"").as_bytes()).is_ok()
    );
}

#[test]
fn limits_are_kept_to_the_character() {
    let text = |field: &str, n: usize| json(&format!(r#""{field}":"{}""#, "a".repeat(n)));
    for (field, most) in [
        ("title", limits::TITLE_CHARS),
        ("summary", limits::SUMMARY_CHARS),
        ("description", limits::DESCRIPTION_BYTES),
        ("changelog", limits::CHANGELOG_BYTES),
        ("icon", limits::PATH_BYTES),
    ] {
        assert!(Draft::parse(text(field, most).as_bytes()).is_ok(), "{field}");
        assert_refused(text(field, most + 1), "manifest.bad-value", field);
    }
    let list = |field: &str, n: usize| json(&format!(r#""{field}":{}"#, json!(vec!["ab"; n])));
    for (field, most) in [("keywords", limits::KEYWORDS), ("screenshots", limits::SCREENSHOTS)] {
        assert!(Draft::parse(list(field, most).as_bytes()).is_ok(), "{field}");
        assert_refused(list(field, most + 1), "manifest.bad-value", field);
    }
    let permissions =
        |n: usize, bytes: usize| json("").replace("[]", &json!(vec!["p".repeat(bytes); n]).to_string());
    assert!(Draft::parse(permissions(64, 256).as_bytes()).is_ok());
    assert_refused(permissions(65, 1), "manifest.bad-value", "permissions");
    assert_refused(permissions(1, 257), "manifest.bad-value", "permissions/0");
    // Characters, not bytes.
    assert!(Draft::parse(json(&format!(r#""title":"{}""#, "\u{65e5}".repeat(100))).as_bytes()).is_ok());
}

#[test]
fn an_address_leads_where_it_seems_to() {
    for bad in [
        "example.org",
        "//example.org",
        "javascript:alert(1)",
        "ftp://example.org",
        "https://",
        "https:example.org",
        "https://user@example.org",
        "https://bank.example:x@example.org",
        "https://a.example\\\\@b.example",
        "https://exa mple.org",
        "https://example.org/a b",
        "file:///etc/passwd",
        "HTTPS://example.org",
        "",
    ] {
        assert_refused(json(&format!(r#""homepage":"{bad}""#)), "manifest.bad-value", "homepage");
        assert_refused(json(&format!(r#""source":"{bad}""#)), "manifest.bad-value", "source");
    }
    for good in ["https://example.org", "http://example.org:8080/a?b#c", "https://[2001:db8::1]/"] {
        assert!(Draft::parse(json(&format!(r#""homepage":"{good}""#)).as_bytes()).is_ok(), "{good}");
    }
}

#[test]
fn a_license_is_an_spdx_expression() {
    for good in
        ["MIT", "MIT OR Apache-2.0", "GPL-3.0-or-later WITH Classpath-exception-2.0", "LicenseRef-Mine"]
    {
        assert!(Draft::parse(json(&format!(r#""license":"{good}""#)).as_bytes()).is_ok(), "{good}");
    }
    for bad in ["", "mine", "MIT AND", "Apache 2", "MIT/Apache-2.0"] {
        assert_refused(json(&format!(r#""license":"{bad}""#)), "manifest.bad-value", "license");
    }
}

#[test]
fn a_path_stays_in_the_package() {
    for bad in ["/icon.png", "../icon.png", "a/../../b", "a//b", "./a", "a/", "a\\\\b", "C:a", "", "."] {
        assert_refused(json(&format!(r#""icon":"{bad}""#)), "manifest.bad-value", "icon");
        assert_refused(json(&format!(r#""screenshots":["{bad}"]"#)), "manifest.bad-value", "screenshots/0");
    }
}

#[test]
fn a_draft_made_in_code_keeps_the_same_rules() {
    let draft = Draft::new("widget", "clock".parse().unwrap(), Version::new(1, 0, 0)).unwrap();
    assert!(Draft::new("No Kind", "clock".parse().unwrap(), Version::new(1, 0, 0)).is_err());
    assert_eq!(draft.clone().with_title("cafe\u{301}").unwrap_err().subject(), "title");
    assert_eq!(draft.clone().with_icon("../x").unwrap_err().subject(), "icon");
    let made = draft
        .with_permissions(vec!["refresh:30s".into()])
        .unwrap()
        .with_title("Clock")
        .unwrap()
        .with_summary("Tells the time")
        .unwrap()
        .with_license("MIT")
        .unwrap()
        .with_keywords(vec!["time".into()])
        .unwrap();
    assert_eq!(Draft::parse(made.to_yaml().as_bytes()).unwrap(), made);
}

#[test]
fn filling_in_never_contradicts_the_author() {
    let (ada, eve): (AuthorId, AuthorId) = ("ada".parse().unwrap(), "eve".parse().unwrap());
    let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
    let draft = Draft::parse(yaml(&format!("author_id: ada\npackage_sha256: {one}")).as_bytes()).unwrap();
    assert_eq!(
        draft.clone().fill(&eve, &one).unwrap_err(),
        FillError::Author { manifest: ada.clone(), given: eve }
    );
    assert_eq!(draft.clone().fill(&ada, &two).unwrap_err(), FillError::Package { manifest: one, given: two });
    let signed = draft.fill(&ada, &one).unwrap().sign(&SigningKey::generate());
    let draft = Draft::parse(signed.to_yaml().as_bytes()).unwrap();
    assert_eq!(draft.clone().fill(&ada, &one).unwrap_err(), FillError::Signed);
    assert!(draft.without_signature().fill(&ada, &one).is_ok());
}

#[test]
fn the_largest_draft_that_is_accepted_can_be_signed_and_read_again() {
    let author: AuthorId = "a".repeat(64).parse().unwrap();
    let room = limits::BYTES - limits::ENVELOPE_BYTES - json(r#""x-a":"""#).len();
    let text = |n: usize| json(&format!(r#""x-a":"{}""#, "a".repeat(n)));
    assert_refused(text(room + 1), "manifest.too-large", "manifest");
    let manifest = Draft::parse(text(room).as_bytes())
        .unwrap()
        .fill(&author, &Digest::of(b""))
        .unwrap()
        .sign(&SigningKey::generate());
    assert_eq!(Manifest::parse(manifest.to_json().to_string().as_bytes()).unwrap(), manifest);
}
