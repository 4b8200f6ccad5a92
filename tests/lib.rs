//! Components for tests, built from the source in `guests/`:
//!
//! - [`HONEST`], the category `notes`, small and correct;
//! - [`ROGUE`], the category `rogues`, which does wrong whatever the first permission, or
//!   the manifest's name, tells it to;
//! - [`GALLERY`], the category `posters`, whose items cannot be installed.
#![forbid(unsafe_code)]

include!(concat!(env!("OUT_DIR"), "/guests.rs"));
