//! What another component would change, as data: shown on pages, printed by the command, sent by the API.

use marketplace_manifest::{CategoryId, Digest, Slug, Version};
use marketplace_sandbox::{Detail, Finding, Grant, Value as Shown};
use marketplace_store::Approved;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::pipeline::{Plan, PlannedFile, Verdict};

/// Releases that are listed of each [`Outcome`]; the others are only counted.
pub const LISTED: usize = 1_000;

/// Files, and entries of the registry, that are listed of each release.
const LISTED_OF_EACH: usize = 50;

/// Characters of an entry's value that are shown.
const VALUE_SHOWN: usize = 500;

/// What another component would change in its category. Nothing is changed by looking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = UpgradeReport)]
pub struct Report {
    /// Which category.
    pub category: CategoryId,
    /// The component that it has.
    pub instead_of: Digest,
    /// Why that does not load, if it does not. Then releases are compared with what was said of them when they were
    /// submitted.
    pub instead_of_error: Option<String>,
    /// The one that it would have.
    pub component_sha256: Digest,
    /// Bytes.
    pub component_size: u64,
    /// Interfaces that it imports and the present one does not.
    pub imports_added: Vec<String>,
    /// Interfaces that the present one imports and it does not.
    pub imports_removed: Vec<String>,
    /// What it says of itself, or of how items are shown, in other words.
    pub itself: Vec<Difference>,
    /// How many releases there are, by what would become of them.
    pub counts: Counts,
    /// Those of which something else would be said, in the order in which they were submitted.
    pub releases: Vec<Replayed>,
    /// How many of those are not listed, because there are too many.
    pub releases_left_out: u64,
    /// Whether somebody has to agree before it is put in place: a release would be refused, nobody could tell, or what
    /// is granted or installed would be other.
    pub needs_consent: bool,
    /// Names what is listed: the same for the same changes.
    pub fingerprint: Digest,
}

/// Something that a component says of itself in other words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UpgradeDifference)]
pub struct Difference {
    /// What: `name`, `contract`, `field size`.
    pub what: String,
    /// As the present component says it; empty if it says nothing.
    pub now: String,
    /// As the other one does.
    pub then: String,
}

/// How many approved releases there are, by what would become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UpgradeCounts)]
pub struct Counts {
    /// All approved releases: every version, yanked ones included.
    pub releases: u64,
    /// Of which the same is said.
    pub unchanged: u64,
    /// Which would be refused, and are not.
    pub refused: u64,
    /// Of which nobody could tell.
    pub undecided: u64,
    /// Of which something else would be said.
    pub changed: u64,
    /// Which would be accepted, and are refused now, or nobody could tell.
    pub accepted: u64,
    /// Which are refused by both.
    pub refused_as_before: u64,
    /// Which were not asked about, because the component gave no answer too often.
    pub not_asked: u64,
    /// Among the changed: to which something else would be granted.
    pub grants_changed: u64,
    /// Among the changed: of which other files or entries would be installed.
    pub contents_changed: u64,
    /// Installations that stand on releases which are not unchanged. They stay as they are.
    pub installations: u64,
}

/// What would become of a release of which something else would be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UpgradeOutcome)]
pub enum Outcome {
    /// It would be refused.
    Refused,
    /// Nobody could tell.
    Undecided,
    /// It is accepted, and would be in other words.
    Changed,
    /// It would be accepted, and is not now.
    Accepted,
}

/// A release of which something else would be said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReplayedRelease)]
pub struct Replayed {
    /// The release's id.
    pub id: String,
    /// The item.
    pub slug: Slug,
    /// The release.
    pub version: Version,
    /// Whether lists show it of its item.
    pub latest: bool,
    /// Whether its author took it back.
    pub yanked: bool,
    /// How many tenants have it installed. They keep what they have.
    pub installations: u64,
    /// What would become of it.
    pub outcome: Outcome,
    /// Why it would be refused; of one that would be accepted, why it is refused now.
    pub findings: Vec<Finding>,
    /// Why nobody could tell, or can now.
    pub reason: Option<String>,
    /// What would be other, of one that is accepted by both.
    pub changes: Option<Changes>,
}

/// What is other in two verdicts on one release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = VerdictChanges)]
pub struct Changes {
    /// What is granted.
    pub grants: Vec<GrantChange>,
    /// Permissions that the contents would need as well.
    pub needed_added: Vec<String>,
    /// Permissions that the contents would not need any more.
    pub needed_removed: Vec<String>,
    /// Remarks that would be made.
    pub remarks_added: Vec<Finding>,
    /// Remarks that would not be made any more.
    pub remarks_removed: Vec<Finding>,
    /// What is shown of the item.
    pub details: Vec<DetailChange>,
    /// Files of the installed item.
    pub files: Vec<FileChange>,
    /// How many more files there are, which are not listed.
    pub files_left_out: u64,
    /// Entries of the registry.
    pub registry: Vec<EntryChange>,
    /// How many more entries there are, which are not listed.
    pub registry_left_out: u64,
}

/// In what a grant is other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GrantAspect)]
pub enum Aspect {
    /// There is none now.
    Added,
    /// There would be none.
    Removed,
    /// What the host enforces.
    Capability,
    /// How much harm it could do.
    Risk,
    /// The sentence that people agree to.
    Sentence,
}

/// A grant that would be other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantChange {
    /// The permission, as the manifest declares it.
    pub permission: String,
    /// In what it would be other.
    pub differs: Vec<Aspect>,
    /// What is granted for it.
    pub now: Option<Grant>,
    /// What would be.
    pub then: Option<Grant>,
}

/// A detail that would be other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DetailChange {
    /// The key of the field.
    pub field: String,
    /// What is shown; nothing, if it is not there.
    pub now: Vec<Shown>,
    /// What would be.
    pub then: Vec<Shown>,
}

/// A file of the installed item that would be other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileChange {
    /// Relative to the item's folder.
    pub path: String,
    /// The SHA-256 of its bytes; `null` if it is not there.
    pub now: Option<Digest>,
    /// What that would be; `null` if it would not be there.
    pub then: Option<Digest>,
}

/// An entry of the registry that would be other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RegistryChange)]
pub struct EntryChange {
    /// The entry's key.
    pub key: String,
    /// Its value as JSON, cut where it is long; `null` if it is not there.
    pub now: Option<String>,
    /// What that would be.
    pub then: Option<String>,
}

impl Report {
    /// What needs consent, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = &self.counts;
        let parts = [
            (counts.refused, "would be refused"),
            (counts.undecided, "could not be decided"),
            (counts.grants_changed, "would be granted something else"),
            (counts.contents_changed, "would be installed otherwise"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, what)| format!("{count} {what}")).collect();
        format!("of {} approved releases {}", counts.releases, parts.join(", "))
    }
}

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
        let is_listed = *of_its_kind <= LISTED as u64;
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

    /// Whether something else would be granted.
    #[must_use]
    pub fn of_grants(&self) -> bool {
        !self.grants.is_empty()
    }

    /// Whether something else would be installed.
    #[must_use]
    pub fn of_contents(&self) -> bool {
        !self.files.is_empty() || !self.registry.is_empty()
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
    use std::collections::HashMap;
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
