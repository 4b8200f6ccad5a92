//! Why a stage was not reached. Three answers: a stage passes; it is refused, with what
//! the author can fix; or nobody could tell, which is not a pass.

use marketplace_archive::ArchiveError;
use marketplace_manifest::{AuthorId, CategoryId, Digest};
use marketplace_sandbox::{Failure, Finding, Outcome};
use marketplace_store::{CommitError, StoreError};

use crate::account::license::Tier;
use crate::blobs::BlobError;
use crate::category::{Closed, Paused};
use crate::operation::Cancelled;

/// Why a stage was not reached.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The package is not the one that was signed.
    #[error(
        "the manifest is for the package {declared}, but the package is {actual}; pack and sign again, and send both"
    )]
    Digest {
        /// What the manifest says.
        declared: Digest,
        /// What the bytes are.
        actual: Digest,
    },
    /// The signature is not that of the author's key.
    #[error(
        "the manifest is not signed by the key that is registered for author `{0}`, or was changed after it was signed; \
         sign it again with that key"
    )]
    Signature(AuthorId),
    /// The archive holds what a package may not.
    #[error("the package cannot be unpacked: {0}")]
    Archive(ArchiveError),
    /// The category does not accept the permissions that the manifest declares.
    #[error("the category refuses the permissions that the manifest declares")]
    Permissions(Vec<Finding>),
    /// The contents need what the manifest does not declare.
    #[error("the package needs permissions that the manifest does not declare")]
    Undeclared(Vec<Finding>),
    /// The contents are not what this category takes.
    #[error("the category refuses the package")]
    Contents(Vec<Finding>),
    /// The category has no installer yet.
    #[error("items of the category `{0}` cannot be installed yet")]
    NoInstaller(CategoryId),
    /// The tenant has as many as its license allows.
    #[error("{}", cap_reached(*.tier, *.cap, *.installed, .category))]
    CapReached {
        /// Of which category.
        category: CategoryId,
        /// How many the license allows.
        cap: u32,
        /// How many there are.
        installed: i64,
        /// The tier in force.
        tier: Tier,
    },
    /// The category's component does not load.
    #[error("the category `{category}` does not serve: {reason}")]
    Unavailable {
        /// Which category.
        category: CategoryId,
        /// Why.
        reason: String,
    },
    /// The component failed again and again, so it is not asked for a while.
    #[error(transparent)]
    Paused(Box<Paused>),
    /// The component gave no answer, so nobody can tell.
    #[error("the component of the category `{category}` gave no answer to `{call}`: {failure}")]
    Undecided {
        /// Which category.
        category: CategoryId,
        /// Which function of the contract was called.
        call: &'static str,
        /// What happened instead.
        failure: Failure,
    },
    /// The commit was refused.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// A blob could not be read.
    #[error(transparent)]
    Blob(BlobError),
    /// It was called off.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk said no.
    #[error("the data folder: {0}")]
    Io(#[from] std::io::Error),
}

fn cap_reached(tier: Tier, cap: u32, installed: i64, category: &CategoryId) -> String {
    format!(
        "the {tier} license allows {cap} installed items of the category `{category}`, and {installed} are \
         installed; uninstall {}, or get a license whose gate `marketplace_install_{category}_cap` allows more",
        installed - i64::from(cap) + 1
    )
}

impl From<Closed> for PipelineError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Broken { category, reason } => Self::Unavailable { category, reason },
            Closed::Paused(paused) => Self::Paused(paused),
        }
    }
}

impl From<ArchiveError> for PipelineError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Stopped => Self::Cancelled(Cancelled),
            error => Self::Archive(error),
        }
    }
}

impl From<BlobError> for PipelineError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Archive(ArchiveError::Stopped) => Self::Cancelled(Cancelled),
            error => Self::Blob(error),
        }
    }
}

/// What to do with an answer of a component: go on, refuse with its findings, or stop
/// because there is none.
///
/// # Errors
/// `refused` for findings, [`PipelineError::Undecided`] for no answer.
pub fn undecided<T>(
    outcome: Outcome<T>,
    category: &CategoryId,
    call: &'static str,
    refused: impl FnOnce(Vec<Finding>) -> PipelineError,
) -> Result<T, PipelineError> {
    match outcome {
        Outcome::Answer(answer) => Ok(answer),
        Outcome::Refusal(findings) => Err(refused(findings)),
        Outcome::Failure(failure) => {
            tracing::error!(%category, call, %failure, "the category's component gave no answer");
            metrics::counter!("marketplace_adapter_failures_total", "category" => category.to_string(), "call" => call)
                .increment(1);
            Err(PipelineError::Undecided { category: category.clone(), call, failure })
        }
    }
}
