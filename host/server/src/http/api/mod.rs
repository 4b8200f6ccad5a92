//! The OS side: `/api/v1/marketplace`.

pub(super) mod apply;
pub(super) mod authors;
pub(super) mod categories;
pub(super) mod facets;
pub(super) mod install;
pub(super) mod installed;
pub(super) mod item;
pub(super) mod license;
pub(super) mod list;
pub(super) mod me;
pub(super) mod operation;
pub(super) mod package;
pub(super) mod registry;
pub(super) mod review;
pub(super) mod revocations;
pub(super) mod revoke_key;
pub(super) mod rotate_key;
pub(super) mod submission;
pub(super) mod submissions;
pub(super) mod submit;
pub(super) mod uninstall;
pub(super) mod unyank;
pub(super) mod yank;

use super::Problem;
use crate::category::{Category, Snapshot};
use marketplace_manifest::CategoryId;
use marketplace_store::Withdrawn;
use std::sync::Arc;

/// The category of a path, which must be there and enabled.
pub(in crate::http) fn known<'a>(
    categories: &'a Snapshot,
    id: &CategoryId,
) -> Result<&'a Arc<Category>, Problem> {
    categories.find(id.as_str()).ok_or_else(|| Problem::not_found(format!("there is no category `{id}`")))
}

/// What is blocked is served to nobody.
pub(in crate::http) fn refuse_blocked(withdrawn: Option<&Withdrawn>) -> Result<(), Problem> {
    match withdrawn.filter(|withdrawn| withdrawn.disables()) {
        Some(blocked) => Err(Problem::blocked(blocked.reason.clone().unwrap_or_default())),
        None => Ok(()),
    }
}
