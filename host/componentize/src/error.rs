//! Why no component came of a project.

use std::path::PathBuf;

use crate::tool::MissingTool;
use crate::toolchain::NoToolchain;

/// Why no component came of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No Rust here compiles to WebAssembly.
    #[error(transparent)]
    NoToolchain(#[from] NoToolchain),
    /// A tool of another language is not here.
    #[error(transparent)]
    MissingTool(#[from] MissingTool),
    /// A tool could not be run, or a file not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was attempted.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// cargo said no; what it said follows.
    #[error("cargo could not build {packages}:\n{stderr}")]
    Cargo {
        /// The packages asked for.
        packages: String,
        /// cargo's own words.
        stderr: String,
    },
    /// Another tool said no; what it said follows.
    #[error("{tool} could not {what}:\n{output}")]
    Tool {
        /// The tool.
        tool: &'static str,
        /// What it was to do.
        what: String,
        /// Its own words: the beginning and the end, where they are many.
        output: String,
    },
    /// The folder has none of the files that an adapter's project begins with.
    #[error(
        "{} is no adapter's project: it has no Cargo.toml (Rust), package.json (JavaScript), pyproject.toml \
         (Python) or adapter.c (C). `marketplace adapter new` makes one.",
        folder.display()
    )]
    NoProject {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder has those of several languages.
    #[error(
        "{} could be a project of more than one language: it has {files}. An adapter is written in one; move the \
         others to a folder of their own.",
        folder.display()
    )]
    SeveralLanguages {
        /// The folder.
        folder: PathBuf,
        /// The files, by name.
        files: String,
    },
    /// A project's file is not as an adapter's is.
    #[error("{}: {reason}", file.display())]
    Project {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The module is not one that `wit-bindgen` made, or it asks for what no world offers.
    #[error("{package} compiled, but is no component: {reason}")]
    Encode {
        /// The package, or `the module`.
        package: String,
        /// The encoder's words, cause by cause.
        reason: String,
    },
    /// It is a component already.
    #[error("it is a component already. See what it is with `marketplace adapter inspect`.")]
    AlreadyAComponent,
    /// It is a component, but not of the contract.
    #[error(
        "it is a component, but no adapter: it exports {exports}, and not `marketplace:category/validator`. \
         Build it for the world `category` of wit/category.wit."
    )]
    NotAnAdapter {
        /// What it exports.
        exports: String,
    },
}

impl BuildError {
    /// What was attempted, and why it failed.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
