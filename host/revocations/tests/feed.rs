//! What a reader of the feed may rely on.
#![allow(clippy::unwrap_used)]

use marketplace_manifest::{CategoryId, Digest, Slug, Version, canonical};
use marketplace_revocations::{
    Entry, Feed, FeedError, Installed, Kind, LIFETIME, OffsetDateTime, SigningKey,
};
use serde_json::{Value, json};

const SINCE: &str = "2026-02-27T08:30:00Z";

fn issued() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_772_366_400).unwrap()
}

fn entry(kind: Kind) -> Entry {
    Entry {
        kind,
        category: None,
        slug: None,
        version: None,
        package_sha256: None,
        manifest_sha256: None,
        key: None,
        reason: Some("malware".into()),
        since: SINCE.into(),
    }
}

fn item(kind: Kind, version: Option<&str>) -> Entry {
    Entry {
        category: Some("widgets".parse().unwrap()),
        slug: Some("clock".parse().unwrap()),
        version: version.map(|version| version.parse().unwrap()),
        ..entry(kind)
    }
}

fn package(of: &str) -> Entry {
    Entry { package_sha256: Some(Digest::of(of.as_bytes())), ..entry(Kind::Blocked) }
}

fn signer(key: &str) -> Entry {
    Entry { key: Some(key.into()), ..entry(Kind::KeyRevoked) }
}

/// Signs whatever a document says.
fn signed(mut document: Value, key: &SigningKey) -> String {
    document.as_object_mut().unwrap().remove("signature");
    let signature = key.sign_base64(canonical::to_jcs(&document).as_bytes());
    document["signature"] = json!(signature);
    document.to_string()
}

#[test]
fn a_feed_comes_back_as_it_was_signed() {
    let key = SigningKey::generate();
    let text = Feed::sign(7, vec![signer("k"), package("p"), item(Kind::Yanked, None)], issued(), &key);
    let feed = Feed::verify(&text, &key.public_key(), issued(), Some(6)).unwrap();
    assert_eq!((feed.version, feed.issued_at, feed.expires_at), (7, issued(), issued() + LIFETIME));
    assert_eq!(feed.key, key.public_key().fingerprint());
    assert_eq!(feed.entries, [package("p"), signer("k"), item(Kind::Yanked, None)], "the gravest first");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["issued_at"], "2026-03-01T12:00:00Z");
    assert_eq!(document["entries"][0].as_object().unwrap().len(), 4, "only what it names: {document:#}");
}

#[test]
fn the_same_withdrawals_make_the_same_bytes() {
    let key = SigningKey::generate();
    let one = Feed::sign(7, vec![signer("a"), signer("b"), package("p")], issued(), &key);
    let other = Feed::sign(7, vec![package("p"), signer("b"), signer("a"), signer("b")], issued(), &key);
    assert_eq!(one, other);
}

#[test]
fn a_reason_in_any_unicode_form_can_be_read_again() {
    let key = SigningKey::generate();
    let reason = Entry { reason: Some("bo\u{0308}se \u{202e}".into()), ..package("p") };
    let text = Feed::sign(1, vec![reason], issued(), &key);
    let feed = Feed::verify(&text, &key.public_key(), issued(), None).unwrap();
    assert_eq!(feed.entries[0].reason.as_deref(), Some("b\u{f6}se \u{202e}"));
}

#[test]
fn another_key_or_a_change_of_anything_does_not_count() {
    let (key, other) = (SigningKey::generate(), SigningKey::generate());
    let text = Feed::sign(7, vec![package("p")], issued(), &key);
    let refused = |text: &str, key: &SigningKey| {
        let refused = Feed::verify(text, &key.public_key(), issued(), None);
        assert!(matches!(refused, Err(FeedError::Signature { .. })), "{text}: {refused:?}");
    };
    refused(&text, &other);
    refused(&text.replace("malware", "mallard"), &key);
    refused(&text.replace("\"version\": 7", "\"version\": 8"), &key);
    refused(&text.replace("2026-03-08", "2036-03-08"), &key);
    let mut emptied: Value = serde_json::from_str(&text).unwrap();
    emptied["entries"] = json!([]);
    refused(&emptied.to_string(), &key);
}

