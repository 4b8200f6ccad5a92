//! What must hold whatever a stranger sends.
//!
//! Each target is a function of bytes, in a file of its own, that panics where one of its properties does not hold.
//! `scripts/fuzz` lets libFuzzer look for such bytes; `tests/corpus.rs` replays those in `corpus/` in every run of the tests.
//! Properties are about meaning, not only about panics: what is accepted has one canonical form, is what is on the
//! disk, and is what other programs read.
#![forbid(unsafe_code)]
// A property that does not hold is a panic.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod canonical;
mod inspect_apps;
mod inspect_plugins;
mod inspect_skills;
mod inspect_themes;
mod inspect_widgets;
mod manifest;
mod package;
mod permissions;
mod tarball;
mod tarball_built;
mod texts;
mod unpacked;
mod zip;
mod zip_built;

pub use canonical::canonical;
pub use inspect_apps::inspect_apps;
pub use inspect_plugins::inspect_plugins;
pub use inspect_skills::inspect_skills;
pub use inspect_themes::inspect_themes;
pub use inspect_widgets::inspect_widgets;
pub use manifest::manifest;
pub use package::Shown;
pub use permissions::permissions;
pub use tarball::tarball;
pub use tarball_built::tarball_built;
pub use zip::zip;
pub use zip_built::zip_built;

/// A target: a function that panics where a property does not hold.
pub type Target = fn(&[u8]);

/// Every target, by the name of its fuzzer and of its folder in `corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("canonical", canonical),
    ("inspect_apps", inspect_apps),
    ("inspect_plugins", inspect_plugins),
    ("inspect_skills", inspect_skills),
    ("inspect_themes", inspect_themes),
    ("inspect_widgets", inspect_widgets),
    ("manifest", manifest),
    ("permissions", permissions),
    ("tarball", tarball),
    ("tarball_built", tarball_built),
    ("zip", zip),
    ("zip_built", zip_built),
];
