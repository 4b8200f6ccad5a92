//! The rules, by name, and what may come of one.

use serde::Serialize;

/// Breaches of one rule that are told, and the rest is counted; and warnings, of which the first ones suffice.
const TOLD: usize = 5;

/// Something that every adapter must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable: programs may name it.
    pub id: &'static str,
    /// What holds, for people.
    pub sentence: &'static str,
}

const fn rule(id: &'static str, sentence: &'static str) -> Rule {
    Rule { id, sentence }
}

/// Every rule, in the order in which they are tried.
pub const RULES: [Rule; 22] = [
    rule("presentable.id", "The category's id can be reached: it is no word of the API's own paths."),
    rule(
        "presentable.presentation",
        "What it shows of itself keeps to the contract, and every permission that it offers is granted.",
    ),
    rule("presentable.details", "What it shows of an item that it takes is of fields that it has."),
    rule(
        "honest.answers",
        "Every answer is about what was asked, leaves nothing out, and is formed as the contract says.",
    ),
    rule(
        "honest.comparison",
        "`compare` finds no change between a list and itself, everything added to nothing, and everything removed from what is no longer asked for.",
    ),
    rule("honest.alone", "Each permission that it offers, or grants in a case, is granted alone."),
    rule("honest.order", "The same permissions in another order are the same grants."),
    rule("honest.needs", "A package is refused when its manifest leaves out a permission that it needs."),
    rule("refuses.permissions", "A permission that it cannot know is refused."),
    rule("refuses.packages", "A package with nothing in it that is of the category is refused."),
    rule("places.files", "Every file of an installed item comes from the package, or was written."),
    rule("places.again", "An item that is installed again has the same files and the same registry entries."),
    rule("places.entries", "An installed item has a registry entry, or nobody would find it."),
    rule("deterministic.repeated", "A question that is asked again has the same answer, to the byte."),
    rule("deterministic.reordered", "The same questions in another order have the same answers."),
    rule(
        "deterministic.concurrent",
        "Questions that are asked at the same time have the answers that they have alone.",
    ),
    rule(
        "total.permissions",
        "Every list of permissions is answered: no words lead to a crash, a time-out or a limit.",
    ),
    rule("total.manifests", "Every manifest is answered, whatever its own fields say."),
    rule("total.packages", "Every package is answered, however damaged."),
    rule("limits.memory", "No call on a case comes near the limit on memory."),
    rule("limits.staging", "No case comes near what may be staged and registered."),
    rule("quick.calls", "Calls end well within the time that they have."),
];

/// How a rule was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// What was asked.
    pub about: String,
    /// What came, and what should have.
    pub what: String,
}

/// Whether a rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "lowercase")]
pub enum Standing {
    /// It does.
    #[default]
    Holds,
    /// It does, and somebody should look at something.
    Warns {
        /// At what.
        warnings: Vec<Breach>,
    },
    /// It does not.
    Broken {
        /// How; the first ones.
        breaches: Vec<Breach>,
        /// How many more there are.
        more: usize,
    },
    /// It could not be tried.
    Skipped {
        /// Why.
        reason: String,
    },
    /// Nobody can tell: this machine failed, not the adapter.
    Undecided {
        /// How.
        reason: String,
    },
}

/// What was found out about a rule so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    breaches: Vec<Breach>,
    warnings: Vec<Breach>,
    skipped: Option<String>,
}

impl Tally {
    /// It does not apply.
    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self { skipped: Some(reason.into()), ..Self::default() }
    }

    pub(super) fn breach(&mut self, about: impl Into<String>, what: impl Into<String>) {
        self.breaches.push(Breach { about: about.into(), what: what.into() });
    }

    pub(super) fn warn(&mut self, about: impl Into<String>, what: impl Into<String>) {
        self.warnings.push(Breach { about: about.into(), what: what.into() });
    }

    pub(super) fn standing(self) -> Standing {
        if !self.breaches.is_empty() {
            return broken(self.breaches);
        }
        match self.skipped {
            Some(reason) => Standing::Skipped { reason },
            None if self.warnings.is_empty() => Standing::Holds,
            None => {
                let mut warnings = self.warnings;
                warnings.truncate(TOLD);
                Standing::Warns { warnings }
            }
        }
    }
}

impl Standing {
    /// Three answers: what was not tried is no breach, and what nobody could tell is no pass.
    #[must_use]
    pub fn holds(&self) -> bool {
        match self {
            Self::Holds | Self::Warns { .. } | Self::Skipped { .. } => true,
            Self::Broken { .. } | Self::Undecided { .. } => false,
        }
    }

    /// The same, with more breaches: those come first, since they may be why the others are there.
    pub(super) fn broken_by(self, mut breaches: Vec<Breach>) -> Self {
        if breaches.is_empty() {
            return self;
        }
        let mut missed = 0;
        if let Self::Broken { breaches: others, more } = self {
            breaches.extend(others);
            missed = more;
        }
        match broken(breaches) {
            Self::Broken { breaches, more } => Self::Broken { breaches, more: more + missed },
            other => other,
        }
    }
}

fn broken(mut breaches: Vec<Breach>) -> Standing {
    let more = breaches.len().saturating_sub(TOLD);
    breaches.truncate(TOLD);
    Standing::Broken { breaches, more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_with_one_breach_is_broken_whatever_else_is_said() {
        let mut tally = Tally::skipped("no case");
        tally.warn("a", "slow");
        assert!(matches!(tally.clone().standing(), Standing::Skipped { .. }));
        tally.breach("a", "wrong");
        assert!(matches!(tally.standing(), Standing::Broken { more: 0, .. }));
    }

    #[test]
    fn the_first_breaches_are_told_and_the_rest_is_counted() {
        let mut tally = Tally::default();
        (0..7).for_each(|at| tally.breach(at.to_string(), "wrong"));
        let failed = vec![Breach { about: "first".into(), what: "crashed".into() }];
        let Standing::Broken { breaches, more } = tally.standing().broken_by(failed) else {
            panic!("it is broken")
        };
        assert_eq!((breaches.len(), more, breaches[0].about.as_str()), (TOLD, 3, "first"));
    }
}
