//! What another component would change, as data: shown on pages, printed by the command, sent by the API.

use marketplace_manifest::{CategoryId, Digest, Slug, Version};
use marketplace_sandbox::{Finding, Grant, Value as Shown};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
        let all = match counts.releases {
            1 => "of the one approved release".to_owned(),
            all => format!("of {all} approved releases"),
        };
        format!("{all} {}", parts.join(", "))
    }
}

impl Changes {
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
