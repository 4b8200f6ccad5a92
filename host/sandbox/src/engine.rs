//! The engine, set up once, and what keeps its calls in bounds.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::Semaphore;
use wasmtime::component::{HasSelf, Linker};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, ResourceLimiter,
};

use crate::cache::Cache;
use crate::host::State;
use crate::{CacheFolder, Limits, Observer, bindings, wasi};

/// How often a running guest is looked at: it yields to other tasks, or is stopped.
const TICK: Duration = Duration::from_millis(10);

/// Where components are loaded and run. Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Sandbox(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) cache: Option<Arc<Cache>>,
    /// One permit for each call in progress, so that the pool is never exhausted.
    pub(crate) slots: Semaphore,
    /// One permit for each blocking read in progress.
    pub(crate) reads: Arc<Semaphore>,
    /// One permit for each compilation in progress.
    pub(crate) compilations: Arc<Semaphore>,
    pub(crate) ticker: Ticker,
    pub(crate) observer: OnceLock<Box<dyn Observer>>,
}

/// The engine does not start on this machine, or not with these limits.
#[derive(Debug, thiserror::Error)]
#[error("the WebAssembly engine does not start: {reason}")]
pub struct SandboxError {
    reason: String,
}

impl Sandbox {
    /// Sets the engine up. With a `cache`, what was compiled once is not compiled again.
    ///
    /// Reserves address space for every slot of the pool (4 GiB each), not memory.
    ///
    /// # Errors
    /// If the machine cannot reserve the pool, or `limits` contradict each other.
    pub fn new(limits: Limits, cache: Option<CacheFolder>) -> Result<Self, SandboxError> {
        let fault = |error: wasmtime::Error| SandboxError { reason: format!("{error:#}") };
        let engine = Engine::new(&config(&limits)).map_err(fault)?;
        let mut linker = Linker::new(&engine);
        bindings::Category::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)
            .map_err(fault)?;
        wasi::add_to_linker(&mut linker).map_err(fault)?;
        let ticker =
            Ticker::start(engine.clone()).map_err(|error| SandboxError { reason: error.to_string() })?;
        Ok(Self(Arc::new(Shared {
            cache: cache.map(|folder| Arc::new(Cache::new(folder, &engine))),
            slots: Semaphore::new(limits.concurrency),
            reads: Arc::new(Semaphore::new(limits.concurrency)),
            compilations: Arc::new(Semaphore::new(limits.compilations)),
            limits: Arc::new(limits),
            ticker,
            observer: OnceLock::new(),
            linker,
            engine,
        })))
    }

    /// Tells `observer` of every call from now on. There is one at most: the first stays, and `false` says so.
    pub fn observe(&self, observer: impl Observer + 'static) -> bool {
        self.0.observer.set(Box::new(observer)).is_ok()
    }

    /// What calls may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}

fn config(limits: &Limits) -> Config {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let each = |n: usize| count(limits.concurrency.saturating_mul(n));
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(count(limits.concurrency))
        .total_core_instances(each(limits.instances))
        .total_memories(each(limits.memories).max(count(limits.warm_slots)))
        .total_tables(each(limits.tables).max(count(limits.warm_slots)))
        .total_stacks(count(limits.concurrency))
        .max_core_instances_per_component(count(limits.instances))
        .max_memories_per_component(count(limits.memories))
        .max_memories_per_module(count(limits.memories))
        .max_tables_per_component(count(limits.tables))
        .max_tables_per_module(count(limits.tables))
        .max_memory_size(limits.memory_bytes)
        .table_elements(limits.table_elements)
        .max_unused_warm_slots(count(limits.warm_slots))
        // With the scan, only pages that a call touched are reset, and stay mapped.
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(limits.resident_bytes)
        .table_keep_resident(limits.resident_bytes);
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .epoch_interruption(true)
        // Nothing of the contract is asynchronous for the guest, and each call costs less without.
        .concurrency_support(false)
        // The same verdict on every machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false);
    config
}

/// Counts what a call uses. Growth past a limit fails in the guest, as it would on a small
/// machine; that it was tried is remembered, to explain the crash that usually follows.
pub(crate) struct Limiter {
    memory_left: usize,
    table_elements: usize,
    instances: usize,
    tables: usize,
    memories: usize,
    pub(crate) hit: Option<&'static str>,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_left: limits.memory_bytes,
            table_elements: limits.table_elements,
            instances: limits.instances,
            tables: limits.tables,
            memories: limits.memories,
            hit: None,
        }
    }

    /// The bytes of linear memory that are in use, of so many that may be.
    pub(crate) fn memory(&self, limits: &Limits) -> usize {
        limits.memory_bytes.saturating_sub(self.memory_left)
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if more > self.memory_left {
            self.hit = Some("memory");
            return Ok(false);
        }
        self.memory_left -= more;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.table_elements {
            self.hit = Some("table elements");
            return Ok(false);
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.memories
    }
}

/// A thread that advances the engine's epoch while a call runs, and sleeps otherwise.
pub(crate) struct Ticker {
    shared: Arc<Ticking>,
    thread: Option<JoinHandle<()>>,
}

struct Ticking {
    calls: AtomicUsize,
    stop: AtomicBool,
}

impl Ticker {
    fn start(engine: Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Ticking { calls: AtomicUsize::new(0), stop: AtomicBool::new(false) });
        let ticking = shared.clone();
        let thread = thread::Builder::new().name("adapter-epoch".into()).spawn(move || {
            while !ticking.stop.load(Ordering::Acquire) {
                if ticking.calls.load(Ordering::Acquire) == 0 {
                    // A call that began in between has left its token: this returns at once.
                    thread::park();
                } else {
                    thread::sleep(TICK);
                    engine.increment_epoch();
                }
            }
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Keeps the epoch advancing until it is dropped.
    pub(crate) fn run(&self) -> Running<'_> {
        if self.shared.calls.fetch_add(1, Ordering::AcqRel) == 0 {
            self.wake();
        }
        Running(&self.shared)
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // It ends within a tick. A panic in it has nothing left to harm.
            let _ = thread.join();
        }
    }
}

/// See [`Ticker::run`].
pub(crate) struct Running<'a>(&'a Ticking);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::AcqRel);
    }
}
