//! What a start does about what the last stop left behind.

use std::collections::BTreeSet;

use marketplace_manifest::Digest;

use crate::faults::step;
use crate::market::Market;
use crate::pipeline::{PipelineError, blocking};

/// What was found and done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Trees and staging folders that no row named: removed.
    pub trees_removed: usize,
    /// Packages and uploads that no row named: removed.
    pub blobs_removed: usize,
    /// Trees that a row names but that are not there: built again by the next install.
    pub trees_missing: Vec<Digest>,
    /// Operations that the stop interrupted: said of them from now on.
    pub operations_interrupted: u64,
}

/// Removes what no row names. Doing it twice changes nothing more, and being stopped in
/// the middle of it neither: rows are only read.
///
/// # Errors
/// When the database or the disk says no.
pub async fn recover(market: &Market) -> Result<Recovered, PipelineError> {
    step!("recover.begin");
    let trees_named = market.store.live_trees().await?;
    let blobs_named: BTreeSet<Digest> = market.store.live_blobs().await?;
    let (trees, blobs) = (market.trees.clone(), market.blobs.clone());
    let operations_interrupted = market.operations.interrupt().await?;
    let recovered = blocking(move || {
        let trees_removed = trees.sweep(&|digest| trees_named.contains(digest))?;
        let blobs_removed = blobs.sweep(&|digest| blobs_named.contains(digest))?;
        let trees_missing = trees_named.into_iter().filter(|digest| !trees.path(digest).is_dir()).collect();
        Ok::<_, std::io::Error>(Recovered {
            trees_removed,
            blobs_removed,
            trees_missing,
            operations_interrupted,
        })
    })
    .await?;
    step!("recover.end");
    if recovered != Recovered::default() {
        let Recovered { trees_removed, blobs_removed, operations_interrupted, .. } = recovered;
        tracing::info!(
            trees_removed,
            blobs_removed,
            operations_interrupted,
            "cleaned up after the last stop"
        );
    }
    for tree in &recovered.trees_missing {
        tracing::error!(%tree, "an installed item's files are missing; install the item again");
    }
    Ok(recovered)
}
