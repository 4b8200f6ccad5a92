use marketplace_manifest::{Draft, ManifestError, StrictError, canonical, limits, strict};
use serde_json::json;

use crate::{assert_refused, json, yaml};

#[test]
fn json_and_yaml_of_one_manifest_are_the_same() {
    let from_yaml = Draft::parse(yaml("x-tool: {deep: [1, 2.5, null, true]}").as_bytes()).unwrap();
    let from_json = Draft::parse(json(r#""x-tool":{"deep":[1,2.5,null,true]}"#).as_bytes()).unwrap();
    assert_eq!(from_yaml, from_json);
}

#[test]
fn a_duplicate_key_is_refused_at_any_depth() {
    assert_refused(json(r#""name":"other""#), "manifest.duplicate-key", "name");
    assert_refused(json(r#""n\u0061me":"other""#), "manifest.duplicate-key", "name");
    assert_refused(json(r#""x-a":[{"b":1,"b":1}]"#), "manifest.duplicate-key", "x-a/0/b");
    assert_refused(yaml("name: other"), "manifest.duplicate-key", "name");
    assert_refused(yaml(r#""n\x61me": other"#), "manifest.duplicate-key", "name");
    assert_refused(yaml("x-a: {b: 1, 'b': 2}"), "manifest.duplicate-key", "x-a/b");
}

#[test]
fn the_line_is_named_where_it_is_known() {
    let error = Draft::parse(yaml("title: ''\nsummary: fine").as_bytes()).unwrap_err();
    assert_eq!((error.subject(), error.line()), ("title", Some(5)));
    let error = Draft::parse(yaml("x-a: 1\nx-a: 2").as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.line()), ("manifest.duplicate-key", Some(6)));
}

#[test]
fn numbers_past_2_to_the_53_are_refused() {
    for number in
        ["9007199254740992", "-9007199254740992", "18446744073709551616", "1e20", "9007199254740993.0"]
    {
        assert_refused(json(&format!(r#""x-n":{number}"#)), "manifest.number-too-large", "x-n");
        assert_refused(yaml(&format!("x-n: [{number}]")), "manifest.number-too-large", "x-n/0");
    }
    for number in ["9007199254740991", "-9007199254740991", "1.5", "0.1", "-0", "1e-7"] {
        assert!(Draft::parse(json(&format!(r#""x-n":{number}"#)).as_bytes()).is_ok(), "{number}");
        assert!(Draft::parse(yaml(&format!("x-n: {number}")).as_bytes()).is_ok(), "{number}");
    }
}

#[test]
fn numbers_that_json_does_not_have_are_refused() {
    for number in [".nan", ".inf", "-.inf"] {
        assert_refused(yaml(&format!("x-n: {number}")), "manifest.number-not-finite", "x-n");
    }
    assert_refused(json(r#""x-n":NaN"#), "manifest.syntax", "manifest");
}

#[test]
fn a_decimal_is_read_to_the_nearest_double() {
    // What fast and inexact readers round to a neighbour.
    let value = strict::parse_json(b"[51.24817837550540, 2.2250738585072011e-308]", 100).unwrap();
    assert_eq!(canonical::to_jcs(&value), "[51.2481783755054,2.225073858507201e-308]");
}

#[test]
fn text_that_is_not_nfc_is_refused_in_values_and_keys() {
    assert_refused(json("\"title\":\"cafe\u{301}\""), "manifest.not-nfc", "title");
    assert_refused(json(r#""title":"cafe\u0301""#), "manifest.not-nfc", "title");
    assert_refused(json("\"x-a\":{\"e\u{301}\":1}"), "manifest.not-nfc", "x-a/e\\u{301}");
    assert_refused(yaml("title: cafe\u{301}"), "manifest.not-nfc", "title");
    assert!(Draft::parse(yaml("title: caf\u{e9}").as_bytes()).is_ok());
    let typed = strict::parse_json_of_any_form("{\"note\": \"cafe\u{301}\"}".as_bytes(), 100);
    assert_eq!(typed.unwrap()["note"], "cafe\u{301}", "what nobody signs may be in any form");
    assert!(strict::parse_json_of_any_form(br#"{"a": 1, "a": 2}"#, 100).is_err());
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    // The manifest is the first of the 16.
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Draft::parse(json(&format!(r#""x-a":{}"#, nested(15))).as_bytes()).is_ok());
    assert!(Draft::parse(yaml(&format!("x-a: {}", nested(15))).as_bytes()).is_ok());
    for levels in [16, 100, 5_000] {
        assert_eq!(crate::refusal(json(&format!(r#""x-a":{}"#, nested(levels)))).0, "manifest.too-deep");
    }
    assert_eq!(crate::refusal(yaml(&format!("x-a: {}", nested(16)))).0, "manifest.too-deep");
    assert!(Draft::parse(yaml(&format!("x-a: {}", nested(5_000))).as_bytes()).is_err());
}

#[test]
fn more_than_64_kib_is_refused() {
    let long = yaml(&format!("# {}", "a".repeat(limits::BYTES)));
    assert_refused(long, "manifest.too-large", "manifest");
    // What aliases make of a small file counts too.
    let big = "a".repeat(20_000);
    assert_refused(yaml(&format!("x-a: &a {big}\nx-b: [*a, *a, *a]")), "manifest.too-large", "manifest");
}

#[test]
fn a_few_aliases_are_read_and_many_are_refused() {
    let few = Draft::parse(yaml("x-a: &a [one]\nx-b: *a").as_bytes()).unwrap();
    assert_eq!(few.extra()["x-b"], json!(["one"]));
    let many = format!("x-a: &a 1\nx-b: [{}]", "*a, ".repeat(limits::YAML_ALIASES + 1));
    assert!(Draft::parse(yaml(&many).as_bytes()).is_err());
    let mut bomb = String::from("x-0: &a0 [l, l, l, l, l, l, l, l]\n");
    for level in 1..6 {
        let previous = level - 1;
        bomb += &format!("x-{level}: &a{level} [*a{previous}, *a{previous}, *a{previous}]\n");
    }
    assert!(Draft::parse(yaml(&bomb).as_bytes()).is_err());
    assert!(Draft::parse(yaml("x-a: &a [*a]").as_bytes()).is_err());
    assert!(Draft::parse(yaml("x-a: *nowhere").as_bytes()).is_err());
}

#[test]
fn what_json_has_no_word_for_is_refused() {
    assert_refused(yaml("x-a: !!str 5"), "manifest.yaml-feature", "manifest");
    assert_refused(yaml("x-a: !secret {b: c}"), "manifest.yaml-feature", "manifest");
    assert_refused(yaml("!!str title: t"), "manifest.yaml-feature", "manifest");
    assert_refused(yaml("---\nkind: app"), "manifest.yaml-feature", "manifest");
    assert_refused(format!("%YAML 1.1\n---\n{}", yaml("")), "manifest.yaml-feature", "manifest");
    assert_refused(yaml("x-a: &a {b: 1}\nx-c:\n  <<: *a"), "manifest.syntax", "manifest");
    for key in ["1", "1.5", "true", "null", "~", "[a]", "{a: b}"] {
        assert_refused(yaml(&format!("x-a: {{? {key} : v}}")), "manifest.key-not-text", "x-a");
    }
    assert!(Draft::parse(yaml("x-a: {'1': v}").as_bytes()).is_ok());
}

#[test]
fn what_yaml_1_1_and_1_2_read_differently_is_refused() {
    for scalar in ["yes", "No", "on", "off", "010", "1_000"] {
        assert_refused(yaml(&format!("x-a: [{scalar}]")), "manifest.ambiguous", "x-a/0");
        assert!(Draft::parse(yaml(&format!("x-a: '{scalar}'")).as_bytes()).is_ok());
    }
    assert_refused(yaml("title: yes"), "manifest.ambiguous", "title");
}

#[test]
fn a_key_that_is_named_in_a_message_acts_on_no_terminal() {
    // Found by the fuzz target `canonical`: the key of an ambiguous value was shown as it was.
    let key = format!("\u{1b}[31m~/{}", "a".repeat(900));
    let quoted = serde_json::Value::from(key);
    let error = Draft::parse(yaml(&format!("x-a: {{{quoted}: yes}}")).as_bytes()).unwrap_err();
    assert_eq!(error.code(), "manifest.ambiguous");
    assert!(error.subject().starts_with("x-a/\\u{1b}[31m~0~1a"), "{}", error.subject());
    assert!(error.to_string().len() < 500 && !error.to_string().contains(char::is_control), "{error}");
}

#[test]
fn an_unquoted_version_is_told_to_use_quotes() {
    let text = "kind: widget\nname: clock\nversion: 1.0\npermissions: []\n";
    let error = Draft::parse(text.as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.subject(), error.line()), ("manifest.bad-value", "version", Some(3)));
    assert!(error.to_string().contains("put it in quotes"), "{error}");
}

#[test]
fn what_is_not_one_document_of_utf8_is_refused() {
    assert_refused(format!("\u{feff}{}", json("")), "manifest.byte-order-mark", "manifest");
    assert_refused(format!("\u{feff}{}", yaml("")), "manifest.byte-order-mark", "manifest");
    assert_refused(b"kind: \xff", "manifest.not-utf8", "manifest");
    assert_refused(json("") + "{}", "manifest.syntax", "manifest");
    assert_refused(json("") + " x", "manifest.syntax", "manifest");
    assert_refused(json(r#""x-a":"\ud800""#), "manifest.syntax", "manifest");
    for nothing in ["", "# only a comment\n", "[]", "just text", "- a list\n", "null", "5"] {
        assert!(Draft::parse(nothing.as_bytes()).is_err(), "{nothing:?}");
    }
}

#[test]
fn json_with_comments_or_trailing_commas_is_refused() {
    assert_refused(json("").replace('}', ",}"), "manifest.syntax", "manifest");
    assert_refused(format!("{} // end", json("")), "manifest.syntax", "manifest");
    assert_refused("{kind: widget}", "manifest.syntax", "manifest");
}

#[test]
fn the_json_parser_keeps_the_limit_it_is_given() {
    assert!(strict::parse_json(b"[1, 2]", 6).is_ok());
    assert_eq!(strict::parse_json(b"[1, 2]", 5).unwrap_err(), StrictError::TooLarge { bytes: 6, limit: 5 });
}

#[test]
fn an_error_in_x_fields_made_by_code_is_found_too() {
    let draft = || Draft::new("widget", "clock".parse().unwrap(), "1.0.0".parse().unwrap()).unwrap();
    assert!(draft().with_extra("x-a", json!({"b": [1]})).is_ok());
    let error = draft().with_extra("x-a", json!(u64::MAX)).unwrap_err();
    assert_eq!((error.code(), error.subject()), ("manifest.number-too-large", "x-a"));
    assert!(matches!(draft().with_extra("tool", json!(1)), Err(ManifestError::UnknownField { .. })));
}
