//! A folder that an adapter's author works in.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::language::Language;
use crate::{BuildError, c, component, javascript, python, rust};

/// An adapter's project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its folder, absolute: tools are called in it.
    pub folder: PathBuf,
    /// What it is written in.
    pub language: Language,
    /// What it calls itself, with hyphens: the name that its component has unless somebody says another.
    pub name: String,
}

/// What a build is at, for whoever waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// What the language's tools need is fetched into the project, by the tool of this name.
    Installing(&'static str),
    /// The sources become one file.
    Bundling,
    /// The contract becomes types of the language.
    Bindings,
    /// The sources become WebAssembly.
    Compiling,
    /// A tool did its work, and said something about it, such as a compiler's warnings.
    Said(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installing(tool) => write!(f, "Installing what it needs with {tool} (once)…"),
            Self::Bundling => f.write_str("Bundling…"),
            Self::Bindings => f.write_str("Writing the contract's types…"),
            Self::Compiling => f.write_str("Compiling to WebAssembly…"),
            Self::Said(text) => f.write_str(text),
        }
    }
}

impl Project {
    /// The project in a folder.
    ///
    /// # Errors
    /// [`BuildError::NoProject`] and [`BuildError::SeveralLanguages`]; [`BuildError::Project`] if its
    /// description does not say what it is called.
    pub fn open(folder: &Path) -> Result<Self, BuildError> {
        let folder =
            std::path::absolute(folder).map_err(BuildError::io(format!("find {}", folder.display())))?;
        let language = Language::of(&folder)?;
        let name = match language {
            Language::Rust => rust::Guests::package(&folder)?,
            Language::JavaScript => javascript::Package::read(&folder)?.name,
            Language::Python => python::name(&folder)?,
            Language::C => c::name(&folder)?,
        };
        let name = name.replace('_', "-");
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) {
            return Err(BuildError::Project {
                file: folder.join(language.file()),
                reason: format!("`{name}` is no name for a component. Use letters, digits and hyphens."),
            });
        }
        Ok(Self { folder, language, name })
    }

    /// Builds the project's component. `progress` hears what is being done.
    ///
    /// What its tools need is installed into the project's folder, once, and again when the
    /// project asks for something else. The component was read by a validator, and is an adapter.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn build(&self, progress: &mut dyn FnMut(Step)) -> Result<Vec<u8>, BuildError> {
        let component = match self.language {
            Language::Rust => rust::build(&self.folder, progress)?,
            Language::JavaScript => javascript::build(&self.folder, progress)?,
            Language::Python => python::build(&self.folder, progress)?,
            Language::C => c::build(&self.folder, progress)?,
        };
        component::check(&component)?;
        Ok(component)
    }
}

/// A folder for what a build makes on its way, which nobody keeps.
pub(crate) fn scratch(folder: &Path) -> Result<PathBuf, BuildError> {
    let build = folder.join("build");
    std::fs::create_dir_all(&build).map_err(BuildError::io(format!("make {}", build.display())))?;
    Ok(build)
}

/// The folder of the contract, for the languages whose tools read it.
pub(crate) fn contract(folder: &Path) -> Result<PathBuf, BuildError> {
    let wit = folder.join("wit");
    if wit.is_dir() {
        return Ok(wit);
    }
    Err(BuildError::Project {
        file: wit,
        reason: "the contract is missing. Put `category.wit` there; `marketplace adapter new` does.".into(),
    })
}
