//! What a Rust adapter needs, and nothing more.
//!
//! An adapter is a type that implements [`Category`]; [`export!`] makes a component of it. The smallest one:
//!
//! ```
//! use marketplace_adapter_sdk::prelude::*;
//!
//! struct Notes;
//!
//! impl Category for Notes {
//!     fn about() -> About {
//!         About {
//!             id: "notes",
//!             singular: "note",
//!             name: "Notes",
//!             description: "Short texts to read.",
//!             icon: "",
//!             free_install_cap: 5,
//!         }
//!     }
//!
//!     fn grammar() -> Grammar {
//!         Grammar::new("A note is only text.")
//!     }
//!
//!     fn inspect(_: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
//!         package.read_text("note.txt")?;
//!         Ok(Inspection { needed: vec![], remarks: vec![] })
//!     }
//!
//!     fn install(manifest: &Manifest, _: &[Grant], package: &dyn Files, item: &mut dyn Item) -> Result<(), Vec<Finding>> {
//!         item.place_all(package)?;
//!         item.register(&manifest.name, &serde_json::json!({ "file": "note.txt" }))
//!     }
//! }
//!
//! marketplace_adapter_sdk::export!(Notes);
//! ```
//!
//! - [`grammar`]: declare the permissions once; parsing, grants, findings with suggestions, comparison, and what the
//!   submit form offers follow from it.
//! - [`files`]: the package, from the host or from memory, so that an adapter is tested natively.
//! - [`item`]: the staging area that `install` fills, and one in memory.
//! - [`findings`]: collecting every reason against a package, not only the first.
//! - [`paths`]: paths in a package.
//! - [`field`] and [`details`], [`input`]: what people see of items and filter by, and what the submit form asks.
//! - [`Manifest::title`], [`Manifest::shows`], [`Manifest::field`]: what the author signed.

mod about;
pub mod bindings;
#[doc(hidden)]
pub mod category;
pub mod details;
pub mod field;
pub mod files;
pub mod findings;
pub mod grammar;
pub mod input;
pub mod item;
mod manifest;
mod names;
mod package;
pub mod paths;
mod presentation;

pub use about::About;
pub use bindings::installer::Inspection;
pub use bindings::log::{Level, log};
pub use bindings::types::{Capability, Finding, Grant, Manifest, Mount, Named, Port, Protocol, Risk};
pub use bindings::validator::{Change, Description, Direction};
pub use category::{Category, Gallery};
pub use details::Details;
pub use field::Field;
pub use files::Files;
pub use findings::Findings;
pub use grammar::{Grammar, Meaning};
pub use input::Input;
pub use item::Item;
pub use presentation::Presentation;

/// Everything that an adapter's one file wants in scope.
pub mod prelude {
    pub use crate::field::{Bytes, Colour, Date, Flag, Number, Seconds, Text};
    pub use crate::{
        About, Capability, Category, Details, Field, Files, Finding, Findings, Gallery, Grammar, Grant,
        Input, Inspection, Item, Level, Manifest, Meaning, Mount, Named, Port, Presentation, Protocol, Risk,
        log,
    };
}
