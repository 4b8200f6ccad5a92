//! The control plane: `/cp/api/v1/admin/marketplace`.

pub(super) mod decide;
pub(super) mod package;
pub(super) mod queue;
