use std::path::PathBuf;

use clap::{Args, ValueEnum};
use marketplace_manifest::CategoryId;
use serde_json::json;

use crate::adapter::{Language, Scaffold};
use crate::cli::Outcome;
use crate::cli::output::Output;

#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// The category's id, for ever: a plural such as `keyboard-layouts`.
    name: CategoryId,
    /// What it is written in.
    #[arg(long, value_enum)]
    lang: Lang,
    /// What one item is called, if that does not follow from the name.
    #[arg(long, value_name = "WORD")]
    singular: Option<CategoryId>,
    /// The project's folder. If not said, it is called as the category.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    Rust,
    #[value(alias = "javascript")]
    Js,
    Python,
    C,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Rust => Self::Rust,
            Lang::Js => Self::JavaScript,
            Lang::Python => Self::Python,
            Lang::C => Self::C,
        }
    }
}

impl New {
    pub(in crate::cli) fn run(self) -> Outcome {
        let language = Language::from(self.lang);
        let scaffold = Scaffold::new(self.name.clone(), self.singular, language)?;
        let folder = self.out.unwrap_or_else(|| PathBuf::from(self.name.as_str()));
        let files = scaffold.write(&folder)?;
        let component = folder.join(format!("{}.wasm", scaffold.component(&folder)));
        let value = json!({
            "folder": folder,
            "name": self.name,
            "singular": scaffold.singular(),
            "title": scaffold.title(),
            "language": language.to_string(),
            "files": files,
            "component": component,
        });
        let (folder, component) = (folder.display(), component.display());
        let text = format!(
            "{folder} is the category `{}` in {language}, whose items are each a `{}`: {files} files\n\n\
             \x20 marketplace adapter build {folder}\n\
             \x20 marketplace adapter test {folder}\n\
             \x20 marketplace category add {component} --data ./data\n\n\
             {folder}/README.md says what to change first.",
            self.name,
            scaffold.singular(),
        );
        self.output.print(&value, text);
        Ok(())
    }
}
