//! An adapter's project in, a WebAssembly component out.
//!
//! The project's own build uses this for the first-party adapters and for the
//! guests of the tests, so that what is tested is what is shipped; `marketplace
//! adapter build` is the same thing for a project that lives anywhere else.
//!
//! - [`Project::open`] finds out which [`Language`] a folder is written in, by its files;
//!   [`Project::build`] installs what its tools need, compiles, and checks the result.
//! - [`Guests::build`] compiles several crates of one Rust workspace together, with the
//!   Rust that [`Toolchain::find`] finds.
//! - [`encode`] turns a core module into a component.
//!
//! | language | in | made with |
//! |---|---|---|
//! | Rust | `Cargo.toml` | cargo, for `wasm32-unknown-unknown` |
//! | JavaScript | `package.json` | npm, esbuild, componentize-js |
//! | Python | `pyproject.toml`, `requirements.txt` | pip, componentize-py |
//! | C | `adapter.c` | clang, wasi-libc, wasm-ld, and wit-bindgen in this crate |
#![forbid(unsafe_code)]

mod c;
mod component;
mod error;
mod javascript;
mod language;
mod project;
mod python;
mod rust;
mod stamp;
mod tool;
mod toolchain;

pub use component::{adapter_of, encode};
pub use error::BuildError;
pub use language::Language;
pub use project::{Project, Step};
pub use rust::{Component, Guests};
pub use tool::MissingTool;
pub use toolchain::{NoToolchain, Toolchain};
