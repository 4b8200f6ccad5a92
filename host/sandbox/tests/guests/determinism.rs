//! The same question has the same answer, whatever a guest makes it from.

use marketplace_sandbox::Sandbox;

use crate::support::words;
use crate::tests;
use crate::trial::{SLOTS, Trial, limits, refusal};

/// In a row, at once, and in another engine, as after a start of the server.
async fn always_answers_the_same(trial: &Trial, bytes: &[u8]) -> String {
    let adapter = trial.load().await;
    let asked = words(&["data:read.a"]);
    let answer = refusal(adapter.validate(&asked).await);
    for _ in 0..2 * SLOTS {
        assert_eq!(refusal(adapter.validate(&asked).await), answer);
        trial.neighbour_answers().await;
    }
    let at_once: Vec<_> = (0..SLOTS)
        .map(|_| {
            let (adapter, asked) = (adapter.clone(), asked.clone());
            tokio::spawn(async move { refusal(adapter.validate(&asked).await) })
        })
        .collect();
    for one in at_once {
        assert_eq!(one.await.unwrap(), answer);
    }
    let elsewhere = Sandbox::new(limits(), None).unwrap().load(bytes).await.unwrap();
    assert_eq!(refusal(elsewhere.validate(&asked).await), answer);
    answer
}

tests! {
    tells_what_it_can_find_of_chance(trial) {
        use marketplace_test_guests::guest::tells_what_it_can_find_of_chance as guest;
        let told = always_answers_the_same(&trial, guest::BYTES).await;
        // Each number is 16 letters, `a` for a zero.
        assert_eq!(told.len(), 128);
        assert_ne!(told[..16], *"a".repeat(16), "a random number");
        assert_eq!(told[96..112], *"a".repeat(16), "nothing was left in memory");
    }

    counts_until_an_instant(trial) {
        use marketplace_test_guests::guest::counts_until_an_instant as guest;
        always_answers_the_same(&trial, guest::BYTES).await;
    }
}
