//! The canonical form of JSON: RFC 8785 (JCS). What is signed is its bytes, so anyone
//! can check a signature with a JCS and an Ed25519 library, in any language.

use serde_json::Value;

/// `value` in canonical form: keys sorted by UTF-16 code units, numbers as ECMAScript
/// writes them, no space, the shortest escapes.
///
/// Feed it what [`crate::strict::parse_json`] returns, or a value made by code: text
/// that went through a lenient parser may have lost a duplicate key or a digit already.
#[must_use]
pub fn to_jcs(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).expect("a JSON value has text keys and finite numbers only")
}
