//! How far the work is.

use serde::Serialize;
use utoipa::ToSchema;

/// The step that the work is at, in the order of the [pipeline](crate::pipeline).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OperationStage)]
pub enum Stage {
    /// Waits for other work on the same item.
    #[default]
    Wait,
    /// Reads the package and computes its hash: `bytes` of the package.
    Fetch,
    /// Compares the hash, and checks the signature.
    Verify,
    /// Unpacks: `bytes` and `entries` of its contents.
    Unpack,
    /// The category reads the contents.
    Inspect,
    /// Looks whether the license has room.
    License,
    /// The category puts the item together.
    Stage,
    /// Asks another component about every approved release: `entries` of them.
    Replay,
    /// Makes it durable and live. From here on, it cannot be cancelled.
    Commit,
}

/// How far the work is in its stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OperationProgress)]
pub struct Progress {
    /// The step that it is at.
    pub stage: Stage,
    /// Bytes done in this stage.
    pub bytes: u64,
    /// Bytes that there are to do in it; `null` if nobody knows.
    pub bytes_total: Option<u64>,
    /// Files and folders, or releases, done in this stage.
    pub entries: u64,
    /// Files and folders, or releases, that there are to do in it; `null` if nobody knows.
    pub entries_total: Option<u64>,
}
