//! WASI 0.2 with nothing in it.
//!
//! Language runtimes (JavaScript, Python) import it, so it is linked. There are no
//! folders, no arguments, no environment and no input; the clock stands still, so that
//! no wait takes any time, and the random numbers are always the same, so that a verdict can be replayed; what
//! is printed goes to the adapter's log. Sockets are not even linked.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tracing::Level;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream, WasiCli, WasiCliView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi::p2::bindings::{cli, filesystem, random};
use wasmtime_wasi::p2::{DynPollable, OutputStream, Pollable, StreamResult, subscribe};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
use wasmtime_wasi::{Deterministic, HostWallClock, WasiCtx, WasiCtxView};

use crate::Limits;
use crate::host::State;
use crate::log::GuestLog;

/// The interfaces that are linked, each at any version 0.2.x. `wasi:sockets/…` and
/// `wasi:http/…` are absent on purpose.
pub(crate) const INTERFACES: [&str; 20] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// Whether `import` is one of [`INTERFACES`] at a version 0.2.x.
pub(crate) fn offers(import: &str) -> bool {
    let Some((interface, version)) = import.split_once('@') else { return false };
    let patch = version.strip_prefix("0.2.").unwrap_or_default();
    INTERFACES.contains(&interface) && !patch.is_empty() && patch.bytes().all(|c| c.is_ascii_digit())
}

/// Links [`INTERFACES`].
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    // Streams, polling, clocks, random, and the three standard streams.
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    // Instead of the one that came with them.
    linker.allow_shadowing(true);
    monotonic_clock::add_to_linker::<State, HasInstants>(linker, |state| Instants(&mut state.wasi.handles))?;
    linker.allow_shadowing(false);
    filesystem::types::add_to_linker::<State, WasiFilesystem>(linker, State::filesystem)?;
    filesystem::preopens::add_to_linker::<State, WasiFilesystem>(linker, State::filesystem)?;
    random::insecure::add_to_linker::<State, WasiRandom>(linker, State::random)?;
    random::insecure_seed::add_to_linker::<State, WasiRandom>(linker, State::random)?;
    cli::exit::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::environment::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_input::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_output::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_stdin::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_stdout::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_stderr::add_to_linker::<State, WasiCli>(linker, State::cli)
}

/// What stands behind [`INTERFACES`] during one call.
pub(crate) struct Wasi {
    context: WasiCtx,
    handles: ResourceTable,
}

impl Wasi {
    pub(crate) fn new(log: &GuestLog, limits: &Limits) -> Self {
        let context = WasiCtx::builder()
            .stdout(Printed { log: log.clone(), level: Level::INFO })
            .stderr(Printed { log: log.clone(), level: Level::WARN })
            .wall_clock(StoppedClock)
            .secure_random(fixed_random())
            .insecure_random(fixed_random())
            .insecure_random_seed(0)
            // Random bytes are made by the host: they count as its memory, not the guest's.
            .max_random_size(64 * 1024)
            .build();
        let mut handles = ResourceTable::new();
        handles.set_max_capacity(limits.handles);
        Self { context, handles }
    }

    pub(crate) fn view(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.handles }
    }
}

/// The same numbers for every call, for ever. Not secret, and nothing may rely on that:
/// an adapter has nobody to keep a secret from.
fn fixed_random() -> Deterministic {
    let mut cycle = vec![0; 1021];
    blake3::Hasher::new().update(b"marketplace:category").finalize_xof().fill(&mut cycle);
    Deterministic::new(cycle)
}

/// It is always the first of January 2000.
struct StoppedClock;

impl HostWallClock for StoppedClock {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::from_secs(946_684_800)
    }
}

/// The monotonic clock, which stands at nought. WASI's own, given a clock that stands still, lets
/// instants come when the machine's clock says so: a guest could count until then, and had a clock.
struct Instants<'a>(&'a mut ResourceTable);

/// Says where the linker finds them.
struct HasInstants;

impl HasData for HasInstants {
    type Data<'a> = Instants<'a>;
}

impl Instants<'_> {
    fn come(&mut self) -> wasmtime::Result<Resource<DynPollable>> {
        let come = self.0.push(Come)?;
        subscribe(self.0, come)
    }
}

impl monotonic_clock::Host for Instants<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(0)
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(1_000_000_000)
    }

    fn subscribe_instant(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.come()
    }

    fn subscribe_duration(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.come()
    }
}

/// An instant that has come, however far it was.
struct Come;

#[wasmtime_wasi::async_trait]
impl Pollable for Come {
    async fn ready(&mut self) {}
}

/// Standard output or standard error, as lines of the log.
#[derive(Clone)]
struct Printed {
    log: GuestLog,
    level: Level,
}

/// As much as a guest may write before the next check.
const CHUNK: usize = 4096;

impl Printed {
    fn print(&self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        text.lines().filter(|line| !line.trim().is_empty()).for_each(|line| self.log.line(self.level, line));
    }
}

impl IsTerminal for Printed {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Printed {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Printed {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.print(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(CHUNK)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Printed {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Printed {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = &bytes[..bytes.len().min(CHUNK)];
        self.print(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
