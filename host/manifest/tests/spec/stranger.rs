//! A signature means the same to somebody who has none of our code.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use marketplace_manifest::{Digest, Draft, Manifest, SigningKey};
use serde_json::{Value, json};

/// What implementations of RFC 8785 disagree on, if they do: the order of keys past the
/// Basic Multilingual Plane, numbers, escapes, nested fields of strangers.
fn awkward() -> Value {
    json!({
        "kind": "widget",
        "name": "clock",
        "version": "1.0.0-rc.1",
        "author_id": "ada",
        "package_sha256": Digest::of(b"package"),
        "permissions": ["data:read.weather.*", "refresh:30s"],
        "title": "Uhr \u{65e5}\u{672c} \u{1f552} caf\u{e9}",
        "description": "# Clock\n\n\"quoted\" \\ back\ttab </script>",
        "keywords": [],
        "x-keys": {
            "\u{1f600}": "past the plane, begins with D83D in UTF-16",
            "\u{ff5e}": "sorts after it in UTF-16 and before it in UTF-8",
            "\u{20ac}": 1, "\r": 2, "1": 3, "\u{80}": 4, "\u{f6}": 5, "": 6, "a": 7, "B": 8,
        },
        "x-numbers": [0, -0.0, 1.0, 1.5, -2.75, 0.1, 1e-7, 1e-6, 123456789.125, 5e-324, 2.2250738585072014e-308,
            9007199254740991_i64, -9007199254740991_i64, 51.2481783755054, 333333333.3333333],
        "x-nested": {"z": [{"y": null, "x": [true, false, {"deep": {}}]}], "empty": [], "controls": "\u{1}\u{1f}\u{b}\u{7f}\u{2028}"},
    })
}

fn python() -> PathBuf {
    let python = std::env::var_os("MARKETPLACE_TEST_PYTHON").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/python/bin/python"),
        PathBuf::from,
    );
    assert!(
        python.exists(),
        "{} is not there: run scripts/setup, or set MARKETPLACE_TEST_PYTHON to a Python that has what tests/requirements.txt lists",
        python.display()
    );
    python
}

fn stranger(verb: &str, pem: &str, manifest: &Value) -> (bool, Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, pem).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stranger.py");
    let mut child = Command::new(python())
        .arg(script)
        .arg(verb)
        .arg(&key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(manifest.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.success(), output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn what_a_stranger_signs_we_verify() {
    let key = SigningKey::generate();
    let (ok, signed, errors) = stranger("sign", &key.to_pem(), &awkward());
    assert!(ok, "{errors}");
    let manifest = Manifest::parse(&signed).unwrap().verify(&key.public_key()).unwrap();
    assert_eq!(manifest.name().as_str(), "clock");
    // Both sign the same bytes, and Ed25519 has one signature for them.
    assert_eq!(*manifest.signature(), key.sign_bytes(manifest.canonical().as_bytes()));
}

#[test]
fn what_we_sign_a_stranger_verifies() {
    let key = SigningKey::generate();
    let draft = Draft::parse(awkward().to_string().as_bytes()).unwrap();
    let manifest = draft.fill(&"ada".parse().unwrap(), &Digest::of(b"package")).unwrap().sign(&key);
    let public = key.public_key().to_pem();

    let (ok, canonical, errors) = stranger("verify", &public, &manifest.to_json());
    assert!(ok, "{errors}");
    assert_eq!(String::from_utf8(canonical).unwrap(), manifest.canonical());

    let mut changed = manifest.to_json();
    changed["version"] = json!("9.9.9");
    let (ok, _, errors) = stranger("verify", &public, &changed);
    assert!(!ok && errors.contains("InvalidSignature"), "{errors}");
}
