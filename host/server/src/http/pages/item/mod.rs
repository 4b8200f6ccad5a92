//! The drawer of an item, in front of the gallery. One verb, one file; what the drawer shows is put together in
//! [`drawer`], section by section.

mod action;
pub(in crate::http) mod consent;
mod drawer;
pub(in crate::http) mod install;
mod leftover;
mod proof;
pub(in crate::http) mod review;
mod reviews;
pub(in crate::http) mod show;
pub(in crate::http) mod uninstall;
mod versions;

pub(super) use action::withdrawal;
use marketplace_manifest::{CategoryId, Slug};

/// The address of an item's drawer.
pub(super) fn address(category: &CategoryId, slug: &Slug) -> String {
    format!("/marketplace/{category}/{slug}")
}
