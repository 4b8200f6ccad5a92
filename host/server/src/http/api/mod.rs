//! The OS side: `/api/v1/marketplace`.

mod categories;
mod install;
mod installed;
mod item;
mod license;
mod list;
mod package;
mod registry;
mod submissions;
mod submit;
mod uninstall;

pub(super) use categories::categories;
pub(super) use install::install;
pub(super) use installed::installed;
pub(super) use item::item;
pub(super) use license::license;
pub(super) use list::list;
pub(super) use package::{package, send as send_package};
pub(super) use registry::registry;
pub(super) use submissions::submissions;
pub(super) use submit::submit;
pub(super) use uninstall::uninstall;

use super::Problem;
use crate::category::{Category, Snapshot};
use marketplace_manifest::CategoryId;
use std::sync::Arc;

/// The category of a path, which must be there and enabled.
fn known<'a>(categories: &'a Snapshot, id: &CategoryId) -> Result<&'a Arc<Category>, Problem> {
    categories.find(id.as_str()).ok_or_else(|| Problem::not_found(format!("there is no category `{id}`")))
}
