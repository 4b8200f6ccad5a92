//! What two categories check in the same way, and most others have no use for: it is in one place so that no
//! two categories disagree about what is hidden, ambiguous or disguised, and not in the SDK, because whoever
//! writes a category elsewhere should not compile readers of formats that theirs does not have. Everything here
//! is a function of bytes or text, so that it is tested natively and says the same inside the sandbox.
//!
//! - [`assets`]: pictures and fonts that are what their names say (themes, widgets).
//! - [`component`]: what a WebAssembly component asks its host for (plugins, skills).
//! - [`json`]: JSON that two parsers cannot read differently (plugins, widgets).
//! - [`text`]: characters that a person does not see and an assistant reads (plugins, skills).
#![forbid(unsafe_code)]

pub mod assets;
pub mod component;
pub mod json;
pub mod text;
