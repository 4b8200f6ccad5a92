//! The control plane: `/cp/api/v1/admin/marketplace`.

pub(super) mod audit;
pub(super) mod authors;
pub(super) mod blocks;
pub(super) mod category;
pub(super) mod decide;
pub(super) mod keys;
pub(super) mod licenses;
pub(super) mod package;
pub(super) mod queue;
pub(super) mod reviews;
pub(super) mod tenants;
pub(super) mod tokens;
pub(super) mod verify;
