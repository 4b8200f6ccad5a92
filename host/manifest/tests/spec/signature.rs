use marketplace_manifest::{
    Digest, Draft, Manifest, Signature, SignatureError, SigningKey, VerifiedManifest,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::yaml;

fn signed(key: &SigningKey) -> Manifest {
    let draft =
        Draft::parse(yaml("title: Clock\nx-tool: {b: [1, 2.50], a: null}\nkeywords: []").as_bytes()).unwrap();
    draft.fill(&"ada".parse().unwrap(), &Digest::of(b"package")).unwrap().sign(key)
}

fn verify(value: &Value, key: &SigningKey) -> Result<VerifiedManifest, SignatureError> {
    Manifest::parse(value.to_string().as_bytes()).unwrap().verify(&key.public_key())
}

#[test]
fn what_is_signed_is_the_canonical_form_without_the_signature() {
    let manifest = signed(&SigningKey::generate());
    let digest = Digest::of(b"package");
    let expected = format!(
        r#"{{"author_id":"ada","keywords":[],"kind":"widget","name":"clock","package_sha256":"{digest}","permissions":[],"title":"Clock","version":"1.0.0","x-tool":{{"a":null,"b":[1,2.5]}}}}"#
    );
    assert_eq!(manifest.canonical(), expected);
    assert_eq!(manifest.digest(), Digest::of(expected.as_bytes()));
}

#[test]
fn a_signed_manifest_is_verified_in_either_format() {
    let key = SigningKey::generate();
    let manifest = signed(&key);
    for text in
        [manifest.to_yaml(), manifest.to_json().to_string(), serde_json::to_string_pretty(&manifest).unwrap()]
    {
        let read = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(read.canonical(), manifest.canonical());
        assert_eq!(read, manifest);
        assert_eq!(read.verify(&key.public_key()).unwrap().key(), &key.public_key());
    }
}

#[test]
fn a_relabelled_manifest_does_not_verify() {
    let key = SigningKey::generate();
    let manifest = signed(&key).to_json();
    assert!(verify(&manifest, &key).is_ok());
    for (field, value) in [
        ("kind", json!("theme")),
        ("name", json!("clocks")),
        ("version", json!("1.0.1")),
        ("author_id", json!("eve")),
        ("package_sha256", json!(Digest::of(b"other"))),
        ("permissions", json!(["network"])),
        ("title", json!("Cl0ck")),
        ("keywords", json!(["a"])),
        ("summary", json!("added")),
        ("x-tool", json!({"a": null, "b": [1, 2.5, 3]})),
        ("x-other", json!(1)),
    ] {
        let mut changed = manifest.clone();
        changed[field] = value;
        assert!(matches!(verify(&changed, &key), Err(SignatureError::Mismatch { .. })), "{field}");
    }
    for field in ["title", "keywords", "x-tool"] {
        let mut changed = manifest.clone();
        changed.as_object_mut().unwrap().remove(field);
        assert!(verify(&changed, &key).is_err(), "{field}");
    }
}

#[test]
fn another_key_does_not_verify() {
    let manifest = signed(&SigningKey::generate());
    let other = SigningKey::generate().public_key();
    let error = manifest.verify(&other).unwrap_err();
    assert_eq!(error, SignatureError::Mismatch { fingerprint: other.fingerprint() });
}

#[test]
fn every_flipped_bit_of_a_signature_is_noticed() {
    let key = SigningKey::from_bytes(&[3; 32]);
    let signature = key.sign_bytes(b"text");
    assert!(key.public_key().verify_bytes(b"text", &signature).is_ok());
    for bit in 0..512 {
        let mut bytes = *signature.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(key.public_key().verify_bytes(b"text", &Signature::from_bytes(bytes)).is_err(), "bit {bit}");
    }
}

#[test]
fn a_signature_has_one_spelling() {
    let text = SigningKey::generate().sign_base64(b"text");
    assert_eq!(text.parse::<Signature>().unwrap().to_string(), text);
    let loose_bits = format!("{}{}==", &text[..85], if text.as_bytes()[85] == b'B' { 'C' } else { 'B' });
    for bad in
        [text.trim_end_matches('=').to_owned(), format!("{text}\n"), loose_bits, String::new(), "AAAA".into()]
    {
        assert_eq!(bad.parse::<Signature>(), Err(SignatureError::Encoding), "{bad:?}");
    }
}

/// Values such as a stranger may put below an `x-` key.
fn values() -> impl Strategy<Value = Value> {
    let text = || {
        "\\PC{0,12}|[a-z:#'\" \\n\\t-]{0,40}"
            .prop_filter("is NFC", |text| unicode_normalization::is_nfc(text))
    };
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53) + 1..1_i64 << 53).prop_map(Value::from),
        any::<f64>().prop_filter("fits", |n| n.is_finite() && n.abs() < 9e15).prop_map(Value::from),
        text().prop_map(Value::from),
        prop_oneof![
            "yes",
            "NO",
            "0123",
            "1_000",
            "1e3",
            "~",
            "null",
            "<<",
            "0x1F",
            ".nan",
            "- a",
            "a: b",
            " a ",
            "2001-01-01"
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_spelling_of_a_manifest_has_one_canonical_form(value in values(), prose in "[a-zA-Z#*\\n\\t :'\"-]{0,60}") {
        let draft = Draft::new("widget", "clock".parse().unwrap(), "1.0.0".parse().unwrap()).unwrap();
        let draft = draft.with_extra("x-v", value).unwrap().with_description(prose).unwrap();
        let manifest = draft.fill(&"ada".parse().unwrap(), &Digest::of(b"")).unwrap().sign(&SigningKey::from_bytes(&[1; 32]));
        let json = manifest.to_json().to_string();
        let yaml = manifest.to_yaml();
        prop_assert_eq!(Manifest::parse(json.as_bytes()).unwrap().canonical(), manifest.canonical());
        match Manifest::parse(yaml.as_bytes()) {
            Ok(read) => prop_assert_eq!(read.canonical(), manifest.canonical(), "{}", yaml),
            Err(error) => prop_assert!(false, "{}\n{}", error, yaml),
        }
        // Canonical JSON is JSON, and its own canonical form.
        let again = Draft::parse(manifest.canonical().as_bytes()).unwrap().to_json();
        prop_assert_eq!(marketplace_manifest::canonical::to_jcs(&again), manifest.canonical());
    }
}
