//! One Compose file laid over another, as the Compose specification merges them (13-merge).

use serde_json::{Map, Value};

use crate::forms::{named, pairs};

/// `over` laid over `base`: two whole files.
pub(crate) fn files(
    mut base: Map<String, Value>,
    over: Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    for (key, value) in over {
        let merged = match (base.remove(&key), value) {
            (None, value) | (Some(Value::Null), value) => value,
            (Some(kept), Value::Null) => kept,
            (Some(Value::Object(kept)), Value::Object(over)) if key == "services" => {
                Value::Object(services(kept, over)?)
            }
            (Some(kept), value) => deep(&key, kept, value)?,
        };
        base.insert(key, merged);
    }
    Ok(base)
}

fn services(mut base: Map<String, Value>, over: Map<String, Value>) -> Result<Map<String, Value>, String> {
    for (name, value) in over {
        let merged = match (base.remove(&name), value) {
            (Some(Value::Object(kept)), Value::Object(over)) => Value::Object(service(kept, over)?),
            (Some(kept), Value::Null) => kept,
            (_, value) => value,
        };
        base.insert(name, merged);
    }
    Ok(base)
}

/// `over` laid over `base`: two services.
pub(crate) fn service(
    mut base: Map<String, Value>,
    over: Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    for (key, value) in over {
        let merged = match (key.as_str(), base.remove(&key)) {
            (_, None | Some(Value::Null)) => value,
            // A command is one thing, not a list to be continued.
            ("command" | "entrypoint", Some(_)) => value,
            (_, Some(kept)) if value.is_null() => kept,
            ("environment" | "labels" | "sysctls" | "annotations", Some(kept)) => {
                deep(&key, as_pairs(&kept)?, as_pairs(&value)?)?
            }
            ("depends_on" | "networks", Some(kept)) => {
                deep(&key, Value::Object(named(&kept)?), Value::Object(named(&value)?))?
            }
            ("dns" | "dns_search" | "env_file" | "label_file" | "tmpfs", Some(kept)) => {
                deep(&key, as_list(kept), as_list(value))?
            }
            ("extra_hosts", Some(kept)) => deep(&key, hosts(kept)?, hosts(value)?)?,
            // The options of one driver are no options of another.
            ("logging", Some(kept))
                if kept.get("driver").zip(value.get("driver")).is_some_and(|(a, b)| a != b) =>
            {
                value
            }
            ("volumes", Some(Value::Array(kept))) => match value {
                Value::Array(over) => by_target(kept, over),
                other => other,
            },
            (_, Some(kept)) => deep(&key, kept, value)?,
        };
        base.insert(key, merged);
    }
    Ok(base)
}

fn as_pairs(value: &Value) -> Result<Value, String> {
    Ok(Value::Object(
        pairs(value)?
            .into_iter()
            .map(|(key, value)| (key, value.map_or(Value::Null, Value::String)))
            .collect(),
    ))
}

fn as_list(value: Value) -> Value {
    match value {
        Value::Array(_) => value,
        one => Value::Array(vec![one]),
    }
}

/// Hosts as a list of `HOST=ADDRESS`.
fn hosts(value: Value) -> Result<Value, String> {
    let Value::Object(map) = value else { return Ok(as_list(value)) };
    let mut list = Vec::new();
    for (host, addresses) in map {
        for address in crate::forms::words(&addresses)? {
            list.push(format!("{host}={address}").into());
        }
    }
    Ok(Value::Array(list))
}

fn deep(at: &str, base: Value, over: Value) -> Result<Value, String> {
    Ok(match (base, over) {
        (Value::Object(mut base), Value::Object(over)) => {
            for (key, value) in over {
                let merged = match base.remove(&key) {
                    // A health check's test, like a command, is one thing.
                    Some(kept) if key != "test" => deep(&key, kept, value)?,
                    _ => value,
                };
                base.insert(key, merged);
            }
            Value::Object(base)
        }
        (Value::Array(mut base), Value::Array(over)) => {
            for item in over {
                if !base.contains(&item) {
                    base.push(item);
                }
            }
            Value::Array(base)
        }
        // `build: .`, `nofile: 1024`: a short form and a long one.
        (Value::Array(_), Value::Object(_)) | (Value::Object(_), Value::Array(_)) => {
            return Err(format!("`{at}` is a list in one place and a mapping in another"));
        }
        (_, over) => over,
    })
}

/// Mounts are one per target: the later replaces the earlier.
fn by_target(mut base: Vec<Value>, over: Vec<Value>) -> Value {
    for item in over {
        base.retain(|kept| target(kept).is_none() || target(kept) != target(&item));
        base.push(item);
    }
    Value::Array(base)
}

fn target(mount: &Value) -> Option<&str> {
    match mount {
        Value::String(text) => Some(text.split(':').nth(1).unwrap_or(text)),
        long => long.get("target").and_then(Value::as_str),
    }
}
