//! Lists and texts that are not what they say: the host believes none, and allocates for none.

use marketplace_sandbox::Failure;

use crate::support::{files, words};
use crate::tests;
use crate::trial::Call::{self, Describe, Inspect, Validate};
use crate::trial::{Trial, refusal};

async fn is_too_much(trial: &Trial, call: Call) {
    for failure in trial.failures(call, files(&[])).await {
        let Failure::Limit { what, .. } = &failure else { panic!("no limit: {failure}") };
        assert!(what.contains("passed to the host"), "{what}");
    }
}

tests! {
    claims_a_list_of_4_gib(trial) { trial.fails(&[Validate], "adapter_trapped").await; }
    claims_a_text_of_4_gib(trial) { trial.fails(&[Describe], "adapter_trapped").await; }
    claims_a_text_beyond_its_memory(trial) { trial.fails(&[Describe], "adapter_trapped").await; }
    claims_one_text_many_times(trial) { is_too_much(&trial, Validate).await; }
    claims_many_empty_findings(trial) { is_too_much(&trial, Validate).await; }
    writes_texts_that_are_not_utf8(trial) { trial.fails(&[Describe], "adapter_trapped").await; }
    writes_half_of_a_utf16_pair(trial) { trial.fails(&[Describe], "adapter_trapped").await; }
    answers_a_case_that_is_none(trial) { trial.fails(&[Validate], "adapter_trapped").await; }
    gives_memory_that_it_does_not_have(trial) { trial.fails(&[Validate, Inspect], "adapter_trapped").await; }
    gives_memory_that_is_askew(trial) { trial.fails(&[Validate, Inspect], "adapter_trapped").await; }

    gives_the_same_memory_always(trial) {
        let adapter = trial.load().await;
        let first = refusal(adapter.validate(&words(&["data:read.a", "data:read.b"])).await);
        for _ in 0..4 {
            assert_eq!(refusal(adapter.validate(&words(&["data:read.a", "data:read.b"])).await), first);
        }
        trial.neighbour_answers().await;
    }
}
