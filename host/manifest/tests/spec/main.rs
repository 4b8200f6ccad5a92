//! The manifest's specification, as sentences.

#![allow(clippy::unwrap_used)]

mod fields;
mod keys;
mod names;
mod rotation;
mod signature;
mod stranger;
mod strict;

/// The least that a draft holds, as YAML, with more lines after it.
fn yaml(more: &str) -> String {
    format!("kind: widget\nname: clock\nversion: 1.0.0\npermissions: []\n{more}\n")
}

/// The least that a draft holds, as JSON, with more members after it.
fn json(more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(r#"{{"kind":"widget","name":"clock","version":"1.0.0","permissions":[]{comma}{more}}}"#)
}

/// The code and the subject that a manifest is refused with.
#[track_caller]
fn refusal(text: impl AsRef<[u8]>) -> (&'static str, String) {
    let text = text.as_ref();
    match marketplace_manifest::Draft::parse(text) {
        Ok(_) => panic!("accepted: {}", String::from_utf8_lossy(text)),
        Err(error) => (error.code(), error.subject().to_owned()),
    }
}

#[track_caller]
fn assert_refused(text: impl AsRef<[u8]>, code: &str, subject: &str) {
    let (got_code, got_subject) = refusal(text);
    assert_eq!((got_code, got_subject.as_str()), (code, subject));
}
