//! The manifest, in both of its formats.

use marketplace_manifest::{Digest, Draft, Manifest, SigningKey};

use crate::texts::assert_calm;

/// What is accepted is the same manifest in JSON and in YAML, once more and for ever, and can be signed and checked.
pub fn manifest(data: &[u8]) {
    let draft = match Draft::parse(data) {
        Ok(draft) => draft,
        Err(error) => {
            assert_calm(&error.to_string());
            assert_calm(error.subject());
            return;
        }
    };
    let json = draft.to_json().to_string();
    assert_eq!(Draft::parse(json.as_bytes()).as_ref(), Ok(&draft), "{json}");
    let yaml = draft.to_yaml();
    assert_eq!(Draft::parse(yaml.as_bytes()).as_ref(), Ok(&draft), "{yaml}");
    if let Some(author) = Draft::claimed_author(data) {
        assert_eq!(draft.author_id(), Some(&author));
    }

    let draft = draft.without_signature();
    let author = draft.author_id().cloned().unwrap_or_else(|| "ada".parse().expect("a name"));
    let package = draft.package_sha256().copied().unwrap_or_else(|| Digest::of(b"package"));
    let key = SigningKey::from_bytes(&[7; 32]);
    let signed = draft.fill(&author, &package).expect("nothing contradicts").sign(&key);
    for text in [signed.to_yaml(), signed.to_json().to_string()] {
        let read = Manifest::parse(text.as_bytes()).expect("what we write is a manifest");
        assert_eq!(read.canonical(), signed.canonical(), "{text}");
        read.verify(&key.public_key()).expect("it was signed");
    }
}
