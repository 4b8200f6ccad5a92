//! The host's side of the contract's imports: what a guest can reach, all of it.

use std::sync::Arc;

use tokio::sync::Semaphore;
use wasmtime_wasi::{WasiCtxView, WasiView};

use crate::bindings::{contents, log, staging, types};
use crate::limits::Limits;
use crate::log::GuestLog;
use crate::staging::Staging;
use crate::wasi::Wasi;
use crate::{ContentEntry, Contents, Failure};

/// A failure on its way out of the guest: it ends the call as a trap would.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Stop(pub(crate) Failure);

/// The package that a call may read.
#[derive(Clone)]
pub(crate) struct Package {
    contents: Arc<dyn Contents>,
    /// Sorted by path.
    entries: Arc<[ContentEntry]>,
    /// One permit for each read in progress, kept until the read ends: one that hangs
    /// is given up by its call, but still holds a thread.
    reads: Arc<Semaphore>,
}

/// All that belongs to one call.
pub(crate) struct State {
    pub(crate) call: &'static str,
    pub(crate) limits: Arc<Limits>,
    pub(crate) limiter: crate::engine::Limiter,
    pub(crate) log: GuestLog,
    pub(crate) wasi: Wasi,
    pub(crate) package: Option<Package>,
    pub(crate) staging: Option<Staging>,
}

impl State {
    fn misbehaved(&self, what: impl Into<String>) -> wasmtime::Error {
        Stop(Failure::Misbehaved { call: self.call, what: what.into() }).into()
    }

    fn package(&self) -> wasmtime::Result<&Package> {
        self.package
            .as_ref()
            .ok_or_else(|| self.misbehaved("only `inspect` and `install` may read the package"))
    }

    fn staging(&mut self) -> wasmtime::Result<&mut Staging> {
        let mistake = self.misbehaved("only `install` may use the staging area");
        self.staging.as_mut().ok_or(mistake)
    }
}

impl Package {
    /// Lists the package once for the whole call, on a thread that may block.
    pub(crate) async fn open(
        contents: Arc<dyn Contents>,
        reads: Arc<Semaphore>,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let shown = contents.clone();
        let list = move || {
            let mut entries = shown.entries();
            entries.sort_unstable();
            Ok(entries)
        };
        let entries = blocking(&reads, limits, "listing the package", list).await?;
        Ok(Self { contents, entries: entries.into(), reads })
    }

    fn size(&self, path: &str) -> Option<u64> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        Some(self.entries[at].size)
    }

    async fn read(
        &self,
        path: String,
        offset: u64,
        length: u64,
        limits: &Limits,
    ) -> Result<Vec<u8>, Failure> {
        let contents = self.contents.clone();
        let read = move || {
            let mut bytes = contents
                .read_range(&path, offset, length)?
                .ok_or_else(|| std::io::Error::other("a file that was listed is gone"))?;
            // The guest was promised no more, whatever the implementation does.
            bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            Ok(bytes)
        };
        blocking(&self.reads, limits, "reading the package", read).await
    }
}

/// Runs what may block, and gives up after [`Limits::host_call_time`]: epochs interrupt a
/// guest, not a host call.
async fn blocking<T: Send + 'static>(
    reads: &Arc<Semaphore>,
    limits: &Limits,
    what: &str,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    let fault = |why: &dyn std::fmt::Display| Failure::Host { reason: format!("{what}: {why}") };
    let run = async {
        let permit = reads.clone().acquire_owned().await.map_err(|closed| fault(&closed))?;
        tokio::task::spawn_blocking(move || {
            let _until_done = permit;
            work()
        })
        .await
        .map_err(|panicked| fault(&panicked))?
        .map_err(|error| fault(&error))
    };
    tokio::time::timeout(limits.host_call_time, run)
        .await
        .unwrap_or_else(|_| Err(fault(&format!("not done after {:?}", limits.host_call_time))))
}

impl types::Host for State {}

impl contents::Host for State {
    fn entries(&mut self) -> wasmtime::Result<Vec<contents::Entry>> {
        let entries = self.package()?.entries.iter();
        Ok(entries.map(|entry| contents::Entry { path: entry.path.clone(), size: entry.size }).collect())
    }

    async fn read(&mut self, path: String) -> wasmtime::Result<Result<Vec<u8>, contents::ReadError>> {
        let Some(size) = self.package()?.size(&path) else {
            return Ok(Err(contents::ReadError::NotFound));
        };
        let limit = self.limits.read_bytes as u64;
        if size > limit {
            return Ok(Err(contents::ReadError::TooLarge(limit)));
        }
        let bytes = self.package()?.read(path, 0, size, &self.limits).await.map_err(Stop)?;
        if bytes.len() as u64 != size {
            let reason = "reading the package: a file is not as long as it was listed".into();
            return Err(Stop(Failure::Host { reason }).into());
        }
        Ok(Ok(bytes))
    }

    async fn read_range(
        &mut self,
        path: String,
        offset: u64,
        length: u32,
    ) -> wasmtime::Result<Result<Vec<u8>, contents::ReadError>> {
        let Some(size) = self.package()?.size(&path) else {
            return Ok(Err(contents::ReadError::NotFound));
        };
        let limit = self.limits.read_bytes as u64;
        // What is beyond the file's end is not read, so it does not count.
        let length = u64::from(length).min(size.saturating_sub(offset));
        if length > limit {
            return Ok(Err(contents::ReadError::TooLarge(limit)));
        }
        if length == 0 {
            return Ok(Ok(Vec::new()));
        }
        Ok(Ok(self.package()?.read(path, offset, length, &self.limits).await.map_err(Stop)?))
    }
}

impl staging::Host for State {
    fn place(
        &mut self,
        source: String,
        target: String,
    ) -> wasmtime::Result<Result<(), staging::StagingError>> {
        self.staging()?;
        if self.package()?.size(&source).is_none() {
            let source = crate::text::line(&source, self.limits.word_bytes);
            return Ok(Err(staging::StagingError::NotFound(source)));
        }
        Ok(self.staging()?.place(source, &target))
    }

    fn write(
        &mut self,
        target: String,
        bytes: Vec<u8>,
    ) -> wasmtime::Result<Result<(), staging::StagingError>> {
        Ok(self.staging()?.write(&target, bytes))
    }

    fn register(
        &mut self,
        key: String,
        value: String,
    ) -> wasmtime::Result<Result<(), staging::StagingError>> {
        let shown = crate::text::line(&key, self.limits.word_bytes);
        let limit = self.limits.registry_value_bytes;
        if value.len() > limit {
            let what = format!("the value registered as `{shown}` has {} bytes, over {limit}", value.len());
            return Err(self.misbehaved(what));
        }
        let parsed = match serde_json::from_str(&value) {
            Ok(parsed) => parsed,
            Err(error) => {
                return Err(
                    self.misbehaved(format!("the value registered as `{shown}` is not JSON: {error}"))
                );
            }
        };
        Ok(self.staging()?.register(key, parsed, value.len()))
    }
}

impl log::Host for State {
    fn log(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Debug => tracing::Level::DEBUG,
            log::Level::Info => tracing::Level::INFO,
            log::Level::Warn => tracing::Level::WARN,
            log::Level::Error => tracing::Level::ERROR,
        };
        self.log.line(level, &message);
        Ok(())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi.view()
    }
}
