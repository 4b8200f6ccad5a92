//! The verb: a component, its cases, and the rules that every component must keep.

use std::sync::Arc;
use std::time::Instant;

use super::cases::{Case, CaseError, Expected, Found, Named, Ran, difference, discover};
use super::conformance::{RULES, Rule, Subject, Suite, conform};
use super::report::{CaseReport, CaseState, Component, Report};
use super::{Meter, Tested};
use crate::workbench::{Known, Workbench, WorkbenchError};

/// Is told what is being done, for whoever waits.
pub type Watch = Arc<dyn Fn(&str) + Send + Sync>;

/// How to test.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Write down what came of cases, where that is something else than was expected.
    pub update: bool,
    /// Only the cases with these names, and the rules with these ids or of these groups; all, if there are none.
    pub only: Vec<String>,
}

/// Why nothing was tested.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The component cannot be asked.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    /// The cases cannot be found.
    #[error(transparent)]
    Cases(#[from] CaseError),
    /// Its calls are measured already.
    #[error("this workbench has tested a component already; open another for the next")]
    Taken,
    /// A name that is none.
    #[error("there is no case and no rule `{name}`; there are {}", .known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
}

/// Tests a component: runs its cases, and tries the rules.
///
/// # Errors
/// When nothing could be tested. What was tested and does not hold is in the report.
pub async fn test(
    workbench: &Workbench,
    tested: &Tested,
    options: &Options,
    watch: Watch,
) -> Result<Report, TestError> {
    let begun = Instant::now();
    let cases = match &tested.cases {
        Some(folder) => discover(folder)?,
        None => Vec::new(),
    };
    let wanted = Wanted::of(&options.only, &cases)?;
    let meter = Meter::default();
    if !workbench.observe(meter.clone()) {
        return Err(TestError::Taken);
    }
    watch("compiling");
    let known = workbench.open_component(&tested.component).await?;
    let component = Component::of(&tested.component, &known);

    let (mut reports, mut subjects, mut undecided) = (Vec::new(), Vec::new(), Vec::new());
    for (name, case) in cases {
        // Rules are tried on what the cases bring, also where no case is reported.
        if !wanted.case(&name) && !wanted.rules() {
            continue;
        }
        watch(&format!("case {name}"));
        let (report, ran) = run(&known, &name, case, options.update && wanted.case(&name)).await;
        if let Some(Ran { found, unpacked, .. }) = ran {
            if let Found::Undecided { call, failure } = &found {
                undecided.push((name.clone(), *call, failure.clone()));
            }
            subjects.extend(unpacked.map(|unpacked| Subject { name: name.clone(), found, unpacked }));
        }
        if wanted.case(&name) {
            reports.push(report);
        }
    }
    let mut tried = Vec::new();
    if wanted.rules() {
        let suite = Suite::new(known, subjects, workbench.limits().clone(), meter.clone(), watch);
        for (case, call, failure) in &undecided {
            suite.undecided(case, call, failure);
        }
        let suite = Arc::new(suite.introduced().await);
        tried = conform(&suite, &|rule| wanted.rule(rule)).await;
    }
    let folder = tested.cases.as_ref().map(|folder| folder.display().to_string());
    Ok(Report::new(component, reports, tried, &meter, folder, begun.elapsed()))
}

/// Runs one case, and compares.
async fn run(
    known: &Known,
    name: &str,
    case: Result<Case, CaseError>,
    update: bool,
) -> (CaseReport, Option<Ran>) {
    let case = match case {
        Ok(case) => case,
        Err(error) => return (CaseReport::broken(name, &error), None),
    };
    let ran = match case.run(known).await {
        Ok(ran) => ran,
        Err(error) => return (CaseReport::broken(name, &error), None),
    };
    let mut report = CaseReport::of(name, &ran);
    let Some(expected) = Expected::of(&ran.found) else { return (report, Some(ran)) };
    let value = expected.to_value();
    let diff = case.expected.as_ref().map(|before| difference(before, &value));
    report.state = match diff {
        Some(None) => CaseState::Passed,
        _ if update => match case.expect(&value) {
            Ok(()) => CaseState::Written,
            Err(error) => return (CaseReport::broken(name, &error), Some(ran)),
        },
        Some(Some(diff)) => {
            report.diff = Some(diff);
            CaseState::Differs
        }
        None => CaseState::New,
    };
    report.found = Some(value);
    (report, Some(ran))
}

/// What was asked for.
struct Wanted<'a>(&'a [String]);

impl<'a> Wanted<'a> {
    fn of(only: &'a [String], cases: &[Named]) -> Result<Self, TestError> {
        let is_rule = |name: &str| RULES.iter().any(|rule| names(name, rule));
        let unknown = only.iter().find(|name| !cases.iter().any(|(case, _)| case == *name) && !is_rule(name));
        if let Some(name) = unknown {
            let cases = cases.iter().map(|(case, _)| case.clone());
            let known = cases.chain(RULES.iter().map(|rule| rule.id.to_owned())).collect();
            return Err(TestError::Unknown { name: name.clone(), known });
        }
        Ok(Self(only))
    }

    fn case(&self, case: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| name == case)
    }

    fn rule(&self, rule: &Rule) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| names(name, rule))
    }

    fn rules(&self) -> bool {
        RULES.iter().any(|rule| self.rule(rule))
    }
}

/// `total.packages` names that rule, and `total` all of its group.
fn names(name: &str, rule: &Rule) -> bool {
    rule.id == name || rule.id.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}
