//! An endless loop, wherever it is, is a time-out.

use std::sync::Arc;
use std::time::Duration;

use crate::support::Bad;
use crate::tests;
use crate::trial::Call::{Compare, Describe, Inspect, Install, Validate};

tests! {
    spins_in_every_call(trial) {
        trial.fails(&[Describe, Validate, Compare, Inspect, Install], "adapter_timeout").await;
    }

    spins_at_start(trial) {
        trial.fails(&[Describe, Validate, Compare, Inspect, Install], "adapter_timeout").await;
    }

    spins_while_asked(trial) {
        trial.fails(&[Validate, Compare, Inspect, Install], "adapter_timeout").await;
        assert_eq!(trial.load().await.describe().await.answer().unwrap().id, "guests", "it has no arguments");
    }

    spins_after_the_answer(trial) {
        trial.fails(&[Describe], "adapter_timeout").await;
    }

    waits_for_ever(trial) {
        trial.fails(&[Describe], "adapter_timeout").await;
    }

    reads_for_ever(trial) {
        let slow = |milliseconds| Arc::new(Bad::Slow(Duration::from_millis(milliseconds)));
        for failure in trial.failures(Inspect, slow(20)).await {
            assert_eq!(failure.code(), "adapter_timeout");
        }
        for failure in trial.failures(Inspect, slow(400)).await {
            assert_eq!(failure.code(), "adapter_host_fault", "one read alone takes too long");
        }
    }
}
