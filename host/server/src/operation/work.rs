//! The handle that the work itself has: it says where it is, and asks whether to go on.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Progress, Stage};

/// Told to whoever reports progress. Cheap to clone: clones are the same work.
#[derive(Clone, Debug)]
pub struct Work(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    progress: watch::Sender<Progress>,
    cancelled: CancellationToken,
    /// One of the three below: cancelling and committing exclude each other.
    fate: AtomicU8,
}

const OPEN: u8 = 0;
const COMMITTING: u8 = 1;
const CANCELLED: u8 = 2;

/// The work was called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was cancelled; nothing has changed")]
pub struct Cancelled;

impl Default for Work {
    fn default() -> Self {
        Self::unwatched()
    }
}

impl Work {
    /// Work that nobody watches or cancels.
    #[must_use]
    pub fn unwatched() -> Self {
        Self(Arc::new(Shared {
            progress: watch::Sender::default(),
            cancelled: CancellationToken::new(),
            fate: AtomicU8::new(OPEN),
        }))
    }

    /// The work has come to a stage.
    pub fn enters(&self, stage: Stage) {
        self.0.progress.send_replace(Progress { stage, ..Progress::default() });
    }

    /// What there is to do in this stage.
    pub fn expects(&self, bytes: Option<u64>, entries: Option<u64>) {
        self.0.progress.send_modify(|progress| {
            progress.bytes_total = bytes;
            progress.entries_total = entries;
        });
    }

    /// What is done of this stage, and whether to go on: for loops on threads that block.
    pub fn done(&self, bytes: u64, entries: u64) -> ControlFlow<()> {
        self.0.progress.send_modify(|progress| {
            progress.bytes = bytes;
            progress.entries = entries;
        });
        match self.0.cancelled.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// From here on, nobody can cancel.
    ///
    /// # Errors
    /// Somebody has.
    pub fn commits(&self) -> Result<(), Cancelled> {
        match self.settle(COMMITTING) {
            COMMITTING => {
                self.enters(Stage::Commit);
                Ok(())
            }
            _ => Err(Cancelled),
        }
    }

    /// Calls it off, unless it commits already. Whether it is called off.
    pub(super) fn cancel(&self) -> bool {
        let cancelled = self.settle(CANCELLED) == CANCELLED;
        if cancelled {
            self.0.cancelled.cancel();
        }
        cancelled
    }

    /// Decides between cancelling and committing, once; which it is.
    fn settle(&self, fate: u8) -> u8 {
        self.0
            .fate
            .compare_exchange(OPEN, fate, Ordering::AcqRel, Ordering::Acquire)
            .map_or_else(|was| was, |_| fate)
    }

    /// Until it is called off.
    pub(super) async fn cancelled(&self) {
        self.0.cancelled.cancelled().await;
    }

    /// How far it is, from now on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.0.progress.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cancelled_does_not_commit_and_what_commits_is_not_cancelled() {
        let work = Work::unwatched();
        assert!(work.cancel() && work.cancel());
        assert_eq!(work.commits(), Err(Cancelled));
        assert_eq!(work.done(1, 1), ControlFlow::Break(()));

        let work = Work::unwatched();
        assert_eq!(work.commits(), Ok(()));
        assert!(!work.cancel());
        assert_eq!(work.done(1, 1), ControlFlow::Continue(()));
    }

    #[test]
    fn a_stage_begins_with_nothing_done() {
        let work = Work::unwatched();
        work.enters(Stage::Unpack);
        work.expects(Some(10), Some(2));
        let _ = work.done(5, 1);
        let half = Progress {
            stage: Stage::Unpack,
            bytes: 5,
            bytes_total: Some(10),
            entries: 1,
            entries_total: Some(2),
        };
        assert_eq!(*work.watch().borrow(), half);
        work.enters(Stage::Inspect);
        assert_eq!(*work.watch().borrow(), Progress { stage: Stage::Inspect, ..Progress::default() });
    }
}
