//! The contract's text promises what the limits are.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use marketplace_sandbox::Limits;

const V1_0: &str = include_str!("../../../wit/1.0/category.wit");
const V1_1: &str = include_str!("../../../wit/1.1/category.wit");

fn seconds(time: Duration) -> String {
    format!("| {} s of", time.as_secs())
}

/// That each row of the table of limits has its numbers.
fn compare(contract: &str, rows: &[(&str, Vec<String>)]) {
    for (what, numbers) in rows {
        let start = format!("/// | {what} |");
        let row = contract.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("no row `{what}`"));
        for number in numbers {
            assert!(row.contains(number), "`{number}` is not in: {row}");
        }
    }
}

/// What every version promises.
fn promises(contract: &str) {
    let it = Limits::default();
    let mib = |bytes: usize| format!("{} MiB", bytes >> 20);
    let kib = |bytes: usize| format!("{} KiB", bytes >> 10);
    let rows = [
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
    ];
    compare(contract, &rows);
    let asked = format!("1 to {} bytes each", it.word_bytes);
    assert!(contract.contains(&asked) && contract.contains(&format!("at most {};", it.grants)));
}

#[test]
fn the_numbers_of_1_0_are_the_defaults() {
    let it = Limits::default();
    promises(V1_0);
    compare(
        V1_0,
        &[
            ("time of `describe`, `validate`, `compare`", vec![seconds(it.call_time)]),
            ("time of `inspect`, `install`", vec![seconds(it.package_call_time)]),
        ],
    );
}

#[test]
fn the_numbers_of_1_1_are_the_defaults() {
    let it = Limits::default();
    promises(V1_1);
    compare(
        V1_1,
        &[
            ("time of `describe`, `present`, `validate`, `compare`", vec![seconds(it.call_time)]),
            ("time of `inspect`, `details`, `install`", vec![seconds(it.package_call_time)]),
            ("fields, inputs, offered permissions", vec![format!("| {} each |", it.presented)]),
            ("choices of an input", vec![format!("| {} |", it.choices)]),
            ("values of a detail", vec![format!("| {} |", it.values)]),
        ],
    );
}
