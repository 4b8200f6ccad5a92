//! What an adapter's author does, on a machine of their own and without a server: begin a category, and
//! make a component of it.

pub mod build;
pub mod scaffold;

pub use build::{BuildError, Built, build};
pub use marketplace_componentize::{Language, Step};
pub use scaffold::{Scaffold, ScaffoldError};
