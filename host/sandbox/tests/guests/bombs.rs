//! Memory, tables, instances, the stack: a call gets what it may have, and the guest's end is its own.

use marketplace_sandbox::{Failure, LoadError};

use crate::support::files;
use crate::tests;
use crate::trial::Call::{Describe, Inspect};
use crate::trial::Trial;

async fn meets_the_limit(trial: &Trial, limit: &str) {
    for failure in trial.failures(Describe, files(&[])).await {
        let Failure::Limit { what, .. } = &failure else { panic!("no limit: {failure}") };
        assert_eq!(what, limit);
    }
}

async fn crashes(trial: &Trial, call: crate::trial::Call, why: &str) {
    for failure in trial.failures(call, files(&[("note.txt", b"text")])).await {
        let Failure::Trap { reason, .. } = &failure else { panic!("no crash: {failure}") };
        assert!(reason.contains(why), "{reason}");
    }
}

async fn is_unfit(trial: &Trial, what: &str) {
    let error = trial.does_not_load().await;
    let LoadError::Unfit { reason } = &error else { panic!("{error}") };
    assert!(reason.contains(what), "{reason}");
}

tests! {
    grows_its_memory(trial) { meets_the_limit(&trial, "memory").await; }
    grows_all_its_memories(trial) { meets_the_limit(&trial, "memory").await; }
    grows_its_tables(trial) { meets_the_limit(&trial, "table elements").await; }
    hoards_handles(trial) { meets_the_limit(&trial, "handles").await; }

    has_too_many_memories(trial) { is_unfit(&trial, "memor").await; }
    has_too_many_tables(trial) { is_unfit(&trial, "table").await; }
    begins_with_too_much_memory(trial) { is_unfit(&trial, "memory").await; }
    is_made_of_too_many_instances(trial) { is_unfit(&trial, "instances").await; }

    recurses_for_ever(trial) { crashes(&trial, Describe, "stack").await; }
    recurses_through_the_host(trial) { crashes(&trial, Inspect, "leave component instance").await; }
    asks_for_a_gibibyte_of_random(trial) { crashes(&trial, Describe, "").await; }
}
