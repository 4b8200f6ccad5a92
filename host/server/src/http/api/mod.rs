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
use axum::http::StatusCode;
use marketplace_manifest::CategoryId;
use marketplace_store::{FieldValue, Withdrawn};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The category of a path, which must be there and enabled.
pub(in crate::http) fn known<'a>(
    categories: &'a Snapshot,
    id: &CategoryId,
) -> Result<&'a Arc<Category>, Problem> {
    categories.find(id.as_str()).ok_or_else(|| Problem::not_found(format!("there is no category `{id}`")))
}

/// Refuses to filter by fields that a category does not filter by; for a list of all categories, that none does. A
/// category that is out of order cannot be asked, so nothing that may be its field is refused.
pub(in crate::http) fn filters_by(
    categories: &Snapshot,
    category: Option<&CategoryId>,
    fields: &[FieldValue],
) -> Result<(), Problem> {
    let asked: Vec<_> =
        categories.enabled().filter(|one| category.is_none_or(|id| one.row.id == *id)).collect();
    if fields.is_empty() || asked.iter().any(|one| one.adapter().is_err()) {
        return Ok(());
    }
    let known: BTreeSet<&str> = asked.iter().flat_map(|one| one.facets()).collect();
    let Some(unknown) = fields.iter().find(|field| !known.contains(field.key.as_str())) else {
        return Ok(());
    };
    let whose =
        category.map_or_else(|| "no category has a field".to_owned(), |id| format!("`{id}` has no field"));
    let known = match known.is_empty() {
        true => "there are none to filter by".to_owned(),
        false => format!("there are `{}`", known.into_iter().collect::<Vec<_>>().join("`, `")),
    };
    let detail = format!("{whose} `{:.64}` to filter by; {known}", unknown.key);
    Err(Problem::new(StatusCode::NOT_FOUND, "field_unknown", detail))
}

/// What is blocked is served to nobody.
pub(in crate::http) fn refuse_blocked(withdrawn: Option<&Withdrawn>) -> Result<(), Problem> {
    match withdrawn.filter(|withdrawn| withdrawn.disables()) {
        Some(blocked) => Err(Problem::blocked(blocked.reason.clone().unwrap_or_default())),
        None => Ok(()),
    }
}
