//! What came of a test: for programs, and for what runs tests elsewhere. People are shown
//! it by the command.

mod junit;

use std::path::Path;
use std::time::Duration;

use marketplace_manifest::Digest;
use serde::Serialize;
use serde_json::Value;

use super::cases::{CaseError, Found, Ran};
use super::conformance::Tried;
use super::inspect::{milliseconds, world};
use super::meter::Meter;
use crate::pipeline::Verdict;
use crate::workbench::Known;

/// Everything that a test found out.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What was tested.
    pub component: Component,
    /// Whether all of it holds.
    pub passed: bool,
    /// The cases, by name.
    pub cases: Vec<CaseReport>,
    /// The rules.
    pub conformance: Vec<Tried>,
    /// What calls took, by function.
    pub calls: Vec<Call>,
    /// How long the test took, in milliseconds.
    pub took_ms: f64,
    /// Where the cases are, if there are any.
    pub cases_folder: Option<String>,
}

/// What was tested.
#[derive(Clone, Debug, Serialize)]
pub struct Component {
    /// Its file.
    pub file: String,
    /// Of which category it says it is.
    pub category: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub size: u64,
    /// The version of the contract that it is of.
    pub contract: String,
    /// The world of that contract.
    pub world: &'static str,
}

/// What came of one case.
#[derive(Clone, Debug, Serialize)]
pub struct CaseReport {
    /// The name of its folder.
    pub name: String,
    /// How it ended.
    pub state: CaseState,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// What a server stores for the same component, manifest and package, to the byte; `null` if it is not taken.
    pub verdict: Option<Verdict>,
    /// What `expected.json` would have to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Value>,
    /// How that differs from what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Why there is nothing to compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseState {
    /// As expected.
    Passed,
    /// Not as expected.
    Differs,
    /// Nobody has said yet what to expect.
    New,
    /// What came was written down as what is expected.
    Written,
    /// The component gave no answer.
    Undecided,
    /// It could not be run.
    Broken,
}

/// What the calls of one function took.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// The function.
    pub name: &'static str,
    /// How many calls there were.
    pub calls: u64,
    /// Half of those that ran alone took up to so many milliseconds; `null` if none did.
    pub median_ms: Option<f64>,
    /// The slowest of those.
    pub slowest_ms: Option<f64>,
    /// How long one may take.
    pub limit_ms: f64,
    /// The most linear memory that one had, in bytes.
    pub memory_bytes: usize,
}

impl Report {
    pub(super) fn new(
        component: Component,
        cases: Vec<CaseReport>,
        conformance: Vec<Tried>,
        meter: &Meter,
        cases_folder: Option<String>,
        took: Duration,
    ) -> Self {
        let calls = meter.read().into_iter().map(|(name, usage)| Call {
            name,
            calls: usage.calls,
            median_ms: usage.median().map(milliseconds),
            slowest_ms: usage.slowest().map(milliseconds),
            limit_ms: milliseconds(usage.limit),
            memory_bytes: usage.memory_bytes,
        });
        let passed = cases.iter().all(|case| case.state.holds())
            && conformance.iter().all(|tried| tried.standing.holds());
        let (calls, took_ms) = (calls.collect(), milliseconds(took));
        Self { component, passed, cases, conformance, calls, took_ms, cases_folder }
    }

    /// The whole of it, for programs.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// For programs that collect tests.
    ///
    /// # Errors
    /// When it cannot be written as XML.
    pub fn to_junit(&self) -> Result<String, quick_junit::SerializeError> {
        junit::xml(self)
    }

    /// The cases that do not hold, and the rules.
    #[must_use]
    pub fn failed(&self) -> (usize, usize) {
        (
            self.cases.iter().filter(|case| !case.state.holds()).count(),
            self.conformance.iter().filter(|tried| !tried.standing.holds()).count(),
        )
    }
}

impl CaseState {
    /// Whether nothing is left to do.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Passed | Self::Written)
    }
}

impl Component {
    pub(super) fn of(file: &Path, known: &Known) -> Self {
        Self {
            file: file.display().to_string(),
            category: known.description.id.clone(),
            sha256: known.adapter.digest(),
            size: known.adapter.size(),
            contract: known.adapter.contract().to_string(),
            world: world(known.adapter.world()),
        }
    }
}

impl CaseReport {
    pub(super) fn of(name: &str, ran: &Ran) -> Self {
        let (verdict, message) = match &ran.found {
            Found::Taken { verdict, .. } => (Some((**verdict).clone()), None),
            Found::Refused { .. } => (None, None),
            Found::Undecided { failure, .. } => (None, Some(failure.to_string())),
        };
        Self {
            name: name.to_owned(),
            state: CaseState::Undecided,
            took_ms: milliseconds(ran.took),
            verdict,
            found: None,
            diff: None,
            message,
        }
    }

    pub(super) fn broken(name: &str, error: &CaseError) -> Self {
        Self {
            name: name.to_owned(),
            state: CaseState::Broken,
            took_ms: 0.0,
            verdict: None,
            found: None,
            diff: None,
            message: Some(error.to_string()),
        }
    }

    /// What is wrong with it, in words; nothing, if nothing is.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        match self.state {
            CaseState::Passed | CaseState::Written => None,
            CaseState::Differs => Some("it differs from expected.json".into()),
            CaseState::New => Some("it has no expected.json; `--update` writes it, to be looked at".into()),
            CaseState::Undecided | CaseState::Broken => self.message.clone(),
        }
    }
}
