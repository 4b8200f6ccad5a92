//! What a guest says while it works: bounded, escaped, and attributed to it.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;

use crate::{Digest, Limits, text};

/// The log of one call. Shared with the streams that stand in for standard output.
#[derive(Clone)]
pub(crate) struct GuestLog(Arc<Mutex<Inner>>);

struct Inner {
    adapter: Digest,
    category: Option<String>,
    call: &'static str,
    lines_left: usize,
    bytes_left: usize,
    dropped: u64,
}

impl GuestLog {
    pub(crate) fn new(
        adapter: Digest,
        category: Option<String>,
        call: &'static str,
        limits: &Limits,
    ) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            adapter,
            category,
            call,
            lines_left: limits.log_lines,
            bytes_left: limits.log_bytes,
            dropped: 0,
        })))
    }

    /// Logs one line, or counts it as dropped.
    pub(crate) fn line(&self, level: Level, message: &str) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Checked before escaping: a flood must cost its own bytes at most.
        if inner.lines_left == 0 || inner.bytes_left == 0 {
            inner.dropped += 1;
            return;
        }
        let message = text::line(message, inner.bytes_left);
        inner.lines_left -= 1;
        inner.bytes_left = inner.bytes_left.saturating_sub(message.len());
        inner.emit(level, &message);
    }

    /// Says how much was dropped, if anything was.
    pub(crate) fn finish(&self) {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.dropped > 0 {
            inner.emit(
                Level::WARN,
                &format!("{} more lines were dropped: the adapter logs too much", inner.dropped),
            );
        }
    }
}

impl Inner {
    fn emit(&self, level: Level, message: &str) {
        // The level of an event is part of its call site, hence one for each.
        macro_rules! emit {
            ($level:expr) => {
                tracing::event!(
                    target: "marketplace::adapter",
                    $level,
                    adapter = %self.adapter,
                    category = self.category.as_deref(),
                    call = self.call,
                    "{message}"
                )
            };
        }
        match level {
            Level::ERROR => emit!(Level::ERROR),
            Level::WARN => emit!(Level::WARN),
            Level::INFO => emit!(Level::INFO),
            _ => emit!(Level::DEBUG),
        }
    }
}
