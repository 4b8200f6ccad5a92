//! Checks that more than one category makes.
//!
//! Everything here is a function of bytes or text, so that it is tested natively and
//! says the same inside the sandbox.
//!
//! - [`text`]: characters that a person does not see and an assistant reads.
//! - [`json`]: JSON that two parsers cannot read differently.
//! - [`component`]: what a WebAssembly component asks its host for.
//! - [`files`]: a package's files, from the host or from memory.
#![forbid(unsafe_code)]

pub mod component;
pub mod files;
pub mod json;
pub mod text;
