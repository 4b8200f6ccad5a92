//! What the command prints: one value as JSON, or lines for a person.

use std::fmt::Display;
use std::io::{self, Write};

use clap::Args;
use serde_json::Value;

use super::client::Refused;

/// `--json`, where a command prints.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Output {
    /// Print JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

impl Output {
    /// Prints `value` as JSON, or `text` for a person.
    pub(super) fn print(self, value: &Value, text: impl Display) {
        if self.json {
            say(&format!("{value:#}"));
        } else {
            say(&text.to_string());
        }
    }
}

/// A line on standard output. Whoever closed the pipe does not want the rest.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// A line on standard error about something that was done, but should be looked at.
pub(super) fn warning(line: &str) {
    let _ = writeln!(io::stderr().lock(), "warning: {line}");
}

/// Why the command did not do it: the message, its causes, and each finding.
pub(super) fn refusal(error: &(dyn std::error::Error + 'static)) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        let message = source.to_string();
        if !text.contains(&message) {
            text.push_str(&format!("\n  because {message}"));
        }
        cause = source.source();
    }
    if let Some(refused) = error.downcast_ref::<Refused>() {
        text.push_str(&refused.findings());
    }
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A member of an answer that is text; empty if it is not there.
pub(super) fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A member of an answer that is a list; empty if it is not there.
pub(super) fn list(value: &Value, name: &str) -> Vec<Value> {
    value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// What a stranger wrote, fit for a terminal: what could move the cursor, change colours or reorder a line is shown
/// escaped. Line feeds stay.
pub(super) fn harmless(text: &str) -> String {
    let is_treacherous = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut harmless = String::with_capacity(text.len());
    for c in text.chars() {
        if is_treacherous(c) { harmless.extend(c.escape_unicode()) } else { harmless.push(c) }
    }
    harmless
}

/// Columns of text, aligned, with a heading.
pub(super) fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heading[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(heading.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_wrote_does_not_command_the_terminal() {
        assert_eq!(harmless("two\nlines, \u{fc}\u{1f980}"), "two\nlines, \u{fc}\u{1f980}");
        assert_eq!(harmless("\u{1b}[2Jgone\r"), "\\u{1b}[2Jgone\\u{d}");
        assert_eq!(harmless("exe.\u{202e}fdp"), "exe.\\u{202e}fdp");
    }
}
