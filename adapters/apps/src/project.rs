//! From the files of a package to the one tree that Compose would make of them: `.env`, an override file,
//! `extends` and `include` are resolved here, before anything is judged.

use std::collections::{BTreeMap, BTreeSet};

use marketplace_adapter_sdk::{Files, Findings, paths};
use serde_json::{Map, Value};

use crate::source::{find, parse};
use crate::variables::{self, Values};
use crate::{dotenv, extend, merge, rebase::rebase};

/// The most files that one app is made of.
const MAX_FILES: usize = 32;
/// The parts of a file that `include` brings in, by name.
const PARTS: [&str; 6] = ["services", "volumes", "networks", "configs", "secrets", "models"];

/// What a package's Compose files come to.
#[derive(Default)]
pub(crate) struct Project {
    /// The file that Compose would start from.
    pub(crate) file: String,
    /// All of it, merged.
    pub(crate) tree: Map<String, Value>,
    /// Each service that was written, and its file. One whose `extends` leads nowhere is not in the tree.
    pub(crate) services: BTreeMap<String, String>,
    /// The variables that the user gives values.
    pub(crate) settings: BTreeSet<String>,
    /// The values of the package's own `.env`.
    pub(crate) values: Values,
}

/// Reads the files. None if what follows could not be judged.
pub(crate) fn load(files: &dyn Files, findings: &mut Findings) -> Option<Project> {
    let (file, over) = find(files, findings)?;
    let mut loader = Loader { files, findings, project: Project::default(), open: Vec::new(), blind: false };
    let values = loader.dotenv(".env", &Values::new());
    let paths: Vec<String> = [Some(file), over].into_iter().flatten().map(str::to_owned).collect();
    let tree = loader.project(&paths, "", &values);
    let blind = loader.blind;
    let project = Project { file: file.to_owned(), tree: tree?, values, ..loader.project };
    (!blind).then_some(project)
}

struct Loader<'a> {
    files: &'a dyn Files,
    findings: &'a mut Findings,
    project: Project,
    /// The files that were opened.
    open: Vec<String>,
    /// Whether a variable has no value: what follows would be judged without it.
    blind: bool,
}

