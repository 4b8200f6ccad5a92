//! `extends`: a service that continues another, resolved before anything is judged.

use std::collections::BTreeMap;

use marketplace_adapter_sdk::{Files, Findings};
use serde_json::{Map, Value};

use crate::forms::{inside, named, pairs};
use crate::source::parse;
use crate::variables;

/// The longest chain of services that continue one another.
const MAX_CHAIN: usize = 8;

/// Every service of a file, with `extends` resolved. A service that is no mapping is refused.
pub(crate) fn resolve(file: &str, tree: &Value, files: &dyn Files, findings: &mut Findings) -> Extended {
    let mut resolver = Resolver { files, findings, trees: BTreeMap::new(), settings: Default::default() };
    resolver.trees.insert(file.to_owned(), services(tree));
    let names: Vec<_> = resolver.trees[file].keys().cloned().collect();
    let mut done = BTreeMap::new();
    for name in names {
        if let Some(service) = resolver.service(file, &name, &mut Vec::new()) {
            done.insert(name, service);
        }
    }
    Extended { services: done, settings: resolver.settings }
}

/// What [`resolve`] found.
pub(crate) struct Extended {
    /// The services, by name.
    pub(crate) services: BTreeMap<String, Map<String, Value>>,
    /// The settings of the files that were continued.
    pub(crate) settings: std::collections::BTreeSet<String>,
}

struct Resolver<'a> {
    files: &'a dyn Files,
    findings: &'a mut Findings,
    trees: BTreeMap<String, Map<String, Value>>,
    settings: std::collections::BTreeSet<String>,
}

fn services(tree: &Value) -> Map<String, Value> {
    tree.get("services").and_then(Value::as_object).cloned().unwrap_or_default()
}

impl Resolver<'_> {
    fn service(
        &mut self,
        file: &str,
        name: &str,
        chain: &mut Vec<(String, String)>,
    ) -> Option<Map<String, Value>> {
        let subject = format!("{file}: services.{name}");
        let Some(own) = self.trees.get(file).and_then(|tree| tree.get(name)) else {
            self.findings.add(
                "compose.extends",
                subject,
                format!("`{file}` has no service `{name}` to continue. Add it, or correct `extends`."),
            );
            return None;
        };
        let Value::Object(own) = own else {
            self.findings.add("compose.malformed", subject, "A service must be a mapping. Correct it.");
            return None;
        };
        let mut own = own.clone();
        let here = (file.to_owned(), name.to_owned());
        if chain.contains(&here) || chain.len() >= MAX_CHAIN {
            self.findings.add(
                "compose.extends",
                subject,
                format!(
                    "`extends` goes in a circle, or further than {MAX_CHAIN} services. Write the service out."
                ),
            );
            return None;
        }
        let Some(extends) = own.remove("extends") else { return Some(own) };
        let (base_file, base_name) = self.target(file, &subject, &extends)?;
        chain.push(here);
        let base = self.service(&base_file, &base_name, chain);
        chain.pop();
        match merge(base?, own) {
            Ok(merged) => Some(merged),
            Err(why) => {
                self.findings.add(
                    "compose.malformed",
                    subject,
                    format!("The service cannot be read: {why}. Correct it."),
                );
                None
            }
        }
    }

    fn target(&mut self, file: &str, subject: &str, extends: &Value) -> Option<(String, String)> {
        let (other, name) = match extends {
            Value::String(name) => (None, Some(name.as_str())),
            Value::Object(map) if map.keys().all(|key| matches!(key.as_str(), "file" | "service")) => {
                (map.get("file"), map.get("service").and_then(Value::as_str))
            }
            _ => (None, None),
        };
        let Some(name) = name else {
            self.findings.add(
                "compose.extends",
                subject,
                "`extends` must name a `service`, and may name a `file`.",
            );
            return None;
        };
        let Some(other) = other else { return Some((file.to_owned(), name.to_owned())) };
        let path = other.as_str().and_then(inside).filter(|path| self.files.has(path));
        let Some(path) = path else {
            self.findings.add(
                "compose.file-outside",
                subject,
                format!("{other} is no file of the package. Add it, or correct `extends`."),
            );
            return None;
        };
        // Paths in that file start from its own folder: beside the Compose file, they mean the same.
        if path.contains('/') {
            self.findings.add(
                "compose.extends",
                subject,
                format!("`{path}` must be beside the Compose file to be continued. Move it."),
            );
            return None;
        }
        self.load(&path)?;
        Some((path, name.to_owned()))
    }

    fn load(&mut self, path: &str) -> Option<()> {
        if !self.trees.contains_key(path) {
            let text = self.files.read_text(path).map_err(|reasons| self.findings.extend(reasons)).ok()?;
            let mut tree = parse(path, &text, self.findings)?;
            self.settings.append(&mut variables::expand(path, &mut tree, self.findings));
            self.trees.insert(path.to_owned(), services(&tree));
        }
        Some(())
    }
}

/// `over` laid over `base`, as the Compose specification merges services (13-merge).
fn merge(mut base: Map<String, Value>, over: Map<String, Value>) -> Result<Map<String, Value>, String> {
    for (key, value) in over {
        let merged = match (key.as_str(), base.remove(&key)) {
            (_, None | Some(Value::Null)) => value,
            // A command is one thing, not a list to be continued.
            ("command" | "entrypoint", Some(_)) => value,
            (_, Some(kept)) if value.is_null() => kept,
            ("environment" | "labels" | "sysctls" | "annotations", Some(kept)) => {
                laid(as_pairs(&kept)?, as_pairs(&value)?)
            }
            ("depends_on" | "networks", Some(kept)) => laid(named(&kept)?, named(&value)?),
            ("volumes", Some(Value::Array(kept))) => match value {
                Value::Array(over) => by_target(kept, over),
                other => other,
            },
            (_, Some(kept)) => deep(kept, value),
        };
        base.insert(key, merged);
    }
    Ok(base)
}

fn as_pairs(value: &Value) -> Result<Map<String, Value>, String> {
    Ok(pairs(value)?
        .into_iter()
        .map(|(key, value)| (key, value.map_or(Value::Null, Value::String)))
        .collect())
}

fn laid(base: Map<String, Value>, over: Map<String, Value>) -> Value {
    deep(Value::Object(base), Value::Object(over))
}

fn deep(base: Value, over: Value) -> Value {
    match (base, over) {
        (Value::Object(mut base), Value::Object(over)) => {
            for (key, value) in over {
                let merged = match base.remove(&key) {
                    // A health check's test, like a command, is one thing.
                    Some(kept) if key != "test" => deep(kept, value),
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
        (_, over) => over,
    }
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
