//! `extends`: a service that continues another, resolved before anything is judged.

use std::collections::BTreeMap;

use marketplace_adapter_sdk::{Files, Findings, paths};
use serde_json::{Map, Value};

use crate::forms::inside;
use crate::source::parse;
use crate::variables::{self, Values};
use crate::{merge, rebase::rebase};

/// The longest chain of services that continue one another.
const MAX_CHAIN: usize = 8;

/// Every service of a file, with `extends` resolved. A service that is no mapping is refused.
pub(crate) fn resolve(
    file: &str,
    tree: &Map<String, Value>,
    values: &Values,
    files: &dyn Files,
    findings: &mut Findings,
) -> Extended {
    let mut resolver =
        Resolver { files, values, findings, trees: BTreeMap::new(), settings: Default::default() };
    resolver.trees.insert(file.to_owned(), services(tree));
    let names: Vec<_> = resolver.trees[file].keys().cloned().collect();
    let mut done = Map::new();
    for name in names {
        if let Some(service) = resolver.service(file, &name, &mut Vec::new()) {
            done.insert(name, Value::Object(service));
        }
    }
    Extended { services: done, settings: resolver.settings }
}

/// What [`resolve`] found.
pub(crate) struct Extended {
    /// The services, by name.
    pub(crate) services: Map<String, Value>,
    /// The settings of the files that were continued.
    pub(crate) settings: std::collections::BTreeSet<String>,
}

struct Resolver<'a> {
    files: &'a dyn Files,
    values: &'a Values,
    findings: &'a mut Findings,
    trees: BTreeMap<String, Map<String, Value>>,
    settings: std::collections::BTreeSet<String>,
}

fn services(tree: &Map<String, Value>) -> Map<String, Value> {
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
        match merge::service(base?, own) {
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
        self.load(&path)?;
        Some((path, name.to_owned()))
    }

    fn load(&mut self, path: &str) -> Option<()> {
        if !self.trees.contains_key(path) {
            let text = self.files.read_text(path).map_err(|reasons| self.findings.extend(reasons)).ok()?;
            let mut tree = parse(path, &text, self.findings)?;
            self.settings.append(&mut variables::expand(path, &mut tree, self.values, self.findings));
            // Its paths start from its own folder.
            rebase(&mut tree, paths::folder(path));
            self.trees.insert(path.to_owned(), tree.as_object().map(services).unwrap_or_default());
        }
        Some(())
    }
}
