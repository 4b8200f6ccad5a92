//! A new category: a project that builds and passes its own tests at once, to be changed from there.
//!
//! The projects are in `templates/adapter`: the same category in every language, so that they can be compared, with the
//! same `cases`. A project brings what is on no registry: the contract, and for Rust the SDK.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use marketplace_componentize::Language;
use marketplace_manifest::CategoryId;

use crate::category::add::RESERVED;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/adapter");
static SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../adapters/sdk");
static CONTRACT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../wit/1.1");

/// Where the SDK and the contract lie in a Rust project: as they do here, since the one names the other by its path.
const SDK_AT: &str = "marketplace/adapters/sdk";
const CONTRACT_AT: &str = "marketplace/wit/1.1";

/// What cargo takes for no name of a package, or would confuse with a library of its own.
const NO_PACKAGE: [&str; 6] = ["alloc", "core", "proc-macro", "std", "test", "build"];

/// A project to be begun.
#[derive(Clone, Debug)]
pub struct Scaffold {
    name: CategoryId,
    singular: CategoryId,
    language: Language,
}

/// Why no project was begun.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The category could not be reached.
    #[error(
        "`{0}` is a word of the API's own paths, so nothing in the category could be reached. Choose another"
    )]
    Reserved(CategoryId),
    /// What one item is called does not follow from the name.
    #[error("what is one of `{0}` called? Say it with --singular")]
    Singular(CategoryId),
    /// Something of somebody is there.
    #[error("{} is not empty; name another folder with --out", .0.display())]
    NotEmpty(PathBuf),
    /// The folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The folder, or a file in it.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Scaffold {
    /// A category of this name. What one of its items is called follows from a regular plural, and has to be
    /// said otherwise.
    ///
    /// # Errors
    /// [`ScaffoldError::Reserved`] and [`ScaffoldError::Singular`].
    pub fn new(
        name: CategoryId,
        singular: Option<CategoryId>,
        language: Language,
    ) -> Result<Self, ScaffoldError> {
        if RESERVED.contains(&name.as_str()) {
            return Err(ScaffoldError::Reserved(name));
        }
        let guessed = || singular_of(name.as_str())?.parse().ok();
        let Some(singular) = singular.or_else(guessed) else { return Err(ScaffoldError::Singular(name)) };
        Ok(Self { name, singular, language })
    }

    /// What one item is called.
    #[must_use]
    pub fn singular(&self) -> &CategoryId {
        &self.singular
    }

    /// What the category is called in front of people: `Keyboard layouts`.
    #[must_use]
    pub fn title(&self) -> String {
        let words = self.name.as_str().replace('-', " ");
        let (first, rest) = words.split_at(1);
        first.to_uppercase() + rest
    }

    /// What a Rust crate of this category is called: cargo's names begin with a letter, and some are taken.
    fn package(&self) -> String {
        let name = self.name.as_str();
        if name.starts_with(|c: char| c.is_ascii_digit()) || NO_PACKAGE.contains(&name) {
            return format!("category-{name}");
        }
        name.to_owned()
    }

    /// What its component is called, unless somebody says otherwise, in a project in that folder.
    #[must_use]
    pub fn component(&self, folder: &Path) -> String {
        match self.language {
            Language::Rust => self.package(),
            Language::JavaScript | Language::Python => self.name.to_string(),
            // C has no file that says what a project is called.
            Language::C => {
                let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
                let name = folder.file_name().and_then(|name| name.to_str());
                name.unwrap_or(self.name.as_str()).replace('_', "-")
            }
        }
    }

    /// Every file of the project, by its path.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let template = match self.language {
            Language::Rust => "rust",
            Language::JavaScript => "js",
            Language::Python => "python",
            Language::C => "c",
        };
        let mut files = BTreeMap::new();
        for (folder, at) in [(template, ""), ("cases", "cases")] {
            let Some(dir) = TEMPLATES.get_dir(folder) else { continue };
            for (path, bytes) in all(dir) {
                let path = join(at, &path);
                // A package is what an author would have packed: the same bytes whatever the category is called.
                let bytes = if path.contains("/package/") { bytes.to_owned() } else { self.filled(bytes) };
                files.insert(path, bytes);
            }
        }
        let (sdk, contract) = match self.language {
            Language::Rust => (Some(SDK_AT), CONTRACT_AT),
            _ => (None, "wit"),
        };
        for (dir, at) in [(Some(&CONTRACT), Some(contract)), (sdk.map(|_| &SDK), sdk)] {
            let (Some(dir), Some(at)) = (dir, at) else { continue };
            files.extend(all(dir).into_iter().map(|(path, bytes)| (join(at, &path), bytes.to_owned())));
        }
        files
    }

    /// A template's text with the names in their places.
    fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_owned() };
        text.replace("{{name}}", self.name.as_str())
            .replace("{{singular}}", self.singular.as_str())
            .replace("{{title}}", &self.title())
            .replace("{{package}}", &self.package())
            .into_bytes()
    }

    /// Writes the project to a folder, which is not there or empty. Returns how many files it has.
    ///
    /// # Errors
    /// [`ScaffoldError::NotEmpty`] and [`ScaffoldError::Io`].
    pub fn write(&self, folder: &Path) -> Result<usize, ScaffoldError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| ScaffoldError::Io { path, source }
        };
        match std::fs::read_dir(folder) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(ScaffoldError::NotEmpty(folder.to_owned()));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(io(folder)(error)),
        }
        let files = self.files();
        for (path, bytes) in &files {
            let file = folder.join(path);
            let parent = file.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent).map_err(io(parent))?;
            std::fs::write(&file, bytes).map_err(io(&file))?;
        }
        Ok(files.len())
    }
}

