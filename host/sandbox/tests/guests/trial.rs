//! What is done with every guest that misbehaves, and what must be true of all of them.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use marketplace_sandbox::{Adapter, Contents, Failure, Grant, Limits, LoadError, Outcome, Sandbox};
use marketplace_test_guests::HONEST;
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use crate::support::{files, manifest, words};

/// Bytes that the process may take more while guests do what they can: for each slot what a call may
/// have, and as much again for what the host makes of it.
const MEMORY: usize = 2 * SLOTS * ((16 << 20) + (1 << 20));

pub const SLOTS: usize = 4;

/// How much later than its deadline a call may end, on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(2);

/// Limits that a bomb reaches soon.
pub fn limits() -> Limits {
    Limits {
        memory_bytes: 16 << 20,
        transfer_bytes: 1 << 20,
        call_time: Duration::from_millis(300),
        package_call_time: Duration::from_millis(500),
        host_call_time: Duration::from_millis(250),
        concurrency: SLOTS,
        warm_slots: SLOTS,
        staged_files: 2_000,
        staged_bytes: 4 << 20,
        ..Limits::default()
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Call {
    Describe,
    Validate,
    Compare,
    Inspect,
    Install,
}

/// One guest, alone in this process but for an honest neighbour.
pub struct Trial {
    bytes: &'static [u8],
    sandbox: Sandbox,
    neighbour: Adapter,
    memory: Memory,
    may_take: usize,
    _alone: MutexGuard<'static, ()>,
}

impl Trial {
    /// Waits until no other guest is tried: they compete for memory and time.
    pub async fn of(bytes: &'static [u8]) -> Self {
        static TURN: Mutex<()> = Mutex::const_new(());
        // One for all, so that whatever a guest breaks, the next one's test finds.
        static SHARED: OnceCell<(Sandbox, Adapter)> = OnceCell::const_new();
        let alone = TURN.lock().await;
        let shared = SHARED.get_or_init(|| async {
            let sandbox = Sandbox::new(limits(), None).unwrap();
            let neighbour = sandbox.load(HONEST).await.unwrap();
            (sandbox, neighbour)
        });
        let (sandbox, neighbour) = shared.await.clone();
        Self { bytes, sandbox, neighbour, memory: Memory::begin(), may_take: MEMORY, _alone: alone }
    }

    /// What must be true after each.
    pub fn end(self) {
        self.memory.end(self.may_take);
    }

    /// For what is not a call: the compiler's memory is bounded by what a component may have of everything.
    pub fn may_take(&mut self, bytes: usize) {
        self.may_take = bytes;
    }

    pub async fn load(&self) -> Adapter {
        self.sandbox.load(self.bytes).await.unwrap()
    }

    /// The guest with bytes of its data written over: one component is wrong in many ways.
    pub async fn load_with(&self, placeholder: &[u8], bytes: &[u8]) -> Adapter {
        assert_eq!(placeholder.len(), bytes.len());
        let mut component = self.bytes.to_vec();
        let mut found = component.windows(placeholder.len()).enumerate().filter(|(_, at)| *at == placeholder);
        let (Some((at, _)), None) = (found.next(), found.next()) else { panic!("not there once") };
        component[at..at + bytes.len()].copy_from_slice(bytes);
        self.sandbox.load(&component).await.unwrap()
    }

    pub async fn does_not_load(&self) -> LoadError {
        let began = Instant::now();
        let error = self.sandbox.load(self.bytes).await.unwrap_err();
        assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
        self.neighbour_answers().await;
        error
    }

    /// Each of these calls fails with this code.
    pub async fn fails(&self, calls: &[Call], code: &str) {
        for call in calls {
            for failure in self.failures(*call, files(&[("note.txt", b"text")])).await {
                assert_eq!(failure.code(), code, "{call:?}: {failure}");
            }
        }
    }

    /// The failures of one call beside a neighbour, and of as many as there are slots. All come in time, the
    /// neighbour is answered as always, and so is whoever comes after them.
    pub async fn failures(&self, call: Call, package: Arc<dyn Contents>) -> Vec<Failure> {
        let adapter = self.load().await;
        let ask = || {
            let (adapter, package) = (adapter.clone(), package.clone());
            // On the test's one thread: what does not yield stops the others.
            tokio::spawn(async move {
                let began = Instant::now();
                let failure = ask(&adapter, call, package).await;
                let time = match call {
                    Call::Describe | Call::Validate | Call::Compare => limits().call_time,
                    Call::Inspect | Call::Install => limits().package_call_time,
                };
                assert!(began.elapsed() < time + PATIENCE, "{call:?} took {:?}", began.elapsed());
                failure
            })
        };
        let first = ask();
        tokio::task::yield_now().await;
        self.neighbour_answers().await;
        let mut failures = vec![first.await.unwrap()];
        for other in (0..SLOTS).map(|_| ask()).collect::<Vec<_>>() {
            failures.push(other.await.unwrap());
        }
        for _ in 0..SLOTS {
            self.neighbour_answers().await;
        }
        failures
    }

    pub async fn neighbour_answers(&self) {
        let grants = self.neighbour.validate(&words(&["data:read.metrics"])).await.answer().unwrap();
        assert_eq!(grants[0].summary, "Read metrics");
    }
}

async fn ask(adapter: &Adapter, call: Call, package: Arc<dyn Contents>) -> Failure {
    let asked = words(&["data:read.a"]);
    match call {
        Call::Describe => failure(adapter.describe().await),
        Call::Validate => failure(adapter.validate(&asked).await),
        Call::Compare => failure(adapter.compare(&asked, &asked).await),
        Call::Inspect => failure(adapter.inspect(&manifest("guest"), package).await),
        Call::Install => {
            let grants: Vec<Grant> = Vec::new();
            failure(adapter.install(&manifest("guest"), &grants, package).await)
        }
    }
}

/// The failure, which an answer or a refusal is not.
pub fn failure<T: Debug>(outcome: Outcome<T>) -> Failure {
    match outcome {
        Outcome::Failure(failure) => failure,
        other => panic!("no failure: {other:?}"),
    }
}

/// The message of the one finding.
pub fn refusal<T: Debug>(outcome: Outcome<T>) -> String {
    match outcome {
        Outcome::Refusal(findings) => findings[0].message.clone(),
        other => panic!("no refusal: {other:?}"),
    }
}

/// The most memory that the process has had since a moment, where Linux tells.
struct Memory {
    before: Option<usize>,
}

impl Memory {
    fn begin() -> Self {
        // Forgets the peak so far: proc_pid_clear_refs(5).
        let forgot = std::fs::write("/proc/self/clear_refs", "5").is_ok();
        Self { before: forgot.then(|| kibibytes("VmRSS:")).flatten() }
    }

    fn end(&self, may_take: usize) {
        if let (Some(before), Some(peak)) = (self.before, kibibytes("VmHWM:")) {
            let more = peak.saturating_sub(before) << 10;
            println!("{} MiB more than before", more >> 20);
            assert!(more < may_take, "{} MiB more than before, over {}", more >> 20, may_take >> 20);
        }
    }
}

fn kibibytes(what: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
