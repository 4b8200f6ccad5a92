//! SIGKILL at random moments while many install, update, roll back, remove and submit at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::world::{Database, ITEMS, World};
use crate::{Options, Tally, invariants};

/// Callers at once.
const CALLERS: u32 = 6;

pub fn on_sqlite(options: &Options, runtime: &Runtime) -> Tally {
    let world = runtime.block_on(World::new(Database::Sqlite)).unwrap();
    runtime.block_on(rounds(Arc::new(world), options.rounds))
}

pub fn on_postgres(options: &Options, runtime: &Runtime) -> Tally {
    match runtime.block_on(World::new(Database::Postgres)) {
        Some(world) => runtime.block_on(rounds(Arc::new(world), options.rounds)),
        None => vec![("rounds: PostgreSQL is switched off".into(), 0)],
    }
}

async fn rounds(world: Arc<World>, rounds: u32) -> Tally {
    let (answered, cut) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let version = Arc::new(AtomicU32::new(0));
    let mut random = Random(0x5eed);
    for round in 0..rounds {
        let server = world.server().start().unwrap();
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (world, address) = (world.clone(), server.address.clone());
                let (answered, cut, version) = (answered.clone(), cut.clone(), version.clone());
                let random = Random(u64::from(round) << 8 | u64::from(caller));
                tokio::spawn(async move {
                    call_until_cut(&world, &address, random, &answered, &cut, &version).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(random.below(400))).await;
        server.kill();
        for caller in callers {
            caller.await.unwrap();
        }
        let server = world.server().start().unwrap();
        invariants::hold(&world, &server).await;
        invariants::staging_is_empty(&world).await;
        server.kill();
    }
    vec![
        ("kills under load".into(), u64::from(rounds)),
        ("calls answered before them".into(), answered.load(Ordering::Relaxed)),
        ("calls cut off by them".into(), cut.load(Ordering::Relaxed)),
    ]
}

async fn call_until_cut(
    world: &World,
    address: &str,
    mut random: Random,
    answered: &AtomicU64,
    cut: &AtomicU64,
    version: &AtomicU32,
) {
    loop {
        let item = ITEMS[random.below(3) as usize];
        let path = format!("/api/v1/marketplace/notes/items/{item}/install");
        let done = match random.below(8) {
            0 => {
                world
                    .submit(address, "dora", &format!("0.0.{}", version.fetch_add(1, Ordering::Relaxed)))
                    .await
            }
            1 | 2 => world.call(address, Method::DELETE, &path, None).await,
            other => {
                let version = if other % 2 == 0 { "1.0.0" } else { "2.0.0" };
                world.call(address, Method::POST, &path, Some(json!({ "version": version }))).await
            }
        };
        match done {
            // Removing what is not there, and what another caller is at, are answers too; a crash is not.
            Ok((status, answer)) => {
                assert!(!status.is_server_error() || status == 503, "{status}: {answer:#}");
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => {
                cut.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
    }
}

/// xorshift: the same rounds every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
