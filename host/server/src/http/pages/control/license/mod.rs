//! What a tenant may do, and the document that says so. One verb, one file.

pub(in crate::http) mod install;
pub(super) mod issue;
pub(in crate::http) mod show;
pub(super) mod standing;

/// The license of whoever looks.
pub(super) const MINE: &str = "/control-center/license";

/// The largest file that is looked at. A license has a limit of its own, which is smaller.
pub(super) const MAX_FILE: usize = 64 * 1024;