impl Loader<'_> {
    fn refuse(&mut self, rule: &str, at: &str, message: impl Into<String>) {
        self.findings.add(rule, at, message);
    }

    /// The values of a file, if it is there.
    fn dotenv(&mut self, path: &str, known: &Values) -> Values {
        if !self.files.has(path) {
            return Values::new();
        }
        let mut found = Findings::new();
        let values = match self.files.read_text(path) {
            Ok(text) => dotenv::read(path, &text, known, &mut found),
            Err(reasons) => {
                found.extend(reasons);
                Values::new()
            }
        };
        self.blind |= !found.is_empty();
        self.findings.extend(found.into_vec());
        values
    }

    /// Files that are merged, in order, with paths from `folder`.
    fn project(&mut self, paths: &[String], folder: &str, values: &Values) -> Option<Map<String, Value>> {
        let mut whole = Map::new();
        let mut includes = Vec::new();
        for path in paths {
            let mut tree = self.file(path, folder, values)?;
            if let Some(include) = tree.remove("include") {
                includes.push((path, include));
            }
            match merge::files(whole, tree) {
                Ok(merged) => whole = merged,
                Err(why) => {
                    self.refuse(
                        "compose.malformed",
                        path,
                        format!("It cannot be laid over the other file: {why}. Write both alike."),
                    );
                    return None;
                }
            }
        }
        for (path, include) in includes {
            self.includes(path, &include, folder, values, &mut whole);
        }
        Some(whole)
    }

    fn file(&mut self, path: &str, folder: &str, values: &Values) -> Option<Map<String, Value>> {
        self.open.push(path.to_owned());
        let text = self.files.read_text(path).map_err(|reasons| self.findings.extend(reasons)).ok()?;
        let mut tree = parse(path, &text, self.findings)?;
        let mut found = Findings::new();
        self.project.settings.append(&mut variables::expand(path, &mut tree, values, &mut found));
        self.blind |= !found.is_empty();
        self.findings.extend(found.into_vec());
        rebase(&mut tree, folder);
        let Value::Object(mut tree) = tree else {
            self.refuse(
                "compose.malformed",
                path,
                "A Compose file is a mapping with `services`. Correct it.",
            );
            return None;
        };
        for name in tree.get("services").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            self.project.services.entry(name.clone()).or_insert_with(|| path.to_owned());
        }
        // What it names may be a variable without a value, which has been said.
        if self.blind {
            return Some(tree);
        }
        let mut extended = extend::resolve(path, &tree, values, self.files, self.findings);
        self.project.settings.append(&mut extended.settings);
        if tree.get("services").is_some_and(Value::is_object) {
            tree.insert("services".to_owned(), Value::Object(extended.services));
        }
        Some(tree)
    }

    fn includes(
        &mut self,
        path: &str,
        list: &Value,
        folder: &str,
        values: &Values,
        whole: &mut Map<String, Value>,
    ) {
        let at = format!("{path}: include");
        let Some(list) = list.as_array() else {
            if !list.is_null() {
                self.refuse("compose.include", &at, "`include` must be a list of files. Correct it.");
            }
            return;
        };
        for entry in list {
            match self.include(entry, folder, values) {
                Ok(Some(tree)) => self.take_over(&at, tree, whole),
                Ok(None) => {}
                Err(why) => self.refuse("compose.include", &at, why),
            }
        }
    }

    /// One entry of `include`: a project of its own, in its own folder, with its own `.env` behind that of the app.
    fn include(
        &mut self,
        entry: &Value,
        folder: &str,
        values: &Values,
    ) -> Result<Option<Map<String, Value>>, String> {
        let form = || {
            "An entry of `include` is a file, or a mapping with `path`, `project_directory` and `env_file`. Correct it.".to_owned()
        };
        let nothing = Map::new();
        let (path, map) = match entry {
            Value::String(_) => (Some(entry), &nothing),
            Value::Object(map)
                if map.keys().all(|key| {
                    matches!(key.as_str(), "path" | "project_directory" | "env_file") || key.starts_with("x-")
                }) =>
            {
                (map.get("path"), map)
            }
            _ => return Err(form()),
        };
        let inside = |path: &str| {
            join_file(folder, path, self.files)
                .ok_or_else(|| format!("`{path}` is no file of the package. Add it, or remove the line."))
        };
        let list = |value: Option<&Value>| match value {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(value) => crate::forms::words(value).map_err(|_| form()),
        };
        let files = list(path)?.iter().map(|path| inside(path)).collect::<Result<Vec<_>, _>>()?;
        let env_files =
            list(map.get("env_file"))?.iter().map(|path| inside(path)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = files.first() else { return Err(form()) };
        let own = match map.get("project_directory") {
            None | Some(Value::Null) => paths::folder(first).to_owned(),
            Some(directory) => directory
                .as_str()
                .and_then(|directory| paths::join(folder, directory))
                .ok_or("`project_directory` leads out of the package. Correct it.")?,
        };
        if files.iter().any(|file| self.open.contains(file)) || self.open.len() + files.len() > MAX_FILES {
            return Err(format!(
                "`{first}` is included twice, or in a circle, or there are more than {MAX_FILES} files. Include it once."
            ));
        }
        let env_files = if env_files.is_empty() && own != folder {
            vec![paths::join(&own, ".env").unwrap_or_default()]
        } else {
            env_files
        };
        let mut known = values.clone();
        for env_file in env_files {
            for (name, value) in self.dotenv(&env_file, &known.clone()) {
                known.entry(name).or_insert(value);
            }
        }
        Ok(self.project(&files, &own, &known))
    }

    /// Puts what was included beside what is there. Compose merges neither with the other.
    fn take_over(&mut self, at: &str, tree: Map<String, Value>, whole: &mut Map<String, Value>) {
        for (key, value) in tree {
            if !PARTS.contains(&key.as_str()) {
                // Extensions, `name` and `version` are of that file alone.
                if !key.starts_with("x-") && !matches!(key.as_str(), "name" | "version") {
                    whole.insert(key, value);
                }
                continue;
            }
            let Value::Object(entries) = value else {
                if !value.is_null() {
                    self.refuse(
                        "compose.malformed",
                        at,
                        format!("`{key}` of an included file must be a mapping. Correct it."),
                    );
                }
                continue;
            };
            let part = whole.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
            if part.is_null() {
                *part = Value::Object(Map::new());
            }
            let Some(part) = part.as_object_mut() else { continue };
            for (name, entry) in entries {
                if part.get(&name).is_some_and(|there| *there != entry) {
                    self.findings.add(
                        "compose.include",
                        at,
                        format!("`{key}.{name}` is also in the file that includes it, and Compose merges neither. Rename one."),
                    );
                } else {
                    part.insert(name, entry);
                }
            }
        }
    }
}

fn join_file(folder: &str, path: &str, files: &dyn Files) -> Option<String> {
    paths::join(folder, path).filter(|path| files.has(path))
}
