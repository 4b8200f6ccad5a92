//! What the calls of a component take: how often, how long, how much.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use marketplace_sandbox::{Called, Observer, Quantity, Used};

/// Measures every call of a sandbox. Cheap to clone: clones are one.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    crowded: bool,
    calls: BTreeMap<&'static str, Usage>,
}

/// What the calls of one function took.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// How many there were.
    pub calls: u64,
    /// How long each took that ran alone, in order. One that shares the machine with others says nothing of itself.
    alone: Vec<Duration>,
    /// How long one may take.
    pub limit: Duration,
    /// The most linear memory that one had, in bytes.
    pub memory_bytes: usize,
    /// The most of each that one staged.
    pub staged: Quantity,
}

impl Meter {
    /// Whether calls are made at the same time from now on.
    pub(super) fn crowded(&self, crowded: bool) {
        self.inner().crowded = crowded;
    }

    /// What was measured so far, by the name of the function.
    #[must_use]
    pub fn read(&self) -> BTreeMap<&'static str, Usage> {
        self.inner().calls.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Meter {
    fn called(&self, _: &Called<'_>) {}

    fn used(&self, used: &Used) {
        let mut inner = self.inner();
        let crowded = inner.crowded;
        let usage = inner.calls.entry(used.call).or_default();
        usage.calls += 1;
        usage.limit = used.limit;
        usage.memory_bytes = usage.memory_bytes.max(used.memory_bytes);
        usage.staged = most(usage.staged, used.staged);
        if !crowded {
            usage.alone.push(used.took);
        }
    }
}

fn most(a: Quantity, b: Quantity) -> Quantity {
    Quantity {
        files: a.files.max(b.files),
        bytes: a.bytes.max(b.bytes),
        entries: a.entries.max(b.entries),
        entry_bytes: a.entry_bytes.max(b.entry_bytes),
    }
}

impl Usage {
    /// The time that half of the calls are done in; none, if none ran alone.
    #[must_use]
    pub fn median(&self) -> Option<Duration> {
        let mut times = self.alone.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }

    /// The longest.
    #[must_use]
    pub fn slowest(&self) -> Option<Duration> {
        self.alone.iter().max().copied()
    }
}
