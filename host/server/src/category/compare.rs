//! What two components say of one release, compared, and what that adds up to.

use std::collections::HashMap;

use marketplace_manifest::Digest;
use marketplace_sandbox::{Detail, Finding, Grant};
use marketplace_store::Approved;
use serde_json::{Value, json};

use super::report::{
    Aspect, Changes, Counts, DetailChange, EntryChange, FileChange, GrantChange, Outcome, Replayed,
};
use crate::pipeline::{Plan, PlannedFile, Verdict};

/// Releases that are listed of each [`Outcome`]; the others are only counted.
const LISTED: u64 = 1_000;

/// Files, and entries of the registry, that are listed of each release.
const LISTED_OF_EACH: usize = 50;

/// Characters of an entry's value that are shown.
const VALUE_SHOWN: usize = 500;

/// What a component says of a release.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// It takes it.
    Accepts(Box<Verdict>),
    /// It refuses it.
    Refuses(Vec<Finding>),
    /// Nobody can tell, and why.
    Undecided(String),
}

/// What two components say of a release, compared.
#[derive(Debug)]
pub(super) enum Compared {
    /// The same.
    Unchanged,
    /// Both refuse it.
    RefusedAsBefore,
    /// Something else.
    Other(Box<Replayed>),
}

/// Compares what is said of a release with what would be.
pub(super) fn compare(release: &Approved, now: &Said, then: &Said) -> Compared {
    let (mut findings, mut reason, mut changes) = (Vec::new(), None, None);
    let outcome = match (now, then) {
        (_, Said::Undecided(why)) => {
            reason = Some(why.clone());
            Outcome::Undecided
        }
        (Said::Refuses(_), Said::Refuses(_)) => return Compared::RefusedAsBefore,
        (_, Said::Refuses(why)) => {
            findings.clone_from(why);
            Outcome::Refused
        }
        (Said::Refuses(why), Said::Accepts(_)) => {
            findings.clone_from(why);
            Outcome::Accepted
        }
        (Said::Undecided(why), Said::Accepts(_)) => {
            reason = Some(why.clone());
            Outcome::Accepted
        }
        (Said::Accepts(now), Said::Accepts(then)) => {
            let found = Changes::between(now, then);
            if found == Changes::default() {
                return Compared::Unchanged;
            }
            changes = Some(found);
            Outcome::Changed
        }
    };
    Compared::Other(Box::new(Replayed {
        id: release.release.id.clone(),
        slug: release.release.slug.clone(),
        version: release.release.version.clone(),
        latest: release.latest,
        yanked: release.yanked,
        installations: release.installations,
        outcome,
        findings,
        reason,
        changes,
    }))
}

impl Replayed {
    /// Whether somebody has to agree to it.
    fn needs_consent(&self) -> bool {
        match self.outcome {
            Outcome::Refused | Outcome::Undecided => true,
            Outcome::Accepted => false,
            Outcome::Changed => self.changes.as_ref().is_some_and(|one| one.of_grants() || one.of_contents()),
        }
    }

    /// What of it is not bound to change while somebody thinks it over.
    fn lasting(&self) -> Value {
        json!([self.id, self.outcome, self.findings, self.reason, self.changes])
    }
}

/// Counts what was compared, and keeps what is to be listed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    pub(super) releases: Vec<Replayed>,
    pub(super) left_out: u64,
    pub(super) needs_consent: bool,
}

impl Tally {
    pub(super) fn add(&mut self, compared: Compared) {
        let counts = &mut self.counts;
        counts.releases += 1;
        let one = match compared {
            Compared::Unchanged => return counts.unchanged += 1,
            Compared::RefusedAsBefore => return counts.refused_as_before += 1,
            Compared::Other(one) => *one,
        };
        counts.installations += one.installations;
        let of_its_kind = match one.outcome {
            Outcome::Refused => &mut counts.refused,
            Outcome::Undecided => &mut counts.undecided,
            Outcome::Changed => &mut counts.changed,
            Outcome::Accepted => &mut counts.accepted,
        };
        *of_its_kind += 1;
        let is_listed = *of_its_kind <= LISTED;
        if let Some(changes) = &one.changes {
            counts.grants_changed += u64::from(changes.of_grants());
            counts.contents_changed += u64::from(changes.of_contents());
        }
        self.needs_consent |= one.needs_consent();
        if is_listed {
            self.releases.push(one);
        } else {
            self.left_out += 1;
        }
    }

