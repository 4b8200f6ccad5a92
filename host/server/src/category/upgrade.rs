//! Giving a category another component: first in the shadow, then in its place.
//!
//! The preview asks the new component about everything that the category has, and changes nothing. What is put in place
//! then is guarded by the component that the preview was compared with: if somebody gave the category another one
//! meanwhile, it is looked at again. What is installed stays as it is: its files, entries and grants are its own.

use marketplace_manifest::{CategoryId, Digest};
use marketplace_sandbox::{Adapter, Detail};
use marketplace_store::{Category as Row, CategoryError, Event, StoreError};

use super::add::{AddError, Candidate};
use super::differences::{of_description, of_presentation};
use super::offer::names_are_free;
use super::replay::{self, PATIENCE, Present, Replay, replay};
use super::report::{Difference, Report};
use super::{AcceptError, Category};
use crate::market::Market;
use crate::operation::{Cancelled, Work};
use crate::pipeline::PipelineError;

/// Why a category did not get another component. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// There is no such category.
    #[error(
        "there is no category `{0}` that could get another component; `marketplace category add` adds one"
    )]
    Unknown(CategoryId),
    /// The component is of another category.
    #[error("the component says that it is the category `{found}`, and not `{wanted}`; nothing was changed")]
    OtherCategory {
        /// Which category was to get it.
        wanted: CategoryId,
        /// Which one it is.
        found: CategoryId,
    },
    /// It is the one that the category has.
    #[error("the category `{category}` has the component {component} already; there is nothing to change")]
    Present {
        /// Which category.
        category: CategoryId,
        /// Which component.
        component: Digest,
    },
    /// It does not become a category.
    #[error(transparent)]
    Add(#[from] AddError),
    /// It failed to answer too often to go on asking.
    #[error(
        "the component gave no answer for {PATIENCE} of the first {} releases, so the other {} were not asked about; \
         mend the component", .0.counts.releases, .0.counts.not_asked
    )]
    Unanswered(Box<Report>),
    /// Something would change that somebody has to agree to.
    #[error("{}; look at what would change, and accept it", .0.summary())]
    Consent(Box<Report>),
    /// The category was given another component since it was looked at.
    #[error("the category `{0}` was changed since the component was looked at; look at it again")]
    Changed(CategoryId),
    /// The bytes of the component to go back to are not there.
    #[error(
        "the component {0} is not in the blob store any more, or is damaged there; upgrade to its file instead"
    )]
    Gone(Digest),
    /// It was offered on a page, and is not kept any more.
    #[error(transparent)]
    Offer(#[from] AcceptError),
    /// The category never had that component, or so long ago that it is not kept.
    #[error(
        "the category `{category}` has no component {component} to go back to; its history lists those that are kept"
    )]
    NotInHistory {
        /// Which category.
        category: CategoryId,
        /// Which component.
        component: Digest,
    },
    /// There is nothing before the present component.
    #[error("the category `{0}` had no component before this one, so there is nothing to go back to")]
    Nothing(CategoryId),
    /// It was called off.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The database, the disk or a blob.
    #[error(transparent)]
    Pipeline(PipelineError),
}

impl From<PipelineError> for UpgradeError {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            error => Self::Pipeline(error),
        }
    }
}

impl From<StoreError> for UpgradeError {
    fn from(error: StoreError) -> Self {
        Self::Pipeline(error.into())
    }
}

impl From<CategoryError> for UpgradeError {
    fn from(error: CategoryError) -> Self {
        match error {
            CategoryError::Changed(category) => Self::Changed(category),
            error => Self::Add(error.into()),
        }
    }
}

/// What somebody agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing: only what needs no consent is done.
    None,
    /// Exactly the changes that were listed under this [fingerprint](Report::fingerprint).
    Listed(Digest),
    /// Whatever changes.
    Everything,
}

impl Consent {
    fn covers(self, report: &Report) -> bool {
        match self {
            Self::None => !report.needs_consent,
            Self::Listed(fingerprint) => !report.needs_consent || report.fingerprint == fingerprint,
            Self::Everything => true,
        }
    }
}

/// What another component would change.
#[derive(Debug)]
pub struct Preview {
    /// In detail.
    pub report: Report,
    /// The component, as it describes itself.
    pub candidate: Candidate,
    /// What items would show, by the ids of the releases that it takes.
    pub details: Vec<(String, Vec<Detail>)>,
}

/// A category that got another component.
#[derive(Debug)]
pub struct Upgraded {
    /// Its row.
    pub row: Row,
    /// What changed by it.
    pub report: Report,
}

