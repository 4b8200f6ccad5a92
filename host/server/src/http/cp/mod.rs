//! The control plane: `/cp/api/v1/admin/marketplace`.

pub(super) mod audit;
pub(super) mod blocks;
pub(super) mod decide;
pub(super) mod package;
pub(super) mod queue;
pub(super) mod reviews;
