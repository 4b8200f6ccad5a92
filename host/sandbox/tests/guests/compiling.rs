//! A component that would keep the compiler busy is refused before, or is done in time.

use std::time::{Duration, Instant};

use marketplace_sandbox::{Limits, LoadError, Sandbox};

use crate::tests;
use crate::trial::{Trial, limits};

async fn is_too_complex(trial: &Trial, what: &str) {
    let error = trial.does_not_load().await;
    let LoadError::TooComplex { what: actual, .. } = error else { panic!("{error}") };
    assert_eq!(actual, what);
}

/// Bytes that the compiler may take for the worst that it is given: a thousand for each of a function.
const COMPILER: usize = 1 << 30;

/// A verdict comes within the time for it, and the thread serves others meanwhile.
async fn is_compiled_or_refused_in_time(trial: &mut Trial, bytes: &'static [u8]) {
    let limits = Limits { compile_time: Duration::from_secs(30), ..limits() };
    trial.may_take(COMPILER);
    let sandbox = Sandbox::new(limits.clone(), None).unwrap();
    let began = Instant::now();
    let load = tokio::spawn({
        let sandbox = sandbox.clone();
        async move { sandbox.load(bytes).await }
    });
    tokio::task::yield_now().await;
    trial.neighbour_answers().await;
    let loaded = load.await.unwrap();
    println!("{:?} in {:?}", loaded.as_ref().map(|_| "loaded"), began.elapsed());
    assert!(began.elapsed() < limits.compile_time + Duration::from_secs(5), "{:?}", began.elapsed());
    match loaded {
        Ok(adapter) => assert_eq!(adapter.describe().await.answer().unwrap().id, "guests"),
        Err(error) => assert!(["component_unfit", "component_too_slow"].contains(&error.code()), "{error}"),
    }
}

macro_rules! in_time {
    ($trial:ident, $guest:ident) => {
        is_compiled_or_refused_in_time(&mut $trial, marketplace_test_guests::guest::$guest::BYTES).await
    };
}

tests! {
    has_a_huge_function(trial) { is_too_complex(&trial, "bytes in one function").await; }
    has_very_many_functions(trial) { is_too_complex(&trial, "functions").await; }
    is_made_of_too_many_modules(trial) { is_too_complex(&trial, "modules").await; }
    has_a_huge_function_just_allowed(trial) { in_time!(trial, has_a_huge_function_just_allowed); }
    has_as_many_functions_as_it_may(trial) { in_time!(trial, has_as_many_functions_as_it_may); }
    nests_blocks(trial) { in_time!(trial, nests_blocks); }
    branches_everywhere(trial) { in_time!(trial, branches_everywhere); }
}
