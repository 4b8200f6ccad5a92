//! What adapters say ends up in the host's log: attributed, escaped, bounded.

#![allow(clippy::unwrap_used)]

mod support;

use marketplace_sandbox::Limits;
use marketplace_test_guests::ROGUE;
use support::kept::Kept;
use support::{load, words};

#[tokio::test]
async fn a_flood_with_terminal_escapes_is_bounded_escaped_and_attributed() {
    let adapter = load(ROGUE).await;
    let kept = Kept::default();
    {
        let _here = tracing::subscriber::set_default(kept.clone());
        assert!(adapter.describe().await.answer().is_some());
        assert!(adapter.validate(&words(&["log-flood"])).await.answer().is_some());
    }
    let lines = kept.lines();
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
