//! Categories, for operators: each component with its digest, imports, limits and health. One verb, one file.

pub(in crate::http) mod add;
pub(in crate::http) mod imports;
mod limits;
pub(in crate::http) mod list;
mod presented;
pub(in crate::http) mod remove;
pub(in crate::http) mod rollback;
pub(in crate::http) mod show;
mod state;
pub(in crate::http) mod switch;
pub(in crate::http) mod upgrade;

use marketplace_manifest::CategoryId;

use crate::category::Category;
use crate::http::Problem;

/// The list.
pub(super) const PLACE: &str = "/control-center/marketplace/categories";

/// The page of one. A word of its own comes last, so that no id is in the way of `add`.
fn address(id: &CategoryId) -> String {
    format!("{PLACE}/{id}/component")
}

fn unknown(id: &CategoryId) -> Problem {
    Problem::not_found(format!("there is no category `{id}`; the list of categories shows them all"))
}

/// Where a category is switched and removed.
fn action(category: &Category, verb: &str) -> String {
    action_of(&category.row.id, verb)
}

fn action_of(id: &CategoryId, verb: &str) -> String {
    format!("{PLACE}/{id}/{verb}")
}
