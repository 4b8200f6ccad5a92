//! SIGKILL at every step of every deed, and again at every step of the recovery.

use std::collections::BTreeSet;
use std::time::Duration;

use marketplace::faults::{RECOVERY, STEPS};
use tokio::runtime::Runtime;

use crate::world::{Database, Deed, World};
use crate::{Options, Tally, invariants};

pub fn at_every_step(options: &Options, runtime: &Runtime) -> Tally {
    let world = runtime.block_on(World::new(Database::Sqlite)).unwrap();
    let (mut reached, mut kills, mut kills_in_recovery) = (BTreeSet::new(), 0, 0);
    for deed in Deed::ALL {
        for step in STEPS {
            // The second time at a step is another place where it is called several times: between two files.
            for time in if *step == "unpack.entry" { vec![1, 9] } else { vec![1] } {
                let world = world.again();
                if runtime.block_on(killed(&world, deed, step, time)) {
                    reached.insert(*step);
                    // One kill more in a short round, at each step in turn; at all of them, one after another, in a long one.
                    let again = if options.thorough { RECOVERY } else { &[RECOVERY[kills % RECOVERY.len()]] };
                    kills_in_recovery += runtime.block_on(recovered(&world, deed, again));
                    kills += 1;
                }
            }
        }
    }
    let never: Vec<_> = STEPS.iter().filter(|step| !reached.contains(*step)).collect();
    assert!(never.is_empty(), "steps that no deed reaches: {never:?}");
    vec![
        (format!("kills, at {} steps of {} deeds", reached.len(), Deed::ALL.len()), kills as u64),
        ("kills during the recovery from them".into(), kills_in_recovery),
    ]
}

/// Kills at a step of a deed; whether the deed has that step.
async fn killed(world: &World, deed: Deed, step: &str, time: u32) -> bool {
    let server = world.server().holding(step, time).start().unwrap();
    let address = server.address.clone();
    let performed = world.perform(&address, deed);
    let held = async {
        while !server.reached() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let reached = tokio::select! {
        () = held => true,
        answer = performed => {
            answer.unwrap();
            // What is done after the answer.
            tokio::time::sleep(Duration::from_millis(20)).await;
            server.reached()
        }
    };
    server.kill();
    reached
}

/// Starts again, killed at steps of that too; then looks, and tries again. How many kills it took.
async fn recovered(world: &World, deed: Deed, again: &[&str]) -> u64 {
    let mut kills = 0;
    for step in again {
        match world.server().holding(step, 1).start() {
            Ok(server) => server.kill(),
            Err(why) => {
                assert_eq!(why, "held");
                kills += 1;
            }
        }
    }
    let server = world.server().start().unwrap();
    invariants::hold(world, &server).await;
    invariants::staging_is_empty(world).await;
    let found = world.state(&server.address).await;
    let (old, new) = around(deed);
    assert!(found == old || found == new, "{deed:?}: {found:?} is neither {old:?} nor {new:?}");
    // What was not done can be done now.
    if found == old {
        let (status, answer) = world.perform(&server.address, deed).await.unwrap();
        assert!(status.is_success(), "{deed:?}: {answer:#}");
    }
    assert_eq!(world.state(&server.address).await, new);
    invariants::hold(world, &server).await;
    // What was replaced is removed in the background, and a kill in the middle of that is another test.
    invariants::staging_is_empty(world).await;
    server.kill();
    // A start with nothing to do does nothing.
    let server = world.server().start().unwrap();
    assert_eq!(server.recovered["trees_removed"], 0, "recovery is idempotent");
    kills
}

/// What the API shows before and after.
fn around(deed: Deed) -> (crate::world::State, crate::world::State) {
    let pair = |item: &str, version: &str| (item.to_owned(), version.to_owned());
    let submitted: Vec<String> = crate::world::ITEMS
        .iter()
        .flat_map(|item| ["1.0.0", "2.0.0"].map(|version| format!("{item}@{version}")))
        .collect();
    let old = (vec![pair("bert", "1.0.0"), pair("cleo", "2.0.0")], submitted.clone());
    let installed = match deed {
        Deed::Install => vec![pair("anna", "1.0.0"), pair("bert", "1.0.0"), pair("cleo", "2.0.0")],
        Deed::Update => vec![pair("bert", "2.0.0"), pair("cleo", "2.0.0")],
        Deed::RollBack => vec![pair("bert", "1.0.0"), pair("cleo", "1.0.0")],
        Deed::Uninstall => vec![pair("cleo", "2.0.0")],
        Deed::Submit => old.0.clone(),
    };
    let mut submitted = submitted;
    if deed == Deed::Submit {
        submitted.push("dora@1.0.0".into());
    }
    (old, (installed, submitted))
}
