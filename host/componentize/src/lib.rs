//! A Rust crate in, a WebAssembly component out.
//!
//! The project's own build uses this for the first-party adapters and for the
//! guests of the tests, so that what is tested is what is shipped. The program
//! `componentize` is the same thing for a crate that lives anywhere else.
//!
//! 1. [`Toolchain::find`] looks for a Rust that can compile to WebAssembly.
//! 2. [`Guests::build`] compiles crates to core modules, and
//! 3. [`encode`] turns a core module into a component.
#![forbid(unsafe_code)]

mod build;
mod toolchain;

pub use build::{BuildError, Component, Guests, encode};
pub use toolchain::{NoToolchain, Toolchain};
