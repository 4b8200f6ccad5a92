//! Blocks: what an operator took back from everybody. One verb, one file.

pub(in crate::http) mod add;
pub(in crate::http) mod lift;
pub(in crate::http) mod list;

/// The list.
pub(super) const PLACE: &str = "/control-center/marketplace/blocks";
