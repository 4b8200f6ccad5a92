//! Text that hides some of itself, anywhere in a JSON document.

use marketplace_adapter_checks::text;
use marketplace_adapter_sdk::Findings;
use serde_json::Value;

/// Refuses text that hides some of itself: a description is a program for the assistant,
/// and what a moderator does not see in it is how tools are poisoned.
pub(crate) fn hidden(file: &str, value: &Value, findings: &mut Findings) {
    strings(value, &mut |pointer, text| {
        if let Some(hidden) = text::hidden(text) {
            findings.add(
                "plugin.hidden-text",
                format!("{file}: {}", if pointer.is_empty() { "/" } else { pointer }),
                format!("It has {hidden} of the text, which no screen shows and an assistant reads. Delete that character, and look for others."),
            );
        }
    });
}

/// Every string in `value`, keys included, with the JSON Pointer (RFC 6901) of where it stands.
fn strings(value: &Value, visit: &mut dyn FnMut(&str, &str)) {
    walk(value, &mut String::new(), visit);
}

fn walk(value: &Value, pointer: &mut String, visit: &mut dyn FnMut(&str, &str)) {
    let length = pointer.len();
    match value {
        Value::String(text) => visit(pointer, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                walk(item, pointer, visit);
                pointer.truncate(length);
            }
        }
        Value::Object(object) => {
            for (key, item) in object {
                visit(pointer, key);
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                walk(item, pointer, visit);
                pointer.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_is_visited_with_its_pointer() {
        let value = serde_json::json!({"a/b": ["x", {"k": "y"}]});
        let mut seen = Vec::new();
        strings(&value, &mut |pointer, text| seen.push((pointer.to_owned(), text.to_owned())));
        let expected = [("", "a/b"), ("/a~1b/0", "x"), ("/a~1b/1", "k"), ("/a~1b/1/k", "y")];
        assert_eq!(seen, expected.map(|(p, t)| (p.to_owned(), t.to_owned())));
    }
}
