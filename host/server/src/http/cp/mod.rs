//! The control plane: `/cp/api/v1/admin/marketplace`.

mod decide;
mod package;
mod queue;

pub(super) use decide::{approve, flag, reject};
pub(super) use package::package;
pub(super) use queue::{queue, submission};
