//! An adapter that does wrong now and then: a clear failure of its own, and what was asked besides is
//! answered. Attacks are in `guests/`, one each.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use marketplace_sandbox::{Failure, Limits, Outcome};
use marketplace_test_guests::ROGUE;
use support::{Bad, files, load, load_with, manifest, small, words};

async fn validate(how: &str) -> Outcome<Vec<marketplace_sandbox::Grant>> {
    load(ROGUE).await.validate(&words(&[how])).await
}

async fn install(how: &str) -> Outcome<marketplace_sandbox::Staged> {
    load(ROGUE).await.install(&manifest(how), &[], files(&[("note.txt", b"text")])).await
}

fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    match outcome {
        Outcome::Failure(failure) => failure.code(),
        other => panic!("no failure: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(outcome: Outcome<T>) -> String {
    match outcome {
        Outcome::Refusal(findings) => findings[0].message.clone(),
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test]
async fn a_crash_is_a_failure_and_the_next_call_is_fresh() {
    let adapter = load(ROGUE).await;
    let Outcome::Failure(Failure::Trap { call, reason }) = adapter.validate(&words(&["trap"])).await else {
        panic!("no trap")
    };
    assert_eq!(call, "validate");
    assert!(reason.contains("unreachable"), "{reason}");
    assert!(matches!(adapter.validate(&words(&["honest"])).await, Outcome::Answer(_)));
}

#[tokio::test]
async fn grants_come_in_the_order_asked_whatever_the_adapters_order() {
    let grants = load(ROGUE).await.validate(&words(&["reverse", "b", "c"])).await.answer().unwrap();
    assert_eq!(
        grants.iter().map(|grant| grant.permission.as_str()).collect::<Vec<_>>(),
        ["reverse", "b", "c"]
    );
}

#[tokio::test]
async fn what_machines_enforce_is_never_repaired() {
    for how in ["port-zero", "hidden-topic", "no-summary", "no-reason", "bad-rule"] {
        assert_eq!(code(validate(how).await), "adapter_misbehaved", "{how}");
    }
}

#[tokio::test]
async fn what_people_read_is_cleaned_and_cut() {
    assert_eq!(validate("escape").await.answer().unwrap()[0].summary, "\\u{1b}[31mRed");
    let limits = Limits::default();
    assert!(refusal(validate("long-reason").await).len() <= limits.text_bytes + '…'.len_utf8());
    let Outcome::Refusal(findings) = validate("many-reasons").await else { panic!("no refusal") };
    assert_eq!(findings.len(), limits.findings);
}

#[tokio::test]
async fn only_listed_files_can_be_read() {
    let outcome = load(ROGUE).await.inspect(&manifest("read-elsewhere"), files(&[("note.txt", b"x")])).await;
    assert!(refusal(outcome).contains("NotFound"));
}

#[tokio::test]
async fn a_range_ends_where_the_file_ends() {
    let outcome =
        load(ROGUE).await.inspect(&manifest("read-range"), files(&[("note.txt", b"0123456789")])).await;
    assert_eq!(refusal(outcome), "[Ok(4), Ok(8), Ok(0), Ok(0)]");
}

#[tokio::test]
async fn a_file_past_the_limit_is_not_read() {
    let adapter = load_with(Limits { read_bytes: 9, ..small() }, ROGUE).await;
    let outcome = adapter.inspect(&manifest("read"), files(&[("note.txt", b"0123456789")])).await;
    assert!(refusal(outcome).contains("TooLarge(9)"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_hangs_or_fails_is_the_hosts_fault() {
    let adapter = load(ROGUE).await;
    let began = Instant::now();
    let slow = adapter.inspect(&manifest("read"), Arc::new(Bad::Slow(Duration::from_secs(1)))).await;
    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    assert_eq!(code(slow), "adapter_host_fault");
    let Outcome::Failure(broken) = adapter.inspect(&manifest("read"), Arc::new(Bad::Broken)).await else {
        panic!()
    };
    assert_eq!(broken.code(), "adapter_host_fault");
    assert!(!broken.to_string().contains("/srv"), "strangers read this: {broken}");
    assert_eq!(code(adapter.inspect(&manifest("read"), Arc::new(Bad::Shrunk)).await), "adapter_host_fault");
}

#[tokio::test]
async fn nothing_is_staged_outside_of_the_item() {
    for how in ["outside", "absolute"] {
        assert!(refusal(install(how).await).contains("BadPath"), "{how}");
    }
    assert!(refusal(install("place-elsewhere").await).contains("NotFound"));
    assert!(refusal(install("merge").await).contains("AlreadyExists"));
}

#[tokio::test]
async fn a_registry_value_that_is_not_json_or_too_large_ends_the_call() {
    assert_eq!(code(install("not-json").await), "adapter_misbehaved");
    assert_eq!(code(install("large-value").await), "adapter_misbehaved");
}

#[tokio::test]
async fn an_install_that_is_refused_halfway_stages_nothing() {
    assert!(refusal(install("half").await).contains("middle"));
    let staged = install("whole").await.answer().unwrap();
    assert_eq!(staged.files.keys().collect::<Vec<_>>(), ["rogue.txt"]);
}

#[tokio::test]
async fn more_calls_than_slots_wait_their_turn_and_then_fail_as_busy() {
    let limits = Limits { concurrency: 1, queue_time: Duration::from_millis(100), ..small() };
    let adapter = load_with(limits, ROGUE).await;
    let spin = tokio::spawn({
        let adapter = adapter.clone();
        async move { adapter.validate(&words(&["spin"])).await }
    });
    tokio::task::yield_now().await;
    let waited = adapter.validate(&words(&["honest"])).await;
    assert_eq!(waited, Outcome::Failure(Failure::Busy));
    assert_eq!(code(spin.await.unwrap()), "adapter_timeout");
    assert!(
        matches!(adapter.validate(&words(&["honest"])).await, Outcome::Answer(_)),
        "the slot is free again"
    );
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_frees_its_slot() {
    let adapter = load_with(Limits { concurrency: 1, ..small() }, ROGUE).await;
    let dropped = tokio::time::timeout(Duration::from_millis(50), adapter.validate(&words(&["spin"]))).await;
    assert!(dropped.is_err());
    assert!(matches!(adapter.validate(&words(&["honest"])).await, Outcome::Answer(_)));
}
