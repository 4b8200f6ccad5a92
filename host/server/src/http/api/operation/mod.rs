//! Long work: one verb, one file.

pub(in crate::http) mod cancel;
pub(in crate::http) mod events;
pub(in crate::http) mod find;
pub(in crate::http) mod list;

use std::sync::Arc;

use marketplace_store::OperationRow;

use crate::account::Scope;
use crate::account::token::Caller;
use crate::http::{Problem, view};
use crate::market::Market;
use crate::operation::{About, Operation};

/// Where an operation is.
pub(in crate::http) enum Found {
    /// Under way in this process.
    Here(Arc<Operation>),
    /// Ended, or under way on another replica.
    Noted(OperationRow),
}

impl Found {
    pub(in crate::http) fn view(&self, market: &Market) -> view::Operation {
        match self {
            Self::Here(operation) => {
                let progress = *operation.progress().borrow();
                view::Operation::new(market.operations.row(operation), Some(progress))
            }
            Self::Noted(row) => view::Operation::new(row.clone(), None),
        }
    }
}

/// The operation under this id, if the caller may know of it.
pub(in crate::http) async fn find_for(market: &Market, caller: &Caller, id: &str) -> Result<Found, Problem> {
    let missing = || Problem::not_found(format!("there is no operation `{id}` of this tenant, or no longer"));
    if let Some(operation) = market.operations.find(&caller.tenant, id) {
        return may_see(caller, &operation.about).then_some(Found::Here(operation)).ok_or_else(missing);
    }
    let row = market.store.operation(&caller.tenant, id).await?.ok_or_else(missing)?;
    may_see_row(caller, &row).then_some(Found::Noted(row)).ok_or_else(missing)
}

/// Whether the caller could have asked for it: what it answers is for them alone.
fn may_see(caller: &Caller, about: &About) -> bool {
    caller.scopes.contains(&match &*about.kind {
        About::SUBMIT => Scope::Publish,
        About::UPGRADE => Scope::Operate,
        _ => Scope::Install,
    })
}

fn may_see_row(caller: &Caller, row: &OperationRow) -> bool {
    serde_json::from_value(row.about.clone()).is_ok_and(|about| may_see(caller, &about))
}
