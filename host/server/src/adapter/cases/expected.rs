//! What must come of a case, as it is written down: sorted, indented, and of what depends on nothing but the case and the
//! component. So two people, and two machines, write the same file.

use std::collections::BTreeMap;

use marketplace_sandbox::{Change, Detail, Finding, Grant};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use similar::TextDiff;

use super::Found;
use crate::pipeline::PlannedFile;

/// Lines around a difference.
const CONTEXT: usize = 3;

/// The contents of an `expected.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "lowercase", deny_unknown_fields)]
pub enum Expected {
    /// The category takes it.
    Pass {
        /// The permissions, understood.
        grants: Vec<Grant>,
        /// The fewest permissions that the contents need.
        needed: Vec<String>,
        /// Worth a look.
        remarks: Vec<Finding>,
        /// What is shown of the item.
        #[serde(default)]
        details: Vec<Detail>,
        /// What an installed item consists of; absent for a category that cannot install.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<Vec<PlannedFile>>,
        /// What it registers; absent likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        registry: Option<BTreeMap<String, Value>>,
        /// What changes for whoever agreed to the permissions in the case's `consented`; absent without that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changes: Option<Vec<Change>>,
    },
    /// It does not, or the host does not.
    Refused {
        /// What was looked at when it was refused.
        stage: Stage,
        /// Why.
        findings: Vec<Finding>,
    },
}

/// What is looked at when a package is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The manifest, by the host.
    Manifest,
    /// The archive, by the host.
    Archive,
    /// The permissions, by the category.
    Permissions,
    /// The contents, by the category; and by the host, the pictures that the manifest names.
    Contents,
    /// The permissions that the contents need, by both.
    Undeclared,
}

impl Expected {
    /// What came of a case; `None` if there was no verdict, which nobody can expect.
    #[must_use]
    pub fn of(found: &Found) -> Option<Self> {
        match found {
            Found::Taken { verdict, changes } => {
                let (files, registry) = match &verdict.plan {
                    Some(plan) => (Some(plan.files.clone()), Some(plan.registry.clone())),
                    None => (None, None),
                };
                Some(Self::Pass {
                    grants: verdict.grants.clone(),
                    needed: verdict.needed.clone(),
                    remarks: verdict.remarks.clone(),
                    details: verdict.details.clone(),
                    files,
                    registry,
                    changes: changes.clone(),
                })
            }
            Found::Refused { stage, findings } => {
                Some(Self::Refused { stage: *stage, findings: findings.clone() })
            }
            Found::Undecided { .. } => None,
        }
    }

    /// As a value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// With its members sorted and each on a line of its own.
#[must_use]
pub fn pretty(value: &Value) -> String {
    format!("{:#}\n", sorted(value))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.into_iter().collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// What differs, as a unified diff; `None` if nothing does.
#[must_use]
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    let (expected, found) = (pretty(expected), pretty(found));
    if expected == found {
        return None;
    }
    let diff = TextDiff::from_lines(&expected, &found);
    Some(diff.unified_diff().context_radius(CONTEXT).header("expected.json", "what came").to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_down_is_sorted_whatever_the_order_was() {
        let text = pretty(&serde_json::from_str(r#"{"b": 1, "a": {"d": [2, 1], "c": 1.0}}"#).unwrap());
        assert_eq!(
            text,
            "{\n  \"a\": {\n    \"c\": 1.0,\n    \"d\": [\n      2,\n      1\n    ]\n  },\n  \"b\": 1\n}\n"
        );
    }

    #[test]
    fn a_difference_is_shown_line_by_line_and_none_is_none() {
        let before = json!({ "verdict": "refused", "stage": "contents", "findings": [] });
        assert_eq!(difference(&before, &before), None);
        let diff = difference(&before, &json!({ "verdict": "refused", "stage": "archive", "findings": [] }))
            .unwrap();
        assert!(diff.contains("--- expected.json\n+++ what came\n"), "{diff}");
        assert!(diff.contains("-  \"stage\": \"contents\",\n+  \"stage\": \"archive\",\n"), "{diff}");
    }

    #[test]
    fn a_key_that_is_misspelt_is_no_expectation() {
        let right = json!({ "verdict": "refused", "stage": "contents", "findings": [] });
        assert!(serde_json::from_value::<Expected>(right).is_ok());
        for wrong in [
            json!({ "verdict": "refused", "stage": "contents", "finding": [] }),
            json!({ "verdict": "refused", "stage": "contents", "findings": [], "note": 1 }),
            json!({ "verdict": "pass", "grants": [], "needed": [], "remarks": [], "file": [] }),
            json!({ "verdict": "perhaps" }),
        ] {
            assert!(serde_json::from_value::<Expected>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
