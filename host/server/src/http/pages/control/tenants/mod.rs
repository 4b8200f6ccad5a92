//! Tenants and their licenses, as an operator sees them. One verb, one file.

pub(in crate::http) mod install;
pub(in crate::http) mod list;
pub(in crate::http) mod show;

pub(in crate::http) use super::license::issue::issue;

use marketplace_manifest::Tenant;

use crate::http::Problem;

/// The list.
pub(super) const PLACE: &str = "/control-center/tenants";

/// Nobody has that name.
pub(super) fn unknown(tenant: &Tenant) -> Problem {
    Problem::not_found(format!("there is no tenant `{tenant}`; the list of tenants shows them all"))
}
