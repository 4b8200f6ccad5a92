//! What adapters say ends up in the host's log: attributed, escaped, bounded.

#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use marketplace_sandbox::Limits;
use marketplace_test_guests::ROGUE;
use support::{load, words};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps every event of an adapter as text.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "marketplace::adapter"
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(event.metadata().level().to_string());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

#[tokio::test]
async fn a_flood_with_terminal_escapes_is_bounded_escaped_and_attributed() {
    let adapter = load(ROGUE).await;
    let kept = Kept::default();
    {
        let _here = tracing::subscriber::set_default(kept.clone());
        assert!(adapter.describe().await.answer().is_some());
        assert!(adapter.validate(&words(&["log-flood"])).await.answer().is_some());
    }
    let lines = kept.0.lock().unwrap();
    let limits = Limits::default();
    // The last one counts what was dropped.
    assert!(lines.len() <= limits.log_lines + 1, "{}", lines.len());
    assert!(lines.iter().map(String::len).sum::<usize>() < 3 * limits.log_bytes);
    for part in
        [adapter.digest().to_string().as_str(), "rogues", "validate", "WARN", "\\u{1b}[2J\\u{202e}first"]
    {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    assert!(lines.iter().all(|line| !line.contains(['\u{1b}', '\n', '\u{202e}'])));
    assert!(lines[lines.len() - 1].contains("lines were dropped"), "{}", lines[lines.len() - 1]);
}
