//! What this tenant submitted, how it stands, and taking it back.

pub(in crate::http) mod list;
pub(in crate::http) mod show;
pub(in crate::http) mod withdraw;

/// Where the list is.
pub(super) const LIST: &str = "/control-center/marketplace/submissions";

/// Where a submission is looked at.
pub(super) fn address(id: &str) -> String {
    format!("{LIST}/{id}")
}