/// Says what would change if a category got this component; `wanted` is the category, where the caller means one.
/// Nothing is changed.
///
/// # Errors
/// See [`UpgradeError`]: everything that an upgrade would be refused for, but for consent.
pub async fn preview(
    market: &Market,
    wanted: Option<&CategoryId>,
    component: &[u8],
    work: &Work,
) -> Result<Preview, UpgradeError> {
    let categories = &market.categories;
    let candidate = categories.examine(component).await?;
    let id = candidate.category.id.clone();
    if let Some(wanted) = wanted.filter(|wanted| **wanted != id) {
        return Err(UpgradeError::OtherCategory { wanted: wanted.clone(), found: id });
    }
    let all = categories.all().await?;
    let present = all.iter().find(|one| one.row.id == id).ok_or_else(|| UpgradeError::Unknown(id.clone()))?;
    let (instead_of, component_sha256) = (present.row.component_sha256, candidate.category.component_sha256);
    if instead_of == component_sha256 {
        return Err(UpgradeError::Present { category: id, component: instead_of });
    }
    let rows: Vec<Row> = all.iter().map(|one| one.row.clone()).collect();
    names_are_free(&rows, &candidate.category)?;

    let next = categories.sandbox().load(component).await.map_err(AddError::from)?;
    let now = Present { digest: instead_of, adapter: present.adapter().ok().cloned() };
    let (itself, imports) = (itself(market, present, &candidate, &next).await?, imports(&now, &next));
    let Replay { tally, details } = replay(market, &id, now, &next, work).await?;
    let report = Report {
        category: id,
        instead_of,
        instead_of_error: present.error(),
        component_sha256,
        component_size: candidate.category.component_size,
        imports_added: imports.0,
        imports_removed: imports.1,
        itself,
        fingerprint: tally.fingerprint(&instead_of, &component_sha256),
        counts: tally.counts,
        releases_left_out: tally.left_out,
        needs_consent: tally.needs_consent,
        releases: tally.releases,
    };
    Ok(Preview { report, candidate, details })
}

/// What it says of itself in other words than the present one.
async fn itself(
    market: &Market,
    present: &Category,
    candidate: &Candidate,
    next: &Adapter,
) -> Result<Vec<Difference>, UpgradeError> {
    let history = market.store.components(&present.row.id).await?;
    let contract = history.first().map_or("", |component| component.contract.as_str());
    let mut found = of_description(&present.row, contract, &candidate.category);
    found.extend(of_presentation(present.adapter().ok(), next).await);
    Ok(found)
}

/// What only the new one imports, and what only the present one does.
fn imports(present: &Present, next: &Adapter) -> (Vec<String>, Vec<String>) {
    let now = present.adapter.as_ref().map(Adapter::imports).unwrap_or_default();
    let beyond = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter().filter(|one| !others.contains(one)).cloned().collect()
    };
    (beyond(next.imports(), now), beyond(now, next.imports()))
}

/// Gives a category this component, if nothing changes by it that needs consent, or there is consent. It serves from
/// the next request on, on every replica; what is under way ends with the component that it began with.
///
/// # Errors
/// See [`UpgradeError`].
pub async fn upgrade(
    market: &Market,
    wanted: Option<&CategoryId>,
    component: &[u8],
    consent: Consent,
    who: Who<'_>,
    work: &Work,
) -> Result<Upgraded, UpgradeError> {
    let Preview { report, candidate, details } = preview(market, wanted, component, work).await?;
    if report.counts.not_asked > 0 {
        return Err(UpgradeError::Unanswered(Box::new(report)));
    }
    if !consent.covers(&report) {
        return Err(UpgradeError::Consent(Box::new(report)));
    }
    work.commits()?;
    market.categories.store_component(component).await?;
    let mut event = candidate.event(who.actor, "category.upgraded");
    event.reason = who.reason.map(str::to_owned);
    if let Some(said) = event.details.as_object_mut() {
        said.insert("instead_of".into(), serde_json::json!(report.instead_of));
        said.insert("counts".into(), serde_json::json!(report.counts));
    }
    let row = market.store.exchange_component(candidate.category, Some(report.instead_of), event).await?;
    if let Err(error) = shown(market, &row, details, who.actor).await {
        tracing::error!(category = %row.id, %error, "its items show what the component before said of them");
    }
    Ok(Upgraded { row, report })
}

/// Who does it, and why, for the audit log and the history.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// Who.
    pub actor: &'a str,
    /// Why, if they say so.
    pub reason: Option<&'a str>,
}

/// Asks the component that a category has by now what its items show: for one that came into place without a preview.
///
/// # Errors
/// When the database or the disk says no. The category serves all the same.
pub async fn present_anew(market: &Market, row: &Row, actor: &str, work: &Work) -> Result<(), UpgradeError> {
    let all = market.categories.all().await?;
    let category = all.iter().find(|one| one.row.component_sha256 == row.component_sha256);
    if let Some(adapter) = category.and_then(|one| one.adapter().ok()) {
        let details = replay::details(market, &row.id, adapter, work).await?;
        shown(market, row, details, actor).await?;
    }
    Ok(())
}

/// What the items of a category show from now on, by the ids of their releases: every change of a component arrives here.
async fn shown(
    market: &Market,
    row: &Row,
    details: Vec<(String, Vec<Detail>)>,
    actor: &str,
) -> Result<(), StoreError> {
    let event = Event::new(actor, "category.presented", format!("category:{}", row.id));
    let event = event.with(serde_json::json!({ "component_sha256": row.component_sha256 }));
    let details = details.into_iter().map(|(release, details)| (release, serde_json::json!(details)));
    let changed = market.store.present_again(&row.id, details.collect(), event).await?;
    tracing::info!(category = %row.id, component = %row.component_sha256, changed, "its items show what it says");
    Ok(())
}