    /// Names what was found, apart from what changes by use.
    pub(super) fn fingerprint(&self, instead_of: &Digest, component: &Digest) -> Digest {
        let Counts { refused, undecided, changed, accepted, not_asked, .. } = self.counts;
        let releases: Vec<_> = self.releases.iter().map(Replayed::lasting).collect();
        let counts = [refused, undecided, changed, accepted, not_asked];
        Digest::of(json!([instead_of, component, counts, releases]).to_string().as_bytes())
    }
}

impl Changes {
    fn between(now: &Verdict, then: &Verdict) -> Self {
        let (files, files_left_out) = files(now.plan.as_ref(), then.plan.as_ref());
        let (registry, registry_left_out) = registry(now.plan.as_ref(), then.plan.as_ref());
        Self {
            grants: grants(&now.grants, &then.grants),
            needed_added: beyond(&then.needed, &now.needed),
            needed_removed: beyond(&now.needed, &then.needed),
            remarks_added: beyond(&then.remarks, &now.remarks),
            remarks_removed: beyond(&now.remarks, &then.remarks),
            details: details(&now.details, &then.details),
            files,
            files_left_out,
            registry,
            registry_left_out,
        }
    }
}

/// What is in the one list and not in the other.
fn beyond<T: PartialEq + Clone>(some: &[T], others: &[T]) -> Vec<T> {
    some.iter().filter(|one| !others.contains(one)).cloned().collect()
}

fn grants(now: &[Grant], then: &[Grant]) -> Vec<GrantChange> {
    pairs(now, then, |grant| grant.permission.as_str())
        .filter_map(|(permission, now, then)| {
            let differs: Vec<Aspect> = match (now, then) {
                (None, _) => vec![Aspect::Added],
                (_, None) => vec![Aspect::Removed],
                (Some(now), Some(then)) => [
                    (now.capability != then.capability, Aspect::Capability),
                    (now.risk != then.risk, Aspect::Risk),
                    (now.summary != then.summary, Aspect::Sentence),
                ]
                .into_iter()
                .filter_map(|(differs, aspect)| differs.then_some(aspect))
                .collect(),
            };
            let (permission, now, then) = (permission.to_owned(), now.cloned(), then.cloned());
            (!differs.is_empty()).then_some(GrantChange { permission, differs, now, then })
        })
        .collect()
}

fn details(now: &[Detail], then: &[Detail]) -> Vec<DetailChange> {
    let values = |detail: Option<&Detail>| detail.map(|one| one.values.clone()).unwrap_or_default();
    pairs(now, then, |detail| detail.field.as_str())
        .map(|(field, now, then)| DetailChange {
            field: field.to_owned(),
            now: values(now),
            then: values(then),
        })
        .filter(|change| change.now != change.then)
        .collect()
}

fn files(now: Option<&Plan>, then: Option<&Plan>) -> (Vec<FileChange>, u64) {
    let of = |plan: Option<&Plan>| plan.map(|plan| plan.files.clone()).unwrap_or_default();
    if now.map(|plan| plan.tree_sha256) == then.map(|plan| plan.tree_sha256) {
        return (Vec::new(), 0);
    }
    let (now, then) = (of(now), of(then));
    let digest = |file: Option<&PlannedFile>| file.map(|file| file.sha256);
    let changes = pairs(&now, &then, |file| file.path.as_str())
        .map(|(path, now, then)| FileChange { path: path.to_owned(), now: digest(now), then: digest(then) })
        .filter(|change| change.now != change.then);
    first(changes)
}

fn registry(now: Option<&Plan>, then: Option<&Plan>) -> (Vec<EntryChange>, u64) {
    let of = |plan: Option<&Plan>| -> Vec<(String, Value)> {
        plan.map(|plan| plan.registry.clone().into_iter().collect()).unwrap_or_default()
    };
    let (now, then) = (of(now), of(then));
    let shown = |entry: Option<&(String, Value)>| entry.map(|(_, value)| cut(&value.to_string()));
    let changes = pairs(&now, &then, |(key, _)| key.as_str())
        .filter(|(_, now, then)| now.map(|entry| &entry.1) != then.map(|entry| &entry.1))
        .map(|(key, now, then)| EntryChange { key: key.to_owned(), now: shown(now), then: shown(then) });
    first(changes)
}

