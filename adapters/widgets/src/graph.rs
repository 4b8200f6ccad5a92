//! Every module that the entry leads to.

use std::collections::{BTreeMap, BTreeSet};

use marketplace_adapter_sdk::{Files, Findings};

use crate::{
    module::{self, Export, Module},
    specifiers::{self, Target},
};

/// In bytes. The densest code takes 85 times its size when it is parsed and bound (measured on 64 bits; less on
/// 32), one module at a time, and the sandbox has 64 MiB.
pub const MAX_MODULE: u64 = 512 * 1024;

/// In bytes, of all modules together: what can be parsed well within an inspection's time.
pub const MAX_MODULES_TOTAL: u64 = 4 * 1024 * 1024;

/// A bundle is one module; this many are still no accident.
pub const MAX_MODULES: usize = 256;

/// Modules by path.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) modules: BTreeMap<String, Module>,
    /// Whether it was too much to read, so that what is missing says nothing.
    pub(crate) cut: bool,
}

/// Reads `entry` and all that it imports.
pub(crate) fn read(files: &dyn Files, entry: &str, findings: &mut Findings, remarks: &mut Findings) -> Graph {
    let mut graph = Graph::default();
    let mut seen = BTreeSet::from([entry.to_owned()]);
    let mut waiting = vec![entry.to_owned()];
    let mut total = 0;
    while let Some(path) = waiting.pop() {
        let size = files.size(&path).unwrap_or_default();
        total += size;
        if size > MAX_MODULE || total > MAX_MODULES_TOTAL || seen.len() > MAX_MODULES {
            findings.add(
                "widget.too-large",
                path.as_str(),
                format!("`{path}` is more than can be checked: a module has at most {MAX_MODULE} bytes, all together {MAX_MODULES_TOTAL}, in {MAX_MODULES} files. Minify, and leave out what is not used."),
            );
            graph.cut = true;
            return graph;
        }
        let text = match files.read(&path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                findings.add(
                    "widget.syntax",
                    path.as_str(),
                    format!("`{path}` is not UTF-8 text. Save it as UTF-8."),
                );
                continue;
            }
            Err(reasons) => {
                findings.extend(reasons);
                continue;
            }
        };
        let Some(module) = module::read(&path, &text, findings, remarks) else { continue };
        for (specifier, at) in &module.imports {
            match specifiers::resolve(&path, specifier) {
                Ok(Target::Host) => {}
                Ok(Target::File(target)) if !files.has(&target) => {
                    findings.add(
                        "widget.missing-module",
                        at.as_str(),
                        format!("The package has no `{target}`. Add it, or correct the path."),
                    );
                }
                Ok(Target::File(target)) => {
                    if seen.insert(target.clone()) {
                        waiting.push(target);
                    }
                }
                Err((rule, why)) => findings.add(rule, at.as_str(), why),
            }
        }
        graph.modules.insert(path, module);
    }
    graph
}

impl Graph {
    /// What `name`, exported by the module at `path`, is; `None` if it is not exported.
    pub(crate) fn export(&self, path: &str, name: &str) -> Option<Export> {
        self.follow(path, name, &mut BTreeSet::new())
    }

    fn follow(&self, path: &str, name: &str, seen: &mut BTreeSet<(String, String)>) -> Option<Export> {
        // Two modules that export each other's names export nothing.
        if !seen.insert((path.to_owned(), name.to_owned())) {
            return None;
        }
        let module = self.modules.get(path)?;
        match module.exports.get(name) {
            Some(Export::From { specifier, name }) => match specifiers::resolve(path, specifier) {
                Ok(Target::File(target)) => self.follow(&target, name, seen),
                _ => Some(Export::Unknown),
            },
            Some(other) => Some(other.clone()),
            // `export *` passes on everything but the default (ECMA-262, 16.2.3.7).
            None if name == "default" => None,
            None => module.stars.iter().find_map(|specifier| match specifiers::resolve(path, specifier) {
                Ok(Target::File(target)) => self.follow(&target, name, seen),
                _ => None,
            }),
        }
    }
}
