//! What readers complain about.

pub(in crate::http) mod decide;
pub(in crate::http) mod list;

/// Where the list is.
const LIST: &str = "/control-center/marketplace/reviews";
