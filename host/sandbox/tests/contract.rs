//! The contract's text promises what the limits are.

#![allow(clippy::unwrap_used)]

use marketplace_sandbox::Limits;

const CONTRACT: &str = include_str!("../../../wit/1.0/category.wit");

/// The row of the table of limits that is about `what`.
fn row(what: &str) -> &'static str {
    let start = format!("/// | {what} |");
    CONTRACT.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no row `{what}`"))
}

#[test]
fn the_numbers_of_the_contract_are_the_defaults() {
    let it = Limits::default();
    let mib = |bytes: usize| format!("{} MiB", bytes >> 20);
    let kib = |bytes: usize| format!("{} KiB", bytes >> 10);
    let seconds = |time: std::time::Duration| format!("| {} s of", time.as_secs());
    for (what, numbers) in [
        (
            "component",
            vec![
                format!("| {},", mib(it.component_bytes)),
                format!("{} functions", it.functions),
                format!("{} for one function", mib(it.function_bytes)),
                format!("{} modules", it.modules),
            ],
        ),
        ("linear memory", vec![mib(it.memory_bytes), format!("{} memories", it.memories)]),
        ("tables", vec![format!("{} elements", it.table_elements), format!("{} tables", it.tables)]),
        ("core instances", vec![format!("| {} |", it.instances)]),
        ("time of `describe`, `validate`, `compare`", vec![seconds(it.call_time)]),
        ("time of `inspect`, `install`", vec![seconds(it.package_call_time)]),
        ("one answer, or the arguments of one host call", vec![mib(it.transfer_bytes)]),
        ("one `read` or `read-range`", vec![mib(it.read_bytes)]),
        ("findings, remarks", vec![format!("| {} |", it.findings)]),
        ("`needed`", vec![format!("| {} |", it.grants)]),
        ("changes", vec![format!("| {} |", it.changes)]),
        ("text for people", vec![format!("| {} bytes", it.text_bytes)]),
        ("text for machines", vec![format!("| {} bytes", it.word_bytes)]),
        ("icon", vec![kib(it.icon_bytes)]),
        ("log", vec![format!("{} lines", it.log_lines), kib(it.log_bytes)]),
        ("staged files, and folders they are in", vec![format!("| {} |", it.staged_files)]),
        ("bytes of written files", vec![mib(it.staged_bytes)]),
        ("registry", vec![format!("{} entries", it.registry_entries), mib(it.registry_bytes)]),
        ("one registry value", vec![kib(it.registry_value_bytes)]),
    ] {
        for number in numbers {
            assert!(row(what).contains(&number), "`{number}` is not in: {}", row(what));
        }
    }
    let asked = format!("1 to {} bytes each", it.word_bytes);
    assert!(CONTRACT.contains(&asked) && CONTRACT.contains(&format!("at most {};", it.grants)));
}