#[test]
fn a_feed_is_good_until_it_expires_and_not_a_second_longer() {
    let key = SigningKey::generate();
    let text = Feed::sign(7, vec![], issued(), &key);
    let at = |at| Feed::verify(&text, &key.public_key(), at, None);
    at(issued() - LIFETIME).expect("a clock that is late does not make a good feed bad");
    at(issued() + LIFETIME - time_step()).unwrap();
    let stale = at(issued() + LIFETIME).unwrap_err();
    assert!(stale.to_string().contains("expired at 2026-03-08T12:00:00Z"), "{stale}");
}

fn time_step() -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

#[test]
fn an_old_feed_does_not_hide_what_is_known() {
    let key = SigningKey::generate();
    let text = Feed::sign(7, vec![], issued(), &key);
    for known in [7, 8, u64::MAX] {
        let old = Feed::verify(&text, &key.public_key(), issued(), Some(known));
        assert!(matches!(old, Err(FeedError::Old { version: 7, .. })), "{old:?}");
    }
    Feed::verify(&text, &key.public_key(), issued(), Some(6)).unwrap();
}

#[test]
fn what_format_1_does_not_have_is_refused_although_it_is_signed() {
    let key = SigningKey::generate();
    let good: Value = serde_json::from_str(&Feed::sign(7, vec![package("p")], issued(), &key)).unwrap();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut document = good.clone();
        change(&mut document);
        Feed::verify(&signed(document, &key), &key.public_key(), issued(), None).unwrap_err()
    };
    assert!(matches!(refused(&|feed| feed["format"] = json!(2)), FeedError::Format(2)));
    for change in [
        (&|feed: &mut Value| feed["extra"] = json!(1)) as &dyn Fn(&mut Value),
        &|feed| feed["entries"][0]["only_on"] = json!("Sundays"),
        &|feed| feed["entries"][0]["kind"] = json!("frowned_upon"),
        &|feed| feed["version"] = json!("7"),
        &|feed| feed["expires_at"] = json!("soon"),
        &|feed| feed["format"] = json!("1"),
    ] {
        let error = refused(change);
        assert!(matches!(error, FeedError::Malformed(_)), "{error}");
    }
    for text in
        ["", "[]", "{}", "null", r#"{"signature": 1}"#, "{\"format\":1,\"format\":1,\"signature\":\"\"}"]
    {
        let refused = Feed::verify(text, &key.public_key(), issued(), None);
        assert!(matches!(refused, Err(FeedError::Malformed(_))), "{text}: {refused:?}");
    }
}

#[test]
fn an_entry_applies_to_what_agrees_with_all_that_it_names() {
    let (category, slug): (CategoryId, Slug) = ("widgets".parse().unwrap(), "clock".parse().unwrap());
    let version: Version = "1.0.0".parse().unwrap();
    let (package_sha256, manifest_sha256) = (Digest::of(b"package"), Digest::of(b"manifest"));
    let what = Installed {
        category: &category,
        slug: &slug,
        version: &version,
        package_sha256: &package_sha256,
        manifest_sha256: &manifest_sha256,
        key: "SHA256:k",
    };
    let other = Entry { slug: Some("clocks".parse().unwrap()), ..item(Kind::Blocked, None) };
    for (entry, applies) in [
        (item(Kind::Blocked, None), true),
        (item(Kind::Yanked, Some("1.0.0")), true),
        (item(Kind::Yanked, Some("1.0.1")), false),
        (other, false),
        (package("package"), true),
        (package("another"), false),
        (signer("SHA256:k"), true),
        (signer("SHA256:"), false),
        (Entry { category: Some(category.clone()), ..package("package") }, true),
        (Entry { category: Some("themes".parse().unwrap()), ..package("package") }, false),
        (entry(Kind::Blocked), false),
        (Entry { category: Some(category.clone()), ..entry(Kind::Blocked) }, false),
    ] {
        assert_eq!(entry.applies_to(&what), applies, "{entry:?}");
    }

    let key = SigningKey::generate();
    let entries = vec![item(Kind::Yanked, Some("1.0.0")), package("package"), signer("SHA256:other")];
    let text = Feed::sign(1, entries, issued(), &key);
    let feed = Feed::verify(&text, &key.public_key(), issued(), None).unwrap();
    let kinds: Vec<_> = feed.concerning(&what).map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Blocked, Kind::Yanked]);
}
