//! From bytes to an installed item, one type after another.
//!
//! ```text
//!            fetch            verify            validate          license          stage            commit
//!  bytes ──────────▶ Fetched ────────▶ Verified ────────▶ Validated ──────▶ Licensed ──────▶ Staged ──────▶ Installed
//!            hash             digest,           unpack,           the cap          the adapter      sync, rename,
//!                             signature         permissions,      of the           fills the        one database
//!                                               contents          tenant           staging area     transaction
//! ```
//!
//! Each stage consumes the one before, and has no other constructor: code that skips a
//! check does not compile. A submission walks as far as `Validated` and rehearses the
//! staging; a dry run stops at `Staged`, whose plan is exactly what the commit does.
//!
//! [`Known`] is a shorter way, for a release that somebody here has already.
//!
//! Nothing is live before the transaction of [`Staged::commit`]. What an earlier stage
//! left on the disk lies in a [`Workshop`](crate::trees::Workshop) that is removed when
//! the stage is dropped, or by the next start.

mod changes;
mod contents;
mod fetched;
mod installed;
mod known;
mod licensed;
mod refusal;
mod staged;
mod survey;
mod validated;
mod verdict;
mod verified;

pub use changes::{changes, changes_of};
pub use fetched::Fetched;
pub use installed::Installed;
pub use known::{Known, KnownLicensed};
pub use licensed::Licensed;
pub use refusal::{PipelineError, undecided};
pub(crate) use staged::planned;
pub use staged::{Plan, PlannedFile, Staged};
pub use survey::{Specimen, Survey, survey};
pub use validated::Validated;
pub(crate) use validated::view;
pub use verdict::Verdict;
pub use verified::Verified;

/// Runs what blocks (hashing, unpacking, syncing) where it blocks nobody else.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
