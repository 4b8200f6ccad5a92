//! A disk that says no: at each step in turn, once and for good; and a file system that is really full.

use std::path::{Path, PathBuf};
use std::process::Command;

use marketplace::faults::STEPS;
use reqwest::StatusCode;
use tokio::runtime::Runtime;

use crate::world::{Database, Deed, World};
use crate::{Options, Tally, invariants};

pub fn at_every_step(options: &Options, runtime: &Runtime) -> Tally {
    let world = runtime.block_on(World::new(Database::Sqlite)).unwrap();
    let errors: &[&str] = if options.thorough { &["EIO", "ENOSPC"] } else { &["ENOSPC"] };
    let (mut refused, mut tolerated) = (0, 0);
    for deed in Deed::ALL {
        // What only marks a moment has no error to give.
        for step in STEPS.iter().filter(|step| !MOMENTS.contains(step)) {
            for error in errors {
                match runtime.block_on(refuses(&world.again(), deed, step, error)) {
                    Some(true) => refused += 1,
                    Some(false) => tolerated += 1,
                    None => {}
                }
            }
        }
    }
    assert!(refused > 20, "{refused}");
    vec![
        ("refusals of the disk that the caller was told of, and retried".into(), refused),
        ("deeds without that step, or with it after their commit, which were done".into(), tolerated),
    ]
}

/// Steps that are no call to the disk.
const MOMENTS: [&str; 6] = [
    "unpack.entry",
    "install.committed",
    "uninstall.commit",
    "uninstall.committed",
    "submit.commit",
    "submit.committed",
];

/// Lets a step fail for good, then not any more. Whether the caller was told; `None` if the deed has no such step.
async fn refuses(world: &World, deed: Deed, step: &str, error: &str) -> Option<bool> {
    let server = world.server().start().unwrap();
    let old = world.state(&server.address).await;
    server.kill();

    let server = world.server().failing(step, &format!("return({error})")).start().unwrap();
    let (status, answer) = world.perform(&server.address, deed).await.unwrap();
    let told = status.is_server_error();
    if told {
        assert_eq!(
            answer["code"],
            if error == "ENOSPC" { "storage_full" } else { "internal" },
            "{step}: {answer:#}"
        );
        assert_eq!(world.state(&server.address).await, old, "{deed:?} at {step}: nothing has changed");
        invariants::staging_is_empty(world).await;
        // Again, and it is refused again: nothing was left behind that helps, or stands in the way.
        assert_eq!(world.perform(&server.address, deed).await.unwrap().0, status);
    }
    server.kill();

    let server = world.server().failing(step, &format!("1*return({error})")).start().unwrap();
    if told {
        assert!(world.perform(&server.address, deed).await.unwrap().0.is_server_error());
        let (status, answer) = world.perform(&server.address, deed).await.unwrap();
        assert!(status.is_success(), "{deed:?} at {step}, once: {answer:#}");
    }
    invariants::hold(world, &server).await;
    let changed = world.state(&server.address).await != old;
    server.kill();
    (told || changed).then_some(told)
}

pub fn full(_: &Options, runtime: &Runtime) -> Tally {
    let Some(small) = Small::mount() else {
        return vec![("file systems filled: this user may not mount one".into(), 0)];
    };
    let world = runtime.block_on(World::new(Database::Sqlite)).unwrap();
    let mut refusals = 0;
    // What each deed writes lies on a file system that has a little more room each time.
    for deed in [Deed::Install, Deed::Update, Deed::RollBack, Deed::Submit] {
        for room in (0..10).map(|step| step * 24 * 1024) {
            refusals += u64::from(runtime.block_on(in_room(&world.again_in(&small.0), &small.0, deed, room)));
        }
    }
    assert!(refusals > 4, "{refusals}");
    vec![("refusals of a file system that was full".into(), refusals)]
}

/// Does it on a file system with so many bytes to spare; whether it was refused.
async fn in_room(world: &World, small: &Path, deed: Deed, room: u64) -> bool {
    let server = world.server().start().unwrap();
    let old = world.state(&server.address).await;
    let ballast = small.join("ballast");
    fill(&ballast, room);
    let (status, answer) = world.perform(&server.address, deed).await.unwrap();
    let refused = !status.is_success();
    if refused {
        assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE, "{deed:?} in {room} bytes: {answer:#}");
        assert_eq!(world.state(&server.address).await, old, "{deed:?} in {room} bytes: nothing has changed");
        invariants::staging_is_empty(world).await;
    }
    invariants::hold(world, &server).await;
    // With room, the same request succeeds.
    std::fs::remove_file(&ballast).unwrap();
    let (status, answer) = world.perform(&server.address, deed).await.unwrap();
    assert!(status.is_success() || !refused, "{deed:?}: {answer:#}");
    invariants::hold(world, &server).await;
    refused
}

/// Takes all but so many bytes.
fn fill(ballast: &Path, room: u64) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(ballast).unwrap();
    let mut size = 0_u64;
    for piece in [64 * 1024, 4096] {
        while file.write_all(&vec![0; piece]).is_ok() {
            size += piece as u64;
        }
        // A write that did not fit may have written a part.
        size = size.min(file.metadata().unwrap().len());
        file.set_len(size).unwrap();
    }
    file.set_len(size.saturating_sub(room)).unwrap();
}

/// A file system of 256 MiB: the whole data folder is on it, with database and compiled components.
struct Small(PathBuf);

impl Small {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap().keep();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=256m", "tmpfs"]).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        std::fs::remove_dir(&folder).unwrap();
        None
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}
