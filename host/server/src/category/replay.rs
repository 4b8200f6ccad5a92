//! Every approved release of a category, asked about once more.
//!
//! A verdict is a function of the component, the manifest and the package, so the very code that took a release says
//! what another component would have said of it ([`Specimen`]). Where the stored verdict is the present component's, it
//! is the answer already, and only the other one is asked.
//!
//! Releases are read a page at a time, each is unpacked into a workshop of its own and dropped at once, and as many are
//! under way as there are cores: a thousand take no more memory than ten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use marketplace_archive::Sealed;
use marketplace_manifest::{CategoryId, Digest, Manifest};
use marketplace_sandbox::{Adapter, Detail};
use marketplace_store::{Approved, Release};

use super::compare::{Compared, Said, Tally, compare};
use crate::blobs::BlobError;
use crate::market::Market;
use crate::operation::{Cancelled, Stage, Work};
use crate::pipeline::{PipelineError, Specimen, Verdict, blocking};
use crate::release::LOOKALIKE;

/// Releases that are read at a time, with their verdicts.
const PAGE: u32 = 64;

/// Answers that a component may fail to give before it is not asked any more: each may have taken its whole time.
pub(super) const PATIENCE: usize = 20;

/// How often a component that was busy is asked again, and after how long.
const AGAIN: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// The component that a category has, to compare with.
#[derive(Clone, Debug)]
pub(super) struct Present {
    pub(super) digest: Digest,
    /// `None` if it does not load: then what was said at submission is what there is.
    pub(super) adapter: Option<Adapter>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Replay {
    pub(super) tally: Tally,
    /// What items would show, by the ids of the releases that the component takes.
    pub(super) details: Vec<(String, Vec<Detail>)>,
}

/// Asks `next` about every approved release of a category, and compares that with what `present` says.
///
/// # Errors
/// When the database or the disk says no, or it was called off.
pub(super) async fn replay(
    market: &Market,
    id: &CategoryId,
    present: Present,
    next: &Adapter,
    work: &Work,
) -> Result<Replay, PipelineError> {
    let question = Question {
        market: market.clone(),
        id: id.clone(),
        present,
        next: next.clone(),
        unanswered: AtomicUsize::new(0),
    };
    let (question, mut found, mut unanswered) = (Arc::new(question), Replay::default(), 0);
    let total = market.store.approved_count(id).await?;
    work.enters(Stage::Replay);
    work.expects(None, Some(total));
    let mut after: Option<String> = None;
    loop {
        let page = market.store.approved_after(id, after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.release.id.clone());
        // Tasks of their own, so that all cores have something to do; and not stopped in the middle of anything when
        // nobody waits any more: the few that are under way end by themselves.
        let tasks = stream::iter(page).map(|one| tokio::spawn(Question::compare(question.clone(), one)));
        let mut answers = tasks.buffered(cores());
        while let Some(answer) = answers.next().await {
            let answer = answer.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
            unanswered += usize::from(answer.unanswered);
            found.details.extend(answer.details);
            found.tally.add(answer.compared);
            let asked = found.tally.counts.releases;
            if work.done(0, asked).is_break() {
                return Err(Cancelled.into());
            }
            if unanswered >= PATIENCE {
                found.tally.counts.not_asked = total.saturating_sub(asked);
                return Ok(found);
            }
        }
    }
}

/// What items show, as a component says: for one that is in place already.
///
/// # Errors
/// As [`replay`].
pub(super) async fn details(
    market: &Market,
    id: &CategoryId,
    adapter: &Adapter,
    work: &Work,
) -> Result<Vec<(String, Vec<Detail>)>, PipelineError> {
    let present = Present { digest: adapter.digest(), adapter: None };
    Ok(replay(market, id, present, adapter, work).await?.details)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What is asked of every release.
struct Question {
    market: Market,
    id: CategoryId,
    present: Present,
    next: Adapter,
    /// Answers that the present component failed to give.
    unanswered: AtomicUsize,
}

/// What was said of one release.
#[derive(Debug)]
struct Answer {
    compared: Compared,
    /// Its id, and what it would show, if it would be taken.
    details: Option<(String, Vec<Detail>)>,
    /// Whether the other component failed to answer.
    unanswered: bool,
}

/// What both say of one release.
struct Both {
    now: Said,
    then: Said,
    /// Whether the other component failed to answer.
    unanswered: bool,
}

impl Both {
    /// Nobody was asked.
    fn unasked(known: Option<Said>, why: String) -> Self {
        let now = known.unwrap_or_else(|| Said::Undecided(why.clone()));
        Self { now, then: Said::Undecided(why), unanswered: false }
    }
}

impl Question {
    async fn compare(question: Arc<Self>, one: Approved) -> Result<Answer, PipelineError> {
        let Both { now, then, unanswered } = question.ask_both(&one.release).await?;
        let details = match &then {
            Said::Accepts(verdict) => Some((one.release.id.clone(), verdict.details.clone())),
            _ => None,
        };
        Ok(Answer { compared: compare(&one, &now, &then), details, unanswered })
    }

    async fn ask_both(&self, release: &Release) -> Result<Both, PipelineError> {
        let is_its_own = release.adapter_sha256 == self.present.digest;
        let known = if is_its_own { said_at_submission(release) } else { None };
        let manifest = match Manifest::parse(release.manifest.as_bytes()) {
            Ok(manifest) => manifest,
            Err(error) => return Ok(Both::unasked(known, format!("the stored manifest: {error}"))),
        };
        let sealed = match self.package(release).await {
            Ok(sealed) => sealed,
            Err(error @ (BlobError::Missing(_) | BlobError::Damaged(_))) => {
                return Ok(Both::unasked(known, format!("its package cannot be read: {error}")));
            }
            Err(error) => return Err(error.into()),
        };
        let workshop = self.market.trees.workshop()?;
        let into = workshop.make("package")?;
        let limits = &self.market.limits;
        let specimen = match Specimen::unpack(&self.next, self.id.clone(), &sealed, limits, into).await {
            Ok(specimen) => specimen,
            Err(PipelineError::Archive(error)) if error.is_refusal() => {
                return Ok(Both::unasked(known, format!("its package cannot be unpacked: {error}")));
            }
            Err(error) => return Err(error),
        };
        let then = ask(&specimen, &manifest).await?;
        let now = match known {
            Some(known) => known,
            None => self.ask_present(&specimen, &manifest, release).await?,
        };
        let unanswered = matches!(then, Said::Undecided(_));
        drop(specimen);
        blocking(move || drop(workshop)).await;
        Ok(Both { now, then, unanswered })
    }

    async fn package(&self, release: &Release) -> Result<Sealed, BlobError> {
        let (blobs, limits) = (self.market.blobs.clone(), self.market.limits.clone());
        let digest = release.package_sha256;
        blocking(move || blobs.open_sealed(&digest, &limits)).await
    }

    async fn ask_present(
        &self,
        specimen: &Specimen,
        manifest: &Manifest,
        release: &Release,
    ) -> Result<Said, PipelineError> {
        match &self.present.adapter {
            Some(adapter) if self.unanswered.load(Ordering::Relaxed) < PATIENCE => {
                let said = ask(&specimen.of(adapter), manifest).await?;
                if matches!(said, Said::Undecided(_)) {
                    self.unanswered.fetch_add(1, Ordering::Relaxed);
                }
                Ok(said)
            }
            // It does not load, or hardly ever answers: that is why there is another.
            _ => Ok(said_at_submission(release)
                .unwrap_or_else(|| Said::Undecided("what was said of it at submission is not kept".into()))),
        }
    }
}

/// The stored verdict, without what the host noticed by itself.
fn said_at_submission(release: &Release) -> Option<Said> {
    let mut verdict: Verdict = serde_json::from_value(release.verdict.clone()).ok()?;
    verdict.remarks.retain(|remark| remark.rule != LOOKALIKE);
    Some(Said::Accepts(Box::new(verdict)))
}

/// What a component says of a package. That it is busy says nothing.
async fn ask(specimen: &Specimen, manifest: &Manifest) -> Result<Said, PipelineError> {
    let mut tries = 0;
    loop {
        match specimen.verdict_with(manifest).await {
            Err(PipelineError::Undecided { failure, .. }) if failure.is_transient() && tries < AGAIN => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Ok(verdict) => return Ok(Said::Accepts(Box::new(verdict))),
            Err(
                PipelineError::Permissions(findings)
                | PipelineError::Undeclared(findings)
                | PipelineError::Contents(findings),
            ) => return Ok(Said::Refuses(findings)),
            Err(PipelineError::Undecided { call, failure, .. }) => {
                return Ok(Said::Undecided(format!("it gave no answer to `{call}`: {failure}")));
            }
            Err(error) => return Err(error),
        }
    }
}
