//! Components for tests, built from the source in `guests/`.
//!
//! Each folder there is a row of the table of threats by adapters, and each guest in it one attack: its
//! first lines say on what, and what must happen. For each there is a type in [`guest`], and
//! [`for_every_guest!`] names them all: `host/sandbox/tests/guests/` has a test for each, or does not
//! compile.
//!
//! A new one is a file of a few instructions, `guests/<folder>/<name>.wat`: the rest of a component comes
//! from `guests/usual.wat`. Where that is too little, it is a crate in Rust,
//! `guests/<folder>/<name>/`.
//!
//! Besides, for whoever needs a category:
//!
//! - [`HONEST`], the category `notes`, small and correct, and [`HONEST2`], a later version of it;
//! - [`GALLERY`], the category `posters`, whose items cannot be installed;
//! - [`ROGUE`], the category `rogues`, which does wrong or right whatever the first permission, or
//!   the manifest's name, tells it to.
#![forbid(unsafe_code)]

include!(concat!(env!("OUT_DIR"), "/guests.rs"));
