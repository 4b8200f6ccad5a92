//! Gates: what a tier opens, and what a license says otherwise.

use std::collections::BTreeMap;

use marketplace_manifest::CategoryId;
use serde::Serialize;
use serde_json::Value;

use super::Tier;

/// The gate that decides about publishing.
pub const PUBLISH: &str = "marketplace_publish";
/// The gate that decides about browsing.
pub const BROWSE: &str = "marketplace_browse";
/// What [`SKILLS_CAP`] was called before there were categories. Read for one more release.
const LEGACY_CAP: &str = "marketplace_install_cap";
/// What it is called now.
const SKILLS_CAP: &str = "marketplace_install_skills_cap";

/// What a tenant may do now.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    /// The tier in force.
    pub tier: Tier,
    pub(super) overrides: BTreeMap<String, Value>,
}

/// A gate that a license uses, and that the next release no longer reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Deprecation {
    /// As the license calls it.
    pub gate: &'static str,
    /// What to call it instead.
    pub r#use: &'static str,
    /// The same, for a person.
    pub message: String,
}

/// Why a license would not say what its vendor means.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// No gate of any category.
    #[error(
        "`{0}` is no gate; gates are `marketplace_browse`, `marketplace_publish`, and \
         `marketplace_install_CATEGORY_cap` of any category"
    )]
    Unknown(String),
    /// A cap that is no number.
    #[error("`{0}` is a cap: its value is a whole number up to {max}, or null for no limit", max = u32::MAX)]
    Cap(String),
    /// A switch that is neither on nor off.
    #[error("`{0}` is open or closed: its value is true or false")]
    Switch(String),
    /// Not the way an override is written.
    #[error("`{0}` is not written as GATE=VALUE, where the value is a number, true, false or null")]
    Form(String),
}

/// An override as people write it: `marketplace_install_apps_cap=10`, or `=null` for no limit.
///
/// # Errors
/// See [`GateError`].
pub fn read_gate(text: &str) -> Result<(String, Value), GateError> {
    let form = || GateError::Form(text.to_owned());
    let (gate, value) = text.split_once('=').ok_or_else(form)?;
    let (gate, value) = (gate.trim(), serde_json::from_str(value).map_err(|_| form())?);
    check_gate(gate, &value)?;
    Ok((gate.to_owned(), value))
}

/// Whether an override means what it says: read back, a cap that is no number is closed,
/// and a name that is no gate is nothing.
///
/// # Errors
/// See [`GateError`].
pub fn check_gate(gate: &str, value: &Value) -> Result<(), GateError> {
    if [BROWSE, PUBLISH].contains(&gate) {
        return if value.is_boolean() { Ok(()) } else { Err(GateError::Switch(gate.to_owned())) };
    }
    let category = gate.strip_prefix("marketplace_install_").and_then(|rest| rest.strip_suffix("_cap"));
    // A category that is not there yet has a gate already.
    if gate != LEGACY_CAP && category.is_none_or(|category| category.parse::<CategoryId>().is_err()) {
        return Err(GateError::Unknown(gate.to_owned()));
    }
    let fits = value.is_null() || value.as_u64().is_some_and(|cap| u32::try_from(cap).is_ok());
    if fits { Ok(()) } else { Err(GateError::Cap(gate.to_owned())) }
}

impl Gates {
    /// The name of a category's gate.
    #[must_use]
    pub fn cap_gate(category: &CategoryId) -> String {
        format!("marketplace_install_{category}_cap")
    }

    /// How many items of a category may be installed; `None` is no limit.
    #[must_use]
    pub fn install_cap(&self, category: &CategoryId, free_install_cap: u32) -> Option<u32> {
        let gate = Self::cap_gate(category);
        let legacy = || (gate == SKILLS_CAP).then(|| self.overrides.get(LEGACY_CAP)).flatten();
        match self.overrides.get(&gate).or_else(legacy) {
            Some(Value::Null) => None,
            Some(value) => Some(value.as_u64().map_or(0, |cap| u32::try_from(cap).unwrap_or(u32::MAX))),
            None if self.tier == Tier::Free => Some(free_install_cap),
            None => None,
        }
    }

