//! Faults: what must hold when the process is killed, the disk is full or fails, and the database is gone.
//!
//! ```text
//! cargo test --workspace --test faults              a short round of everything
//! scripts/faults --rounds 1000 --report FILE.md     a long one, with a report
//! ```
//!
//! The server runs in a process of its own, which is this same program: so its steps can be held ([`marketplace::faults`])
//! while the one under the test's feet is the real thing: real components, real HTTP, real SQLite and PostgreSQL, a
//! real SIGKILL, a real full file system.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../api/house.rs"]
#[allow(dead_code, unused_imports, unused_macros)]
mod house;

mod cancelling;
mod database;
mod disk;
mod invariants;
mod killing;
mod load;
mod server;
mod world;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

/// Kills the server, fills its disk, takes its database away, and looks whether disk, database and API agree.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// How many kills at random moments, under load, on each database.
    #[arg(long, default_value_t = 6)]
    rounds: u32,
    /// A kill at every step of each recovery, and every error at every step.
    #[arg(long)]
    thorough: bool,
    /// Only those whose name has this in it.
    filter: Option<String>,
    /// Where a report in Markdown goes.
    #[arg(long, value_name = "FILE")]
    report: Option<std::path::PathBuf>,
    /// Names only, for tools.
    #[arg(long)]
    list: bool,
    // What `cargo test` passes to every test.
    #[arg(long, hide = true)]
    nocapture: bool,
    #[arg(long, hide = true)]
    quiet: bool,
    #[arg(long, hide = true, value_name = "N")]
    test_threads: Option<u32>,
    #[arg(long, hide = true, value_name = "F")]
    format: Option<String>,
    #[arg(long, hide = true)]
    exact: bool,
}

/// What a trial did, for the report: what was done, and how often.
pub type Tally = Vec<(String, u64)>;

type Trial = (&'static str, fn(&Options, &tokio::runtime::Runtime) -> Tally);

/// Each is a sentence of what must hold.
const TRIALS: &[Trial] = &[
    (
        "a kill at any step leaves the old or the new, and so does another during recovery",
        killing::at_every_step,
    ),
    ("kills at random moments under load leave disk, database and api agreeing on sqlite", load::on_sqlite),
    (
        "kills at random moments under load leave disk, database and api agreeing on postgres",
        load::on_postgres,
    ),
    ("a step that the disk refuses is an error without a trace, and a retry succeeds", disk::at_every_step),
    ("a full file system is an error without a trace, and a retry succeeds", disk::full),
    ("work is cancelled until it commits, and equal requests share it", cancelling::until_the_commit),
    (
        "a database that is busy or gone is waited for, then refused, and nothing happens twice",
        database::gone,
    ),
];

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if let Some(child) = server::Child::from_environment() {
        return runtime.block_on(child.run());
    }
    let options = Options::parse();
    if options.list {
        TRIALS.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let (mut failed, mut report) = (0, String::from("# Faults\n"));
    let wanted = |name: &str| options.filter.as_ref().is_none_or(|filter| name.contains(filter));
    for (name, trial) in TRIALS.iter().filter(|(name, _)| wanted(name)) {
        let began = Instant::now();
        let outcome = std::panic::catch_unwind(|| trial(&options, &runtime));
        let took = Duration::from_millis(u64::try_from(began.elapsed().as_millis()).unwrap());
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("test {name} ... {word} ({took:?})");
        report.push_str(&format!("\n## {name}\n\n{word}, {took:?}\n\n"));
        for (what, count) in outcome.into_iter().flatten() {
            println!("    {count:>6}  {what}");
            report.push_str(&format!("- {count} {what}\n"));
        }
        failed += u32::from(word != "ok");
    }
    if let Some(path) = &options.report {
        std::fs::write(path, report).unwrap();
    }
    println!("\ntest result: {}. {failed} failed", if failed == 0 { "ok" } else { "FAILED" });
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
