//! JavaScript: npm installs, esbuild makes one module of the sources and what they import,
//! componentize-js makes a component of that.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{contract, scratch};
use crate::stamp::Stamp;
use crate::tool::{self, MissingTool};
use crate::{BuildError, Step};

/// The oldest Node.js that componentize-js runs on.
const OLDEST_NODE: u64 = 20;

/// The packages that a build calls, as `package.json` has them in its `devDependencies`.
const BUILT_WITH: [&str; 2] = ["esbuild", "@bytecodealliance/componentize-js"];

/// Programs for node, which are given the project's folder to find packages in, and their
/// arguments after it.
const BUNDLE: &str = include_str!("javascript/bundle.mjs");
const COMPONENTIZE: &str = include_str!("javascript/componentize.mjs");

/// What `package.json` says.
pub(crate) struct Package {
    /// `name`, without the scope.
    pub(crate) name: String,
    /// `main`: the adapter's source.
    main: String,
}

impl Package {
    /// Reads the one in a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, BuildError> {
        let file = folder.join("package.json");
        let text = std::fs::read(&file).map_err(BuildError::io(format!("read {}", file.display())))?;
        let wrong = |reason: String| BuildError::Project { file: file.clone(), reason };
        let fields: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        let field = |name: &str| fields.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        let name = field("name").ok_or_else(|| wrong("it has no `name`. Add one.".into()))?;
        let main = field("main")
            .ok_or_else(|| wrong("it has no `main`. Say there which file is the adapter.".into()))?;
        for needed in BUILT_WITH {
            let has = |list: &str| fields.get(list).is_some_and(|list| list.get(needed).is_some());
            if !has("devDependencies") && !has("dependencies") {
                let fix =
                    format!("`{needed}` is not among its `devDependencies`. Add it: npm install -D {needed}");
                return Err(wrong(fix));
            }
        }
        // As `@scope/name` is the package `name` of somebody.
        let name = name.rsplit_once('/').map_or(name.as_str(), |(_, name)| name).to_owned();
        Ok(Self { name, main })
    }
}

/// The component of the project in a folder.
pub(crate) fn build(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Vec<u8>, BuildError> {
    let package = Package::read(folder)?;
    let (node, wit) = (node()?, contract(folder)?);
    install(folder, progress)?;
    let build = scratch(folder)?;
    let (bundle, component) = (build.join("bundle.js"), build.join("component.wasm"));

    progress(Step::Bundling);
    let mut command = script(&node, folder, BUNDLE);
    tool::run("esbuild", &format!("bundle {}", package.main), command.arg(&package.main).arg(&bundle))?;

    progress(Step::Compiling);
    let mut command = script(&node, folder, COMPONENTIZE);
    let what = format!("make a component of {}", package.main);
    tool::run("componentize-js", &what, command.args([&bundle, &wit, &component]))?;
    std::fs::read(&component).map_err(BuildError::io(format!("read {}", component.display())))
}

/// A Node.js that is new enough.
fn node() -> Result<PathBuf, BuildError> {
    let missing = |has: &str| MissingTool {
        tool: "Node.js",
        needed: "JavaScript adapters are bundled and compiled with Node.js 20 or newer, and its npm",
        get: format!(
            "{has}Get it at https://nodejs.org; on Debian 13 and Ubuntu 24.10 or newer: apt-get install nodejs npm"
        ),
    };
    let node = tool::find("node").ok_or_else(|| missing(""))?;
    let version = tool::ask(&node, &["--version"]).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u64>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(missing(&format!("The one here is {version}. ")).into());
    }
    Ok(node)
}

/// What `package-lock.json` says, into `node_modules`; without a lock, npm writes one.
fn install(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<(), BuildError> {
    let home = folder.join("node_modules");
    let (package, lock) = (folder.join("package.json"), folder.join("package-lock.json"));
    let stamp = || Stamp::new(&home, &[package.clone(), lock.clone(), folder.join(".npmrc")]);
    if stamp().holds() {
        return Ok(());
    }
    let npm = tool::find("npm").ok_or_else(|| MissingTool {
        tool: "npm",
        needed: "it installs what JavaScript adapters are built with, and what they import",
        get: "It comes with Node.js from https://nodejs.org; on Debian and Ubuntu: apt-get install npm"
            .into(),
    })?;
    progress(Step::Installing("npm"));
    let call = if lock.is_file() { "ci" } else { "install" };
    let mut command = Command::new(npm);
    // No package's own program runs on the author's machine: none of those needed has to.
    command.current_dir(folder).args([
        call,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    tool::run("npm", &format!("install what {} asks for", package.display()), &mut command)?;
    stamp().set()
}

/// node, to run a program as if it lay in the project's folder.
fn script(node: &Path, folder: &Path, program: &str) -> Command {
    let mut command = Command::new(node);
    command.current_dir(folder).env_remove("NODE_OPTIONS");
    command.args(["--input-type=module", "--eval", program, "--"]);
    command
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn package(text: &str) -> Result<Package, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("package.json"), text).unwrap();
        Package::read(folder.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_package_says_its_name_and_its_source() {
        let tools = r#""devDependencies": {"esbuild": "1", "@bytecodealliance/componentize-js": "1"}"#;
        let found =
            package(&format!(r#"{{"name": "@ada/datasets", "main": "adapter.js", {tools}}}"#)).unwrap();
        assert_eq!((found.name.as_str(), found.main.as_str()), ("datasets", "adapter.js"));
        let unsaid = package(&format!(r#"{{"name": "datasets", {tools}}}"#)).err().unwrap();
        assert!(unsaid.contains("it has no `main`"), "{unsaid}");
        let unsaid = package(r#"{"name": "datasets", "main": "adapter.js"}"#).err().unwrap();
        assert!(unsaid.contains("npm install -D esbuild"), "{unsaid}");
        assert!(package("{").is_err());
    }
}