/// Every file of an embedded folder, by its path in it.
fn all<'a>(dir: &'a Dir<'a>) -> Vec<(String, &'a [u8])> {
    let mut found = Vec::new();
    let mut folders = vec![dir];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let path = file.path().strip_prefix(dir.path()).unwrap_or(file.path());
            found.push((path.to_string_lossy().into_owned(), file.contents()));
        }
    }
    found
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The singular of a regular English plural. Where a rule would be wrong as often as right, there is none.
fn singular_of(plural: &str) -> Option<String> {
    /// Words whose singular ends in `ie`.
    const IE: [&str; 8] =
        ["brownies", "calories", "cookies", "movies", "pies", "rookies", "selfies", "zombies"];
    let word = plural.rsplit_once('-').map_or(plural, |(_, last)| last);
    let cut = |letters: usize| plural.get(..plural.len() - letters);
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.len() < 3 || !word.ends_with('s') || ends(&["ss", "us", "is", "uses", "aches", "oes", "zzes"]) {
        return None;
    }
    if word.ends_with("ies") && word.len() > 4 && !IE.contains(&word) {
        return Some(format!("{}y", cut(3)?));
    }
    let letters = if ends(&["sses", "shes", "ches", "xes"]) { 2 } else { 1 };
    cut(letters).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn scaffold(name: &str, language: Language) -> Scaffold {
        Scaffold::new(name.parse().unwrap(), None, language).unwrap()
    }

    fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
        let bytes = files.get(path).unwrap_or_else(|| panic!("no {path} among {:?}", files.keys()));
        String::from_utf8(bytes.clone()).unwrap()
    }

    #[test]
    fn a_regular_plural_has_its_singular() {
        for (plural, singular) in [
            ("wallpapers", "wallpaper"),
            ("keyboard-layouts", "keyboard-layout"),
            ("categories", "category"),
            ("colour-palettes", "colour-palette"),
            ("databases", "database"),
            ("boxes", "box"),
            ("classes", "class"),
            ("sketches", "sketch"),
            ("brushes", "brush"),
            ("movies", "movie"),
            ("ties", "tie"),
            ("3d-models", "3d-model"),
        ] {
            assert_eq!(singular_of(plural).as_deref(), Some(singular));
        }
        for unclear in ["data", "sheep", "news-bus", "glass", "analysis", "buses", "caches", "heroes", "ls"] {
            assert_eq!(singular_of(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn a_singular_that_is_unclear_is_asked_for_and_one_that_is_said_is_taken() {
        let data: CategoryId = "data".parse().unwrap();
        let error = Scaffold::new(data.clone(), None, Language::C).unwrap_err();
        assert!(matches!(&error, ScaffoldError::Singular(_)), "{error}");
        let said = Scaffold::new(data, Some("datum".parse().unwrap()), Language::C).unwrap();
        assert_eq!(said.singular().as_str(), "datum");
    }

    #[test]
    fn a_category_that_could_not_be_reached_is_not_begun() {
        let name: CategoryId = "revocations".parse().unwrap();
        assert!(matches!(Scaffold::new(name, None, Language::Rust), Err(ScaffoldError::Reserved(_))));
    }

    #[test]
    fn every_language_has_its_project_with_the_contract_and_the_same_cases() {
        let packaged = |language| {
            let files = scaffold("keyboard-layouts", language).files();
            let is_packaged = |path: &String| path.starts_with("cases/") && path.contains("/package/");
            files.into_iter().filter(|(path, _)| is_packaged(path)).collect::<Vec<_>>()
        };
        for language in Language::ALL {
            let files = scaffold("keyboard-layouts", language).files();
            assert!(files.contains_key(language.file()), "{language}");
            assert!(files.contains_key(".gitignore") && files.contains_key("README.md"), "{language}");
            let contract = if language == Language::Rust { CONTRACT_AT } else { "wit" };
            let contract = text(&files, &format!("{contract}/category.wit"));
            assert!(contract.contains("package marketplace:category@1.1.0;"));
            assert_eq!(packaged(language), packaged(Language::Rust), "{language}");
            let manifest = text(&files, "cases/accepted/manifest.yaml");
            assert!(manifest.starts_with("kind: keyboard-layout\n"), "{manifest}");
        }
        assert!(!packaged(Language::Rust).is_empty());
    }

    #[test]
    fn every_name_is_in_its_place() {
        for language in Language::ALL {
            let files = scaffold("keyboard-layouts", language).files();
            let ours = files.iter().filter(|(path, _)| !path.starts_with(SDK_AT));
            for (path, bytes) in ours {
                let text = String::from_utf8_lossy(bytes);
                for placeholder in ["{{name}}", "{{singular}}", "{{title}}", "{{package}}"] {
                    assert!(!text.contains(placeholder), "{language}: {path} has {placeholder}");
                }
            }
            let sources = ["src/lib.rs", "adapter.js", "adapter.py", "adapter.c"];
            let source = sources.iter().find(|path| files.contains_key(**path)).unwrap();
            let source = text(&files, source);
            for name in ["\"keyboard-layouts\"", "\"keyboard-layout\"", "\"Keyboard layouts\""] {
                assert!(source.replace('\'', "\"").contains(name), "{language}: {name}");
            }
        }
    }

    #[test]
    fn a_packages_bytes_do_not_depend_on_the_name() {
        let packaged = |name| {
            let files = scaffold(name, Language::JavaScript).files();
            files.into_iter().filter(|(path, _)| path.contains("/package/")).collect::<Vec<_>>()
        };
        assert_eq!(packaged("keyboard-layouts"), packaged("datasets"));
    }

    #[test]
    fn a_rust_project_brings_the_sdk_where_the_sdk_finds_the_contract() {
        let files = scaffold("datasets", Language::Rust).files();
        assert!(text(&files, "marketplace/adapters/sdk/src/bindings.rs").contains("\"../../wit/1.1\""));
        // What the SDK inherits from its workspace here, it inherits there.
        let (sdk, workspace) =
            (text(&files, "marketplace/adapters/sdk/Cargo.toml"), text(&files, "marketplace/Cargo.toml"));
        let inherited = sdk.lines().filter(|line| line.contains("workspace = true"));
        for key in
            inherited.filter_map(|line| line.split(['.', ' ']).next()).filter(|key| *key != "workspace")
        {
            assert!(workspace.contains(&format!("{key} = ")), "`{key}` is missing in marketplace/Cargo.toml");
        }
    }

    #[test]
    fn a_name_that_cargo_would_not_take_is_no_package() {
        assert_eq!(scaffold("3d-models", Language::Rust).package(), "category-3d-models");
        assert_eq!(scaffold("datasets", Language::Rust).package(), "datasets");
        let files = scaffold("3d-models", Language::Rust).files();
        assert!(text(&files, "Cargo.toml").contains("name = \"category-3d-models\""));
        assert!(text(&files, "src/lib.rs").contains("id: \"3d-models\""));
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (project, scaffold) = (folder.path().join("a/b"), scaffold("datasets", Language::Python));
        let count = scaffold.write(&project).unwrap();
        assert_eq!(count, scaffold.files().len());
        assert!(project.join("cases/accepted/package/links.txt").is_file());
        std::fs::write(project.join("adapter.py"), "mine").unwrap();
        assert!(matches!(scaffold.write(&project), Err(ScaffoldError::NotEmpty(_))));
        assert_eq!(std::fs::read_to_string(project.join("adapter.py")).unwrap(), "mine");
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(scaffold.write(&file), Err(ScaffoldError::Io { .. })));
    }
}