/// The first of them, and how many more there are.
fn first<T>(mut all: impl Iterator<Item = T>) -> (Vec<T>, u64) {
    let listed = all.by_ref().take(LISTED_OF_EACH).collect();
    (listed, all.count() as u64)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE_SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What has the same key in both lists, beside each other: first in the order of the one, then what only the other has.
fn pairs<'a, T>(
    now: &'a [T],
    then: &'a [T],
    key: impl Fn(&'a T) -> &'a str,
) -> impl Iterator<Item = (&'a str, Option<&'a T>, Option<&'a T>)> {
    let new: HashMap<&str, &T> = then.iter().map(|one| (key(one), one)).collect();
    let old: HashMap<&str, &T> = now.iter().map(|one| (key(one), one)).collect();
    let of_now: Vec<_> = now.iter().map(|one| (key(one), Some(one), new.get(key(one)).copied())).collect();
    let only_then: Vec<_> = then
        .iter()
        .map(|one| (key(one), None, Some(one)))
        .filter(|(key, ..)| !old.contains_key(key))
        .collect();
    of_now.into_iter().chain(only_then)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use marketplace_sandbox::{Capability, Risk};

    use super::*;

    fn grant(permission: &str, summary: &str, risk: Risk) -> Grant {
        let capability = Capability::ReadData { topic: permission.to_owned() };
        Grant { permission: permission.to_owned(), capability, summary: summary.to_owned(), risk }
    }

    fn verdict(grants: Vec<Grant>, files: &[(&str, &str)], entries: &[(&str, Value)]) -> Verdict {
        let file = |(path, text): &(&str, &str)| PlannedFile {
            path: path.parse().unwrap(),
            size: text.len() as u64,
            sha256: Digest::of(text.as_bytes()),
        };
        let plan = Plan {
            files: files.iter().map(file).collect(),
            registry: entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
            grants: grants.clone(),
            tree_sha256: Digest::of(format!("{files:?}").as_bytes()),
        };
        Verdict { grants, needed: vec![], remarks: vec![], details: vec![], plan: Some(plan) }
    }

    #[test]
    fn what_is_said_again_in_the_same_words_is_no_change() {
        let one = verdict(vec![grant("a", "Read a", Risk::Low)], &[("a", "1")], &[("k", json!(1))]);
        assert_eq!(Changes::between(&one, &one.clone()), Changes::default());
    }

    #[test]
    fn every_change_is_named_by_what_it_is_of() {
        let now = verdict(
            vec![grant("a", "Read a", Risk::Low), grant("b", "Read b", Risk::Low)],
            &[("gone", "1"), ("other", "1"), ("same", "1")],
            &[("k", json!(1)), ("same", json!([]))],
        );
        let then = verdict(
            vec![grant("a", "Read the a", Risk::High), grant("c", "Read c", Risk::Low)],
            &[("new", "1"), ("other", "2"), ("same", "1")],
            &[("k", json!(2)), ("l", json!("x".repeat(1_000))), ("same", json!([]))],
        );
        let changes = Changes::between(&now, &then);
        let grants: Vec<_> =
            changes.grants.iter().map(|one| (one.permission.as_str(), one.differs.as_slice())).collect();
        assert_eq!(
            grants,
            [
                ("a", &[Aspect::Risk, Aspect::Sentence][..]),
                ("b", &[Aspect::Removed][..]),
                ("c", &[Aspect::Added][..])
            ]
        );
        let files: Vec<_> = changes
            .files
            .iter()
            .map(|one| (one.path.as_str(), one.now.is_some(), one.then.is_some()))
            .collect();
        assert_eq!(files, [("gone", true, false), ("other", true, true), ("new", false, true)]);
        let entries: Vec<_> =
            changes.registry.iter().map(|one| (one.key.as_str(), one.now.as_deref())).collect();
        assert_eq!(entries, [("k", Some("1")), ("l", None)]);
        assert_eq!(changes.registry[1].then.as_ref().unwrap().chars().count(), VALUE_SHOWN + 1);
    }

    #[test]
    fn a_release_of_very_many_files_is_listed_in_part() {
        let paths: Vec<String> = (0..LISTED_OF_EACH + 7).map(|number| format!("f{number}")).collect();
        let files: Vec<_> = paths.iter().map(|path| (path.as_str(), "1")).collect();
        let changes = Changes::between(&verdict(vec![], &[], &[]), &verdict(vec![], &files, &[]));
        assert_eq!((changes.files.len(), changes.files_left_out), (LISTED_OF_EACH, 7));
    }
}
