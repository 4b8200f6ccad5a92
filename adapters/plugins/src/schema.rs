//! The JSON Schema (2020-12, draft-07 and between) of a tool's input or output.

use marketplace_adapter_sdk::Findings;
use serde_json::Value;

/// Levels of subschemas. People write 5; a client that walks them recursively has a stack.
const DEPTH: usize = 32;

/// Keywords whose value is data, not a schema.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];
/// Keywords whose value is a group of schemas under names of the author's.
const NAMED: [&str; 6] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

/// Checks a schema at `place`. The input of a tool is an object, so its schema has to say so.
pub fn check(place: &str, schema: &Value, is_input: bool, findings: &mut Findings, remarks: &mut Findings) {
    if !schema.is_object() {
        findings.add(
            "plugin.schema",
            place,
            "A schema is a JSON object. For a tool without input, write `{\"type\": \"object\"}`.",
        );
        return;
    }
    if is_input && schema.get("type").and_then(Value::as_str) != Some("object") {
        findings.add(
            "plugin.schema",
            place,
            "Arguments are an object. Write `\"type\": \"object\"` at the top of the schema.",
        );
    }
    walk(place, schema, schema, 0, findings, remarks);
}

fn walk(
    place: &str,
    root: &Value,
    schema: &Value,
    depth: usize,
    findings: &mut Findings,
    remarks: &mut Findings,
) {
    if depth > DEPTH {
        findings.add(
            "plugin.schema-too-deep",
            place,
            format!("The schema is more than {DEPTH} levels deep. Make it flatter."),
        );
        return;
    }
    match schema {
        Value::Object(keywords) => {
            for (keyword, value) in keywords {
                match (keyword.as_str(), value) {
                    ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(target)) => {
                        reference(place, root, target, findings, remarks)
                    }
                    (data, _) if DATA.contains(&data) => {}
                    // A property may be called `default` or `$ref`: below these, keys are names.
                    (named, Value::Object(schemas)) if NAMED.contains(&named) => {
                        for schema in schemas.values() {
                            walk(place, root, schema, depth + 1, findings, remarks);
                        }
                    }
                    (_, Value::Object(_) | Value::Array(_)) => {
                        walk(place, root, value, depth + 1, findings, remarks)
                    }
                    _ => {}
                }
            }
        }
        Value::Array(schemas) => {
            for schema in schemas {
                walk(place, root, schema, depth + 1, findings, remarks);
            }
        }
        _ => {}
    }
}

fn reference(place: &str, root: &Value, target: &str, findings: &mut Findings, remarks: &mut Findings) {
    let Some(fragment) = target.strip_prefix('#') else {
        findings.add(
            "plugin.schema-elsewhere",
            place,
            format!("`$ref` to `{}` leads out of the schema: whoever answers there decides what it means. Put the definition under `$defs`.", target.escape_debug()),
        );
        return;
    };
    // `#` is the whole; `#name` is an anchor; only `#/…` is a pointer (RFC 6901, percent-encoding aside).
    if fragment.starts_with('/') && !fragment.contains('%') && root.pointer(fragment).is_none() {
        remarks.add(
            "plugin.schema-dangling",
            place,
            format!("`$ref` to `{target}` leads nowhere. Add the definition."),
        );
    }
}
