//! The limits within which every component runs: one set, for all.

use std::time::Duration;

use marketplace_sandbox::Limits;
use maud::{Markup, html};

use crate::http::pages::parts;

fn bytes(number: usize) -> String {
    parts::bytes(number as u64)
}

fn count(number: usize) -> String {
    indicatif::HumanCount(number as u64).to_string()
}

/// `1.5 s`, `250 ms`.
pub(super) fn time(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    match milliseconds {
        0 => format!("{} µs", duration.as_micros()),
        1..1_000 => format!("{milliseconds} ms"),
        _ => format!("{} s", (duration.as_secs_f64() * 10.0).round() / 10.0),
    }
}

/// What is limited, and to how much, by when it counts.
fn groups(limits: &Limits) -> [(&'static str, Vec<(&'static str, String)>); 4] {
    [
        (
            "When it is loaded",
            vec![
                ("Its size", bytes(limits.component_bytes)),
                ("One function", bytes(limits.function_bytes)),
                ("Functions", count(limits.functions)),
                ("Modules in it", count(limits.modules)),
                ("Time to compile", time(limits.compile_time)),
            ],
        ),
        (
            "In each call",
            vec![
                ("Memory", bytes(limits.memory_bytes)),
                ("Time for describe, validate, compare", time(limits.call_time)),
                ("Time for inspect, install", time(limits.package_call_time)),
                ("Time for one read of the package", time(limits.host_call_time)),
                ("One read of the package", bytes(limits.read_bytes)),
                ("Passed to the server at once", bytes(limits.transfer_bytes)),
                ("Lines in the log", count(limits.log_lines)),
                ("Calls at a time, of all categories", count(limits.concurrency)),
                ("Time to wait for a turn", time(limits.queue_time)),
            ],
        ),
        (
            "In its answers",
            vec![
                ("Permissions asked about", count(limits.grants)),
                ("Findings that are kept", count(limits.findings)),
                ("Changes in a comparison", count(limits.changes)),
                ("A text for people", bytes(limits.text_bytes)),
                ("Its icon", bytes(limits.icon_bytes)),
            ],
        ),
        (
            "In what it installs",
            vec![
                ("Files and folders", count(limits.staged_files)),
                ("Bytes that it writes itself", bytes(limits.staged_bytes)),
                ("Entries in the registry", count(limits.registry_entries)),
                ("All of these entries", bytes(limits.registry_bytes)),
                ("One of these entries", bytes(limits.registry_value_bytes)),
            ],
        ),
    ]
}

/// As a table.
pub(super) fn draw(limits: &Limits) -> Markup {
    html! {
        section.stack aria-labelledby="limits" {
            h2 #limits { "Limits" }
            p { "They hold for every component, in every call. Whoever goes past one is stopped, and the call has no answer." }
            div.table-wrap tabindex="0" role="group" aria-labelledby="limits" {
                table.limits {
                    @for (when, rows) in groups(limits) {
                        tbody {
                            tr { th.group colspan="2" scope="rowgroup" { (when) } }
                            @for (what, most) in rows { tr { th scope="row" { (what) } td.number { (most) } } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_so_that_it_can_be_read() {
        for (duration, text) in [
            (Duration::from_micros(40), "40 µs"),
            (Duration::from_millis(250), "250 ms"),
            (Duration::from_millis(1_540), "1.5 s"),
            (Duration::from_secs(60), "60 s"),
        ] {
            assert_eq!(time(duration), text);
        }
    }
}
