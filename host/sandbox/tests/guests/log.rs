//! A log that is flooded has a bounded part of it, on lines of its own, with nothing that a terminal obeys.

use marketplace_sandbox::Limits;

use crate::support::kept::Kept;
use crate::tests;
use crate::trial::{Trial, failure, limits};

async fn is_bounded_and_escaped(trial: &Trial) {
    let adapter = trial.load().await;
    let kept = Kept::default();
    let failed = {
        let _here = tracing::subscriber::set_default(kept.clone());
        failure(adapter.describe().await)
    };
    assert_eq!(failed.code(), "adapter_timeout");
    let Limits { log_lines, log_bytes, .. } = limits();
    let lines = kept.lines();
    // The last one counts what was dropped.
    assert!(lines.len() <= log_lines + 1, "{} lines", lines.len());
    let bytes: usize = lines.iter().map(String::len).sum();
    assert!(bytes < 3 * log_bytes, "{bytes} bytes");
    assert!(lines.iter().all(|line| !line.contains(['\u{1b}', '\n', '\u{202e}'])));
    assert!(lines[0].contains("\\u{1b}[2J\\u{202e}flood") && lines[0].contains("describe"), "{}", lines[0]);
    assert!(lines[lines.len() - 1].contains("lines were dropped"), "{}", lines[lines.len() - 1]);
}

tests! {
    logs_ten_gigabytes(trial) {
        is_bounded_and_escaped(&trial).await;
        trial.fails(&[crate::trial::Call::Describe], "adapter_timeout").await;
    }

    prints_ten_gigabytes(trial) {
        is_bounded_and_escaped(&trial).await;
        trial.fails(&[crate::trial::Call::Describe], "adapter_timeout").await;
    }
}
