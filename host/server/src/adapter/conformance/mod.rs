//! What every adapter must pass, whatever its category is: the promises of the contract, each tried out.
//!
//! What is tried is the same every time: the cases' own packages and permissions, what is made of them by rules, and what
//! is drawn with a seed that never changes. So a rule that is broken today is broken tomorrow, and on another machine.

mod altered;
mod corpus;
mod deterministic;
mod honest;
mod measured;
mod places;
mod presentable;
mod refuses;
mod rule;
mod suite;
mod total;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

pub use rule::{Breach, RULES, Rule, Standing};
use suite::Stop;
pub(super) use suite::{Subject, Suite};

use rule::Tally;

/// A rule, and whether it holds.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// Whether it holds.
    #[serde(flatten)]
    pub standing: Standing,
    /// How many questions were asked for it.
    pub asked: usize,
    /// How long that took.
    #[serde(serialize_with = "as_milliseconds", rename = "took_ms")]
    pub took: Duration,
}

fn as_milliseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(super::inspect::milliseconds(*time))
}

/// Tries the rules that `wanted` says.
pub(super) async fn conform(suite: &Arc<Suite>, wanted: &(dyn Fn(&Rule) -> bool + Sync)) -> Vec<Tried> {
    let mut tried = Vec::new();
    for rule in RULES.iter().filter(|rule| wanted(rule)) {
        suite.step(rule.id);
        let (begun, before) = (Instant::now(), suite.asked());
        let result = tally(suite, rule.id).await;
        suite.meter.crowded(false);
        let standing = match result {
            Ok(tally) => tally.standing(),
            Err(Stop::Hung) => Standing::Skipped {
                reason: "not tried any further: a call did not finish in time, see the rules `total`".into(),
            },
            Err(Stop::Host(reason)) => Standing::Undecided { reason },
        };
        let asked = suite.asked() - before;
        tried.push(Tried { rule: *rule, standing, asked, took: begun.elapsed() });
    }
    // A call that fails is a breach of what the call was about, whichever rule it was asked for.
    for tried in &mut tried {
        tried.standing = suite.with_failures(tried.rule.id, std::mem::take(&mut tried.standing));
    }
    tried
}

async fn tally(suite: &Arc<Suite>, rule: &str) -> Result<Tally, Stop> {
    match rule {
        "presentable.id" => Ok(presentable::id(suite)),
        "presentable.presentation" => presentable::presentation(suite).await,
        "presentable.details" => presentable::details(suite).await,
        "honest.answers" => Ok(Tally::default()),
        "honest.comparison" => honest::comparison(suite).await,
        "honest.alone" => honest::alone(suite).await,
        "honest.order" => honest::order(suite).await,
        "honest.needs" => honest::needs(suite).await,
        "refuses.permissions" => refuses::permissions(suite).await,
        "refuses.packages" => refuses::packages(suite).await,
        "places.files" => places::files(suite).await,
        "places.again" => places::again(suite).await,
        "places.entries" => places::entries(suite).await,
        "deterministic.repeated" => deterministic::repeated(suite).await,
        "deterministic.reordered" => deterministic::reordered(suite).await,
        "deterministic.concurrent" => deterministic::concurrent(suite).await,
        "total.permissions" => total::permissions(suite).await,
        "total.manifests" => total::manifests(suite).await,
        "total.packages" => total::packages(suite).await,
        "limits.memory" => Ok(measured::memory(suite)),
        "limits.staging" => Ok(measured::staging(suite)),
        "quick.calls" => Ok(measured::quick(suite)),
        unknown => Ok(Tally::skipped(format!("`{unknown}` is tried by no code"))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Each arm of [`tally`] by its text, since the rules are data and the code that tries them is not.
    #[test]
    fn every_rule_is_tried_by_code_and_told_once() {
        let source = include_str!("mod.rs");
        let mut ids = HashSet::new();
        for rule in &RULES {
            assert!(ids.insert(rule.id), "{} is there twice", rule.id);
            assert!(
                source.contains(&format!("        \"{}\" =>", rule.id)),
                "{} is tried by no code",
                rule.id
            );
            assert!(rule.sentence.ends_with('.') && rule.id.contains('.'), "{}", rule.id);
        }
    }
}