    /// Whether a gate that is open or closed is open.
    #[must_use]
    pub fn open(&self, gate: &str) -> bool {
        match self.overrides.get(gate) {
            Some(value) => value.as_bool().unwrap_or(false),
            None => gate == BROWSE || self.tier != Tier::Free,
        }
    }

    /// What the license uses that the next release no longer reads.
    #[must_use]
    pub fn deprecations(&self) -> Vec<Deprecation> {
        let uses_legacy = self.overrides.contains_key(LEGACY_CAP);
        uses_legacy
            .then(|| Deprecation {
                gate: LEGACY_CAP,
                r#use: SKILLS_CAP,
                message: format!(
                    "the license uses the gate `{LEGACY_CAP}`, which the next release no longer reads; \
                     ask your vendor for one that says `{SKILLS_CAP}`"
                ),
            })
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gates(tier: Tier, overrides: Value) -> Gates {
        Gates { tier, overrides: serde_json::from_value(overrides).expect("a map") }
    }

    #[test]
    fn a_category_that_nobody_planned_for_has_the_gate_that_it_describes() {
        let sounds: CategoryId = "sounds".parse().expect("a name");
        assert_eq!(Gates::cap_gate(&sounds), "marketplace_install_sounds_cap");
        assert_eq!(gates(Tier::Free, json!({})).install_cap(&sounds, 7), Some(7));
        assert_eq!(gates(Tier::Pro, json!({})).install_cap(&sounds, 7), None);
        let stricter = gates(Tier::Team, json!({ "marketplace_install_sounds_cap": 2 }));
        assert_eq!(stricter.install_cap(&sounds, 7), Some(2));
        let wider = gates(Tier::Free, json!({ "marketplace_install_sounds_cap": null }));
        assert_eq!(wider.install_cap(&sounds, 7), None);
    }

    #[test]
    fn the_gate_of_the_earlier_release_is_that_of_skills_unless_the_license_says_both() {
        let (skills, apps): (CategoryId, CategoryId) =
            ("skills".parse().expect("a name"), "apps".parse().expect("a name"));
        let legacy = gates(Tier::Pro, json!({ "marketplace_install_cap": 9 }));
        assert_eq!((legacy.install_cap(&skills, 5), legacy.install_cap(&apps, 3)), (Some(9), None));
        let both =
            gates(Tier::Pro, json!({ "marketplace_install_cap": 9, "marketplace_install_skills_cap": 4 }));
        assert_eq!(both.install_cap(&skills, 5), Some(4));
        assert_eq!(both.deprecations().len(), 1);
        assert_eq!(gates(Tier::Pro, json!({})).deprecations(), []);
    }

    #[test]
    fn an_override_that_means_nothing_closes_its_gate() {
        let odd = gates(Tier::Pro, json!({ "marketplace_publish": 3, "marketplace_install_apps_cap": true }));
        assert!(!odd.open(PUBLISH));
        assert_eq!(odd.install_cap(&"apps".parse().expect("a name"), 3), Some(0));
    }

    #[test]
    fn a_gate_is_checked_before_a_license_is_signed_with_it() {
        for (gate, value) in [
            ("marketplace_publish", json!(true)),
            ("marketplace_install_apps_cap", json!(10)),
            ("marketplace_install_sounds_cap", Value::Null),
            ("marketplace_install_cap", json!(9)),
        ] {
            assert!(check_gate(gate, &value).is_ok(), "{gate}");
        }
        for (gate, value) in [("marketplace_publish", json!(1)), ("marketplace_browse", Value::Null)] {
            assert!(matches!(check_gate(gate, &value), Err(GateError::Switch(_))), "{gate}");
        }
        for value in [json!(true), json!(-1), json!(1.5), json!("3"), json!(u64::MAX)] {
            assert!(matches!(check_gate("marketplace_install_apps_cap", &value), Err(GateError::Cap(_))));
        }
        for gate in ["marketplace_pubish", "marketplace_install__cap", "marketplace_install_Apps_cap", "apps"]
        {
            assert!(matches!(check_gate(gate, &json!(1)), Err(GateError::Unknown(_))), "{gate}");
        }
    }
}
