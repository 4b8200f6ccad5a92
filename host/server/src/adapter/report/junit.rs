//! A report as JUnit's XML, which most of what runs tests for others can read.

use std::time::Duration;

use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{CaseReport, CaseState, Report};
use crate::adapter::conformance::{Breach, Standing, Tried};

pub(super) fn xml(report: &Report) -> Result<String, SerializeError> {
    let name = format!("marketplace adapter test: {}", report.component.category);
    let mut document = quick_junit::Report::new(name);
    document.set_time(seconds(report.took_ms));
    for (name, cases) in [
        ("cases", report.cases.iter().map(case).collect::<Vec<_>>()),
        ("conformance", report.conformance.iter().map(rule).collect()),
    ] {
        let mut suite = TestSuite::new(name);
        suite.set_time(cases.iter().filter_map(|case| case.time).sum());
        suite.add_property(("component_sha256", report.component.sha256.to_string().as_str()));
        for mut case in cases {
            case.set_classname(name);
            suite.add_test_case(case);
        }
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn seconds(milliseconds: f64) -> Duration {
    Duration::from_secs_f64((milliseconds / 1_000.0).max(0.0))
}

fn case(case: &CaseReport) -> TestCase {
    let status = match (case.complaint(), case.state) {
        (None, _) => TestCaseStatus::success(),
        (Some(complaint), CaseState::Undecided | CaseState::Broken) => {
            failed(NonSuccessKind::Error, &complaint, case.diff.as_deref())
        }
        (Some(complaint), _) => failed(NonSuccessKind::Failure, &complaint, case.diff.as_deref()),
    };
    let mut test = TestCase::new(case.name.as_str(), status);
    test.set_time(seconds(case.took_ms));
    test
}

fn rule(tried: &Tried) -> TestCase {
    let mut output = None;
    let status = match &tried.standing {
        Standing::Holds => TestCaseStatus::success(),
        Standing::Warns { warnings } => {
            output = Some(format!("warnings:\n{}", lines(warnings)));
            TestCaseStatus::success()
        }
        Standing::Broken { breaches, more } => {
            let told = format!("{}and {more} more\n", lines(breaches));
            failed(NonSuccessKind::Failure, tried.rule.sentence, Some(&told))
        }
        Standing::Skipped { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.as_str());
            status
        }
        Standing::Undecided { reason } => failed(NonSuccessKind::Error, reason, None),
    };
    let mut test = TestCase::new(tried.rule.id, status);
    test.set_time(tried.took);
    if let Some(output) = output {
        test.set_system_out(output);
    }
    test
}

fn failed(kind: NonSuccessKind, message: &str, description: Option<&str>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message);
    if let Some(description) = description {
        status.set_description(description);
    }
    status
}

fn lines(breaches: &[Breach]) -> String {
    breaches.iter().map(|breach| format!("{}: {}\n", breach.about, breach.what)).collect()
}
