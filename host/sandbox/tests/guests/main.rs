//! Every guest in `tests/guests`, and what must happen to it.
//!
//! One that has no test here does not compile: [`Tested`].

#![allow(unreachable_pub, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;
mod trial;

mod authority;
mod bombs;
mod claims;
mod compiling;
mod determinism;
mod lies;
mod log;
mod loops;
mod staging;

/// There is a test of this guest. Only [`tests!`] says so, and makes one.
#[diagnostic::on_unimplemented(
    message = "the guest `{Self}` has no test",
    label = "lies in tests/guests, and nothing says what must happen to it",
    note = "write `{Self}(trial) {{ … }}` into `tests!` of its folder's file in host/sandbox/tests/guests/"
)]
trait Tested {}

/// Tests of guests, by their names: what is done with the [`Trial`](trial::Trial) of each.
macro_rules! tests {
    ($($guest:ident($trial:ident) $test:block)*) => {$(
        impl crate::Tested for marketplace_test_guests::guest::$guest {}

        #[tokio::test]
        async fn $guest() {
            #[allow(unused_mut)]
            let mut $trial = crate::trial::Trial::of(marketplace_test_guests::guest::$guest::BYTES).await;
            $test
            $trial.end();
        }
    )*};
}
pub(crate) use tests;

macro_rules! has_a_test {
    ($guest:ident) => {
        const _: () = has_a_test::<marketplace_test_guests::guest::$guest>();
    };
}

const fn has_a_test<Guest: Tested>() {}

marketplace_test_guests::for_every_guest!(has_a_test);
