#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::{Component, Instance};

use super::*;
use crate::engine::Limiter;
use crate::{Digest, Sandbox};

#[test]
fn any_0_2_version_of_a_listed_interface_is_offered() {
    assert!(offers("wasi:io/streams@0.2.0"));
    assert!(offers("wasi:io/streams@0.2.12"));
}

#[test]
fn sockets_http_and_other_versions_are_not() {
    for import in [
        "wasi:sockets/tcp@0.2.0",
        "wasi:http/types@0.2.0",
        "wasi:io/streams",
        "wasi:io/streams@0.3.0",
        "wasi:io/streams@0.2.",
        "wasi:io/streams@0.2.0-rc",
    ] {
        assert!(!offers(import), "{import}");
    }
}

/// What `componentize-js` 0.23.0 imports with `disableFeatures: ["http", "fetch-event"]`.
const JAVASCRIPT: [&str; 16] = [
    "wasi:cli/stderr@0.2.12",
    "wasi:cli/stdin@0.2.12",
    "wasi:cli/stdout@0.2.12",
    "wasi:cli/terminal-input@0.2.12",
    "wasi:cli/terminal-output@0.2.12",
    "wasi:cli/terminal-stderr@0.2.12",
    "wasi:cli/terminal-stdin@0.2.12",
    "wasi:cli/terminal-stdout@0.2.12",
    "wasi:clocks/monotonic-clock@0.2.12",
    "wasi:clocks/wall-clock@0.2.12",
    "wasi:filesystem/preopens@0.2.12",
    "wasi:filesystem/types@0.2.12",
    "wasi:io/error@0.2.12",
    "wasi:io/poll@0.2.12",
    "wasi:io/streams@0.2.12",
    "wasi:random/random@0.2.12",
];

/// What `componentize-py` 0.25.1 imports beyond that without `--stub-wasi`, and is offered.
const PYTHON: [&str; 2] = ["wasi:cli/environment@0.2.9", "wasi:cli/exit@0.2.9"];

/// And what it imports of a network, and is not.
const PYTHON_SOCKETS: [&str; 7] = [
    "wasi:sockets/instance-network@0.2.9",
    "wasi:sockets/ip-name-lookup@0.2.9",
    "wasi:sockets/network@0.2.9",
    "wasi:sockets/tcp-create-socket@0.2.9",
    "wasi:sockets/tcp@0.2.9",
    "wasi:sockets/udp-create-socket@0.2.9",
    "wasi:sockets/udp@0.2.9",
];

#[test]
fn what_runtimes_of_languages_import_is_offered_but_for_the_network() {
    assert!(JAVASCRIPT.iter().chain(&PYTHON).all(|import| offers(import)));
    assert!(!PYTHON_SOCKETS.iter().any(|import| offers(import)));
}

/// A runtime's imports, and an export for each question about them.
const CURIOUS: &str = include_str!("tests/curious.wat");

/// A call's store and an instance of [`CURIOUS`] in it.
async fn curious(sandbox: &Sandbox) -> (Store<State>, Instance) {
    let limits = Arc::new(sandbox.limits().clone());
    let log = GuestLog::new(Digest::of(b""), None, "test", &limits);
    let state = State {
        call: "test",
        limiter: Limiter::new(&limits),
        wasi: Wasi::new(&log, &limits),
        limits,
        log,
        package: None,
        staging: None,
    };
    let mut store = Store::new(&sandbox.0.engine, state);
    // Nothing advances the epoch here.
    store.set_epoch_deadline(1);
    let component = Component::from_binary(&sandbox.0.engine, &wat::parse_str(CURIOUS).unwrap()).unwrap();
    let instance = sandbox.0.linker.instantiate_async(&mut store, &component).await.unwrap();
    (store, instance)
}

async fn answer(store: &mut Store<State>, instance: &Instance, question: &str) -> u64 {
    let ask = instance.get_typed_func::<(), (u64,)>(&mut *store, question).unwrap();
    ask.call_async(&mut *store, ()).await.unwrap().0
}

fn sandbox() -> Sandbox {
    Sandbox::new(Limits { concurrency: 4, warm_slots: 4, ..Limits::default() }, None).unwrap()
}

#[tokio::test]
async fn there_are_no_folders_variables_arguments_or_input() {
    let sandbox = sandbox();
    let (mut store, instance) = curious(&sandbox).await;
    for (question, nothing) in
        [("folders", 0), ("variables", 0), ("arguments", 0), ("directory", 0), ("input-is-closed", 1)]
    {
        assert_eq!(answer(&mut store, &instance, question).await, nothing, "{question}");
    }
}

#[tokio::test]
async fn the_clocks_stand_still_and_random_numbers_are_those_of_every_call() {
    let sandbox = sandbox();
    let mut calls = Vec::new();
    for _ in 0..2 {
        let (mut store, instance) = curious(&sandbox).await;
        let mut answers = Vec::new();
        for question in ["random", "random", "insecure", "seed", "seconds", "instant", "seconds", "instant"] {
            answers.push(answer(&mut store, &instance, question).await);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        calls.push(answers);
    }
    let [random, another, ..] = calls[0][..] else { panic!("no answers") };
    assert_ne!(random, another, "a sequence, not one number");
    assert_eq!(calls[0][3..], [0, 946_684_800, 0, 946_684_800, 0]);
    assert_eq!(calls[0], calls[1]);
}
