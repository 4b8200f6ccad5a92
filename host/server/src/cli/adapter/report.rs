//! A test's report for people: what holds in a line, what does not with all that is known, and what to do next.

use std::fmt::Write as _;

use indicatif::BinaryBytes;

use crate::adapter::Report;
use crate::adapter::conformance::{Breach, Standing, Tried};
use crate::adapter::report::{Call, CaseReport, CaseState};
use crate::cli::output::{harmless, table};

/// The width of the word in front of a line.
const MARK: usize = 7;

/// Colours of a terminal (ECMA-48), or none.
#[derive(Clone, Copy)]
struct Paint(bool);

#[derive(Clone, Copy)]
enum Colour {
    Green,
    Yellow,
    Red,
    Grey,
    Bold,
}

impl Paint {
    fn with(self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Red => "31",
            Colour::Grey => "90",
            Colour::Bold => "1",
        };
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A word in front of a line, as wide as any.
    fn mark(self, colour: Colour, word: &str) -> String {
        self.with(colour, &format!("{word:MARK$}"))
    }
}

/// The whole of it, with colours where they are seen.
pub(super) fn text(report: &Report, colours: bool) -> String {
    let (paint, it) = (Paint(colours), &report.component);
    let mut text = format!(
        "{} {}\nsha256 {}, {}, of the world {} in {}\n",
        paint.with(Colour::Bold, &harmless(&it.category)),
        harmless(&it.file),
        it.sha256,
        BinaryBytes(it.size),
        it.world,
        it.contract,
    );
    if !report.cases.is_empty() {
        text += &format!("\n{}\n", paint.with(Colour::Bold, "cases"));
        let width = report.cases.iter().map(|case| case.name.chars().count()).max().unwrap_or(0);
        report.cases.iter().for_each(|one| text += &case(one, width, paint));
    }
    if !report.conformance.is_empty() {
        text += &format!("\n{}\n", paint.with(Colour::Bold, "conformance"));
        let width = report.conformance.iter().map(|tried| tried.rule.id.len()).max().unwrap_or(0);
        report.conformance.iter().for_each(|one| text += &rule(one, width, paint));
    }
    text += &format!("\n{}\n", paint.with(Colour::Bold, "calls"));
    text += &calls(&report.calls);
    text += &ending(report, paint);
    text
}

fn case(case: &CaseReport, width: usize, paint: Paint) -> String {
    let mark = match case.state {
        CaseState::Passed => paint.mark(Colour::Green, "ok"),
        CaseState::Written => paint.mark(Colour::Yellow, "written"),
        CaseState::Differs | CaseState::New | CaseState::Undecided | CaseState::Broken => {
            paint.mark(Colour::Red, "FAILED")
        }
    };
    let name = harmless(&case.name);
    let said = match (case.complaint(), case.state) {
        (Some(complaint), _) => harmless(&complaint),
        (None, CaseState::Written) => "expected.json says now what came; look at it".into(),
        (None, _) => paint.with(Colour::Grey, &format!("{} ms", case.took_ms)),
    };
    let mut text = format!("  {mark} {name:width$}  {said}\n");
    for line in case.diff.iter().flat_map(|diff| diff.lines()) {
        let shown = harmless(line);
        let colour = match line.as_bytes().first() {
            Some(b'-') => Some(Colour::Red),
            Some(b'+') => Some(Colour::Green),
            Some(b'@') => Some(Colour::Grey),
            _ => None,
        };
        let line = colour.map_or(shown.clone(), |colour| paint.with(colour, &shown));
        let _ = writeln!(text, "      {line}");
    }
    text
}

fn rule(tried: &Tried, width: usize, paint: Paint) -> String {
    let (mark, told): (_, &[Breach]) = match &tried.standing {
        Standing::Holds => (paint.mark(Colour::Green, "ok"), &[]),
        Standing::Warns { warnings } => (paint.mark(Colour::Yellow, "warning"), warnings),
        Standing::Broken { breaches, .. } => (paint.mark(Colour::Red, "FAILED"), breaches),
        Standing::Skipped { .. } => (paint.mark(Colour::Grey, "skipped"), &[]),
        Standing::Undecided { .. } => (paint.mark(Colour::Red, "UNKNOWN"), &[]),
    };
    let id = tried.rule.id;
    let sentence = match &tried.standing {
        Standing::Skipped { reason } => paint.with(Colour::Grey, &harmless(reason)),
        Standing::Undecided { reason } => format!("nobody can tell: {}", harmless(reason)),
        _ => tried.rule.sentence.to_owned(),
    };
    let mut text = format!("  {mark} {id:width$}  {sentence}\n");
    for breach in told {
        let _ = writeln!(text, "      {}: {}", harmless(&breach.about), harmless(&breach.what));
    }
    if let Standing::Broken { more: more @ 1.., .. } = &tried.standing {
        let _ = writeln!(text, "      and {more} more");
    }
    text
}

fn calls(calls: &[Call]) -> String {
    let time = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms} ms"));
    let row = |call: &Call| {
        vec![
            call.name.to_owned(),
            call.calls.to_string(),
            time(call.median_ms),
            time(call.slowest_ms),
            time(Some(call.limit_ms)),
            BinaryBytes(call.memory_bytes as u64).to_string(),
        ]
    };
    let rows: Vec<_> = calls.iter().map(row).collect();
    let table = table(&["  CALL", "CALLS", "MEDIAN", "SLOWEST", "LIMIT", "MEMORY"], &indented(rows));
    format!("{table}\n")
}

fn indented(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    rows.iter_mut().for_each(|row| row[0].insert_str(0, "  "));
    rows
}

/// How it ended, and what to do next.
fn ending(report: &Report, paint: Paint) -> String {
    let ((cases, _), skipped) = (report.failed(), skipped(report));
    let mut text = format!(
        "\n{} of {} cases and {} of {} rules hold",
        report.cases.len() - cases,
        report.cases.len(),
        report.conformance.iter().filter(|tried| tried.standing.holds()).count() - skipped,
        report.conformance.len() - skipped,
    );
    match skipped {
        0 => {}
        1 => text += "; one rule could not be tried",
        _ => {
            let _ = write!(text, "; {skipped} rules could not be tried");
        }
    }
    let _ = writeln!(text, "; it took {:.1} s", report.took_ms / 1_000.0);
    let verdict =
        if report.passed { paint.with(Colour::Green, "passed") } else { paint.with(Colour::Red, "failed") };
    let _ = write!(text, "{verdict}: {}", next(report));
    text
}

fn skipped(report: &Report) -> usize {
    report.conformance.iter().filter(|tried| matches!(tried.standing, Standing::Skipped { .. })).count()
}

fn next(report: &Report) -> String {
    let is = |state| report.cases.iter().any(|case| case.state == state);
    let file = harmless(&report.component.file);
    if is(CaseState::Broken) {
        "mend the cases that could not be run".into()
    } else if is(CaseState::Differs) || is(CaseState::New) {
        "mend the adapter; or, if what came is right, run it again with --update and look at what that writes"
            .into()
    } else if !report.passed {
        "mend the adapter; each rule says what was asked and what came".into()
    } else if report.cases_folder.is_none() {
        "write cases, so that the rest can be tried: folders with a manifest.yaml and a folder `package`, named with --cases"
            .into()
    } else if is(CaseState::Written) {
        "look at what was written, and keep it with the source".into()
    } else {
        format!("add it to a server: marketplace category add {file}")
    }
}
