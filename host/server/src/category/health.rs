//! How each category's component does: of this process, and since it started. Every replica has a record of its own,
//! and none outlives a restart: what must be kept is in the log and in the metrics.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use marketplace_manifest::{CategoryId, Digest};
use marketplace_sandbox::{Called, Ended, Observer};

use crate::clock;

/// Failures of a component that are remembered: the last ones. Each is a short line, so a component that always fails
/// costs no more than one that seldom does.
pub const KEPT: usize = 20;

/// The records of all components that categories name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<HashMap<Digest, Record>>>);

/// What became of the calls of one component.
#[derive(Clone, Debug)]
pub struct Record {
    category: CategoryId,
    /// Since when calls are counted, Unix milliseconds.
    pub since: i64,
    /// By the function of the contract that was called.
    pub calls: BTreeMap<&'static str, Calls>,
    /// The last failures, newest first; at most [`KEPT`].
    pub failures: VecDeque<Failed>,
}

/// The calls of one function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// How many were answered.
    pub answered: u64,
    /// How many were refused, with findings.
    pub refused: u64,
    /// How many had no answer.
    pub failed: u64,
    /// The longest, waiting for a turn included.
    pub slowest: Duration,
    /// When the last one ended, Unix milliseconds.
    pub last: i64,
}

/// A call that had no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Unix milliseconds.
    pub at: i64,
    /// Which function of the contract.
    pub call: &'static str,
    /// Stable: [`Failure::code`](marketplace_sandbox::Failure::code).
    pub code: &'static str,
    /// For people.
    pub message: String,
}

impl Calls {
    /// However they ended.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.answered + self.refused + self.failed
    }
}

impl Record {
    fn new(category: CategoryId) -> Self {
        Self { category, since: clock::now(), calls: BTreeMap::new(), failures: VecDeque::new() }
    }

    /// The calls of all functions together.
    #[must_use]
    pub fn total(&self) -> Calls {
        self.calls.values().fold(Calls::default(), |sum, one| Calls {
            answered: sum.answered + one.answered,
            refused: sum.refused + one.refused,
            failed: sum.failed + one.failed,
            slowest: sum.slowest.max(one.slowest),
            last: sum.last.max(one.last),
        })
    }

    fn add(&mut self, called: &Called<'_>) {
        let now = clock::now();
        let calls = self.calls.entry(called.call).or_default();
        calls.last = now;
        calls.slowest = calls.slowest.max(called.took);
        let outcome = match called.ended {
            Ended::Answered => {
                calls.answered += 1;
                "answered"
            }
            Ended::Refused => {
                calls.refused += 1;
                "refused"
            }
            Ended::Failed(failure) => {
                calls.failed += 1;
                let (code, message) = (failure.code(), failure.to_string());
                self.failures.push_front(Failed { at: now, call: called.call, code, message });
                self.failures.truncate(KEPT);
                "failed"
            }
        };
        metrics::counter!(
            "marketplace_adapter_calls_total",
            "category" => self.category.to_string(), "call" => called.call, "outcome" => outcome
        )
        .increment(1);
    }
}

impl Health {
    /// What is known of a component, if a category names it.
    #[must_use]
    pub fn of(&self, component: &Digest) -> Option<Record> {
        self.records().get(component).cloned()
    }

    /// Counts the calls of these components, and forgets all others: one that is only looked at before it is added, or
    /// that another took the place of, has no record.
    pub(super) fn keep(&self, components: impl IntoIterator<Item = (Digest, CategoryId)>) {
        let mut records = self.records();
        let mut before = std::mem::take(&mut *records);
        for (component, category) in components {
            let record = before.remove(&component).unwrap_or_else(|| Record::new(category));
            records.insert(component, record);
        }
    }

    fn records(&self) -> MutexGuard<'_, HashMap<Digest, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Health {
    fn called(&self, called: &Called<'_>) {
        if let Some(record) = self.records().get_mut(&called.component) {
            record.add(called);
        }
    }
}

#[cfg(test)]
mod tests {
    use marketplace_sandbox::Failure;

    use super::*;

    #[test]
    fn the_last_failures_are_kept_and_all_calls_are_counted() {
        let (health, component, busy) = (Health::default(), Digest::of(b"a component"), Failure::Busy);
        let call = |ended| {
            let took = Duration::from_millis(3);
            health.called(&Called { component, call: "validate", asker: None, took, ended });
        };
        call(Ended::Answered);
        assert!(health.of(&component).is_none(), "no category names it");

        health.keep([(component, "notes".parse().expect("a name"))]);
        call(Ended::Answered);
        call(Ended::Refused);
        for _ in 0..KEPT + 5 {
            call(Ended::Failed(&busy));
        }
        let record = health.of(&component).expect("a category names it");
        let total = record.total();
        assert_eq!((total.answered, total.refused, total.failed), (1, 1, KEPT as u64 + 5));
        assert_eq!((record.failures.len(), record.failures[0].code), (KEPT, "adapter_busy"));

        health.keep([]);
        assert!(health.of(&component).is_none(), "no category names it any more");
    }
}
