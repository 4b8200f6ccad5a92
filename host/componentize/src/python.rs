//! Python: a virtual environment in the project, and componentize-py in that.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{contract, scratch};
use crate::stamp::Stamp;
use crate::tool::{self, MissingTool};
use crate::{BuildError, Step};

/// The oldest Python that componentize-py installs on, as `sys.version_info` has it.
const OLDEST: (u32, u32) = (3, 10);

/// What `pyproject.toml` calls the project.
pub(crate) fn name(folder: &Path) -> Result<String, BuildError> {
    let file = folder.join("pyproject.toml");
    let text = std::fs::read_to_string(&file).map_err(BuildError::io(format!("read {}", file.display())))?;
    let wrong = |reason: String| BuildError::Project { file: file.clone(), reason };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    let name = table.get("project").and_then(|project| project.get("name")).and_then(|name| name.as_str());
    name.map(str::to_owned).ok_or_else(|| wrong("it has no `[project]` with a name. Add one.".into()))
}

/// The component of the project in a folder.
pub(crate) fn build(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Vec<u8>, BuildError> {
    let wit = contract(folder)?;
    if !folder.join("adapter.py").is_file() {
        return Err(BuildError::Project {
            file: folder.join("adapter.py"),
            reason: "it is missing: a Python adapter is the module `adapter`.".into(),
        });
    }
    let environment = Environment::of(folder, progress)?;
    let component = scratch(folder)?.join("component.wasm");

    progress(Step::Compiling);
    let mut command = environment.command(&environment.componentize);
    command.args(["--quiet", "-d"]).arg(&wit).args(["-w", "category", "componentize", "adapter"]);
    // The runtime's own interfaces to files and clocks are left out: the sandbox has neither.
    command.args(["-p", ".", "-p"]).arg(&environment.packages).arg("--stub-wasi").arg("-o").arg(&component);
    tool::run("componentize-py", "make a component of adapter.py", command.current_dir(folder))?;
    std::fs::read(&component).map_err(BuildError::io(format!("read {}", component.display())))
}

/// A virtual environment with what the project asks for.
struct Environment {
    home: PathBuf,
    componentize: PathBuf,
    /// Where its packages are.
    packages: PathBuf,
}

impl Environment {
    /// The project's own, in `.venv`.
    fn of(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Self, BuildError> {
        let (home, requirements) = (folder.join(".venv"), folder.join("requirements.txt"));
        if !requirements.is_file() {
            return Err(lacks_componentize(requirements));
        }
        let stamp = Stamp::new(&home, std::slice::from_ref(&requirements));
        let python = home.join("bin/python");
        // The interpreter that it was made with may have gone.
        if !stamp.holds() || tool::ask(&python, &["--version"]).is_none() {
            let system = python3()?;
            progress(Step::Installing("pip"));
            let mut make = Command::new(system);
            tool::run(
                "python3",
                "make a virtual environment",
                make.args(["-m", "venv", "--clear"]).arg(&home),
            )?;
            let mut pip = Command::new(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
            // Wheels only: pip runs what is in other archives.
            pip.args(["--only-binary", ":all:", "--requirement"]).arg(&requirements);
            let what = format!("install what {} asks for", requirements.display());
            tool::run("pip", &what, clean(&mut pip).current_dir(folder))?;
        }
        let packages = "import sysconfig; print(sysconfig.get_paths()['purelib'])";
        let mut ask = Command::new(&python);
        let packages = tool::run("python", "name its packages' folder", clean(ask.args(["-c", packages])))?;
        let componentize = home.join("bin/componentize-py");
        if !componentize.is_file() {
            return Err(lacks_componentize(requirements));
        }
        stamp.set()?;
        Ok(Self { home, componentize, packages: packages.into() })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // It looks for packages where this points: not into the environment that the author works in.
        clean(&mut command).env("VIRTUAL_ENV", &self.home);
        command
    }
}

fn lacks_componentize(requirements: PathBuf) -> BuildError {
    BuildError::Project {
        file: requirements,
        reason: "it does not ask for `componentize-py`, which makes a component of Python. Add a line like \
                 `componentize-py==0.25.1`."
            .into(),
    }
}

/// Without what would have Python look for modules elsewhere.
fn clean(command: &mut Command) -> &mut Command {
    command.env_remove("PYTHONPATH").env_remove("PYTHONHOME").env_remove("VIRTUAL_ENV")
}

/// A Python that is new enough and makes virtual environments.
fn python3() -> Result<PathBuf, BuildError> {
    let missing = |tool, get: String| MissingTool {
        tool,
        needed: "Python adapters are compiled with componentize-py, which needs Python 3.10 or newer and a \
                 virtual environment",
        get,
    };
    let get = "Get it at https://www.python.org; on Debian and Ubuntu: apt-get install python3 python3-venv";
    let python = tool::find("python3").ok_or_else(|| missing("Python", get.into()))?;
    let version = "import sys; print(*sys.version_info[:2])";
    let version = tool::ask(&python, &["-c", version]).unwrap_or_default();
    let number = version.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    if number.is_none_or(|number| number < OLDEST) {
        let has = version.replace(' ', ".");
        return Err(missing("Python", format!("The one here is {has}. {get}")).into());
    }
    // Debian keeps the modules in a package of their own.
    if tool::ask(&python, &["-c", "import venv, ensurepip"]).is_none() {
        let get = "On Debian and Ubuntu: apt-get install python3-venv";
        return Err(missing("Python's module venv", get.into()).into());
    }
    Ok(python)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_project_says_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let called = |text: &str| {
            std::fs::write(folder.path().join("pyproject.toml"), text).unwrap();
            name(folder.path()).map_err(|error| error.to_string())
        };
        assert_eq!(called("[project]\nname = \"datasets\"\n").unwrap(), "datasets");
        assert!(called("[tool.ruff]\n").unwrap_err().contains("no `[project]` with a name"));
        assert!(called("[project").is_err());
    }

    #[test]
    fn a_project_without_componentize_py_is_told_to_ask_for_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("wit")).unwrap();
        std::fs::write(folder.path().join("adapter.py"), "").unwrap();
        let error = build(folder.path(), &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("componentize-py=="), "{error}");
    }
}
