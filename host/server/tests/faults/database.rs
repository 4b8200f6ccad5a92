//! A database that is busy, drops its connections, or is gone for a while.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use marketplace_test_support::{postgres_allow, postgres_sql};
use reqwest::StatusCode;
use tokio::runtime::Runtime;

use crate::world::{Database, Deed, World};
use crate::{Options, Tally, invariants};

pub fn gone(_: &Options, runtime: &Runtime) -> Tally {
    let sqlite = runtime.block_on(World::new(Database::Sqlite)).unwrap();
    let mut tally = Vec::new();
    for deed in [Deed::Update, Deed::Submit] {
        runtime.block_on(locked(&sqlite.again(), deed));
    }
    tally.push(("deeds on a SQLite file that another process has locked".into(), 2));
    if let Some(postgres) = runtime.block_on(World::new(Database::Postgres)) {
        let (done, refused) = runtime.block_on(dropped(Arc::new(postgres)));
        tally.push(("deeds done while PostgreSQL drops its connections".into(), done));
        tally.push(("deeds refused meanwhile, with 503".into(), refused));
        let postgres = runtime.block_on(World::new(Database::Postgres)).unwrap();
        runtime.block_on(closed(&postgres));
        tally.push(("times that PostgreSQL took no connection for a while".into(), 1));
    }
    tally
}

/// Whoever holds SQLite's one write lock.
struct Lock(Child);

impl Lock {
    fn of(world: &World) -> Self {
        let script = "import sqlite3, sys\n\
            c = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
            c.execute('BEGIN IMMEDIATE')\n\
            print('locked', flush=True)\n\
            sys.stdin.readline()\n\
            c.execute('ROLLBACK')";
        let mut process = Command::new("python3")
            .args(["-c", script])
            .arg(world.path().join("marketplace.db"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is there, as scripts/setup says");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "locked");
        Self(process)
    }

    fn release(mut self) {
        self.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        self.0.wait().unwrap();
    }
}

async fn locked(world: &World, deed: Deed) {
    let server = world.server().start().unwrap();
    let old = world.state(&server.address).await;
    let lock = Lock::of(world);
    let (status, answer) = world.perform(&server.address, deed).await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{deed:?}: {answer:#}");
    assert_eq!(world.state(&server.address).await, old, "{deed:?}: nothing has changed, and reading goes on");
    lock.release();
    // Locked for a moment only, nobody notices.
    let lock = Lock::of(world);
    let briefly = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        tokio::task::spawn_blocking(|| lock.release()).await.unwrap();
    };
    let (done, ()) = tokio::join!(world.perform(&server.address, deed), briefly);
    let (status, answer) = done.unwrap();
    assert!(status.is_success(), "{deed:?}: {answer:#}");
    invariants::hold(world, &server).await;
}

const DROP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid();";

/// Installs and removes, again and again, while every connection is cut.
async fn dropped(world: Arc<World>) -> (u64, u64) {
    let server = world.server().start().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let cutting = tokio::task::spawn_blocking({
        let (url, stop) = (world.database.clone().unwrap(), stop.clone());
        move || {
            while !stop.load(Ordering::Relaxed) {
                postgres_sql(&url, DROP);
                std::thread::sleep(Duration::from_millis(40));
            }
        }
    });
    let (mut done, mut refused) = (0, 0);
    for round in 0..40 {
        let deed = if round % 2 == 0 { Deed::Update } else { Deed::Uninstall };
        let (status, answer) = world.perform(&server.address, deed).await.unwrap();
        match status {
            StatusCode::SERVICE_UNAVAILABLE => refused += 1,
            // Removed already, by the attempt before, of which nobody knew whether it was.
            StatusCode::NOT_FOUND if deed == Deed::Uninstall => done += 1,
            _ => {
                assert!(status.is_success(), "{deed:?}: {status} {answer:#}");
                done += 1;
            }
        }
    }
    stop.store(true, Ordering::Relaxed);
    cutting.await.unwrap();
    invariants::hold(&world, &server).await;
    (done, refused)
}

/// No connection is taken for a while; then all is well again, without a restart.
async fn closed(world: &World) {
    let server = world.server().start().unwrap();
    let old = world.state(&server.address).await;
    let url = world.database.clone().unwrap();
    let allow = |allowed: bool| {
        let url = url.clone();
        tokio::task::spawn_blocking(move || postgres_allow(&url, allowed))
    };
    allow(false).await.unwrap();
    let (status, answer) = world.perform(&server.address, Deed::Install).await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{answer:#}");
    allow(true).await.unwrap();
    for _ in 0..100 {
        let (status, _) = world.perform(&server.address, Deed::Install).await.unwrap();
        if status.is_success() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_ne!(world.state(&server.address).await, old, "it is there again");
    invariants::hold(world, &server).await;
}
