//! A package without a host: paths and texts.

#![allow(dead_code, reason = "each test file uses its own part")]

use adapter_apps::compose::{Understood, read};
use marketplace_adapter_sdk::Finding;
use marketplace_adapter_sdk::files::Memory;

/// A package of these texts.
pub(crate) fn package(files: &[(&str, &str)]) -> Memory {
    files.iter().copied().collect()
}

/// What the category says of a package that is one Compose file.
pub(crate) fn compose(text: &str) -> Result<Understood, Vec<Finding>> {
    read(&package(&[("compose.yaml", text)]))
}

/// One service `web` with these further lines.
pub(crate) fn service(lines: &str) -> Result<Understood, Vec<Finding>> {
    compose(&web(lines))
}

/// The text of one service `web` with these further lines.
pub(crate) fn web(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!("services:\n  web:\n    image: ghcr.io/example/web:1.2.3\n{lines}volumes:\n  data:\n")
}

/// Asserts that the only reasons are of this rule, and returns the first.
#[track_caller]
pub(crate) fn refused(answer: Result<Understood, Vec<Finding>>, rule: &str) -> Finding {
    let findings = answer.expect_err(rule);
    assert!(findings.iter().all(|finding| finding.rule == rule), "{rule} was expected: {findings:#?}");
    findings.into_iter().next().expect("a refusal has a reason")
}
