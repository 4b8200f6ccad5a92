//! Asking the component, in one place: every question is counted, and every failure is remembered with what was asked.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use marketplace_manifest::Draft;
use marketplace_sandbox::{
    Adapter, Change, Contents, Detail, Failure, Grant, Inspection, Limits, ManifestView, Outcome,
    Presentation, Staged, World,
};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

use super::rule::{Breach, Standing};
use crate::adapter::Watch;
use crate::adapter::cases::{Found, Specimens};
use crate::adapter::meter::{Meter, Usage};
use crate::pipeline::Verdict;
use crate::workbench::Known;

/// Letters of a question that are shown.
const SHOWN: usize = 120;

/// A case, for further questions.
#[derive(Clone, Debug)]
pub(in crate::adapter) struct Subject {
    /// Of the case.
    pub(in crate::adapter) name: String,
    /// What came of it.
    pub(in crate::adapter) found: Found,
    /// Its package.
    pub(in crate::adapter) unpacked: Specimens,
}

impl Subject {
    /// The verdict, if the category takes it.
    pub(super) fn taken(&self) -> Option<&Verdict> {
        match &self.found {
            Found::Taken { verdict, .. } => Some(verdict),
            _ => None,
        }
    }

    pub(super) fn draft(&self) -> &Draft {
        &self.unpacked.draft
    }

    /// As it is.
    pub(super) fn item(&self) -> Item {
        let specimen = &self.unpacked.specimen;
        let about = format!("the case `{}`", self.name);
        Item {
            about,
            view: specimen.view(self.draft()),
            contents: specimen.contents(),
            topic: Topic::Packages,
        }
    }
}

/// A package and its manifest, to be asked about.
#[derive(Clone)]
pub(super) struct Item {
    /// For people.
    pub(super) about: String,
    pub(super) view: ManifestView,
    pub(super) contents: Arc<dyn Contents>,
    /// What is out of the ordinary in it.
    pub(super) topic: Topic,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.about)
    }
}

/// What a question is about, and so which rule a failure of it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Permissions,
    Manifests,
    Packages,
}

/// Why nothing more is asked.
#[derive(Debug)]
pub(super) enum Stop {
    /// A call did not end in time: what else would not, nobody wants to wait for.
    Hung,
    /// This machine failed.
    Host(String),
}

/// A call that failed.
#[derive(Clone, Debug)]
struct Failed {
    topic: Topic,
    about: String,
    failure: Failure,
}

/// A component on trial.
pub(in crate::adapter) struct Suite {
    pub(super) known: Known,
    pub(super) subjects: Vec<Subject>,
    pub(super) presentation: Presentation,
    pub(super) limits: Limits,
    pub(super) meter: Meter,
    /// What the cases alone took.
    pub(super) usage: Vec<(&'static str, Usage)>,
    /// What the questions of the rules `deterministic` were answered the first time.
    pub(super) first: OnceCell<Vec<String>>,
    watch: Watch,
    failed: Mutex<Vec<Failed>>,
    hung: AtomicBool,
    asked: AtomicUsize,
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("known", &self.known).finish_non_exhaustive()
    }
}

impl Suite {
    /// With the cases as they came out, before anything else is asked.
    pub(in crate::adapter) fn new(
        known: Known,
        subjects: Vec<Subject>,
        limits: Limits,
        meter: Meter,
        watch: Watch,
    ) -> Self {
        Self {
            known,
            subjects,
            presentation: Presentation::default(),
            limits,
            usage: meter.read().into_iter().collect(),
            meter,
            first: OnceCell::new(),
            watch,
            failed: Mutex::default(),
            hung: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
        }
    }

    /// Asks what it shows of itself, which later questions are made of.
    pub(in crate::adapter) async fn introduced(mut self) -> Self {
        if let Ok(Outcome::Answer(presentation)) = self.present().await {
            self.presentation = presentation;
        }
        self
    }

    /// Remembers that a case had no verdict.
    pub(in crate::adapter) fn undecided(&self, case: &str, call: &str, failure: &Failure) {
        if failure.is_transient() {
            // Our own fault; the case says so.
            return;
        }
        let topic = match call {
            "describe" | "present" | "validate" | "compare" => Topic::Permissions,
            _ => Topic::Packages,
        };
        self.note(topic, format!("the case `{case}`"), failure);
    }

    pub(super) fn adapter(&self) -> &Adapter {
        &self.known.adapter
    }

    /// Whether there is anything that reads packages.
    pub(super) fn installs(&self) -> bool {
        self.adapter().world() == World::Whole
    }

    /// The cases that the category takes.
    pub(super) fn taken(&self) -> impl Iterator<Item = (&Subject, &Verdict)> {
        self.subjects.iter().filter_map(|subject| Some((subject, subject.taken()?)))
    }

    /// Says what is being done.
    pub(super) fn step(&self, what: &str) {
        (self.watch)(what);
    }

    /// Questions so far.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Counts a question, if any more are to be asked.
    pub(super) fn go_on(&self) -> Result<(), Stop> {
        if self.hung.load(Ordering::Relaxed) {
            return Err(Stop::Hung);
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn put<T>(
        &self,
        topic: Topic,
        about: impl FnOnce() -> String,
        answer: impl Future<Output = Outcome<T>>,
    ) -> Result<Outcome<T>, Stop> {
        self.go_on()?;
        let outcome = answer.await;
        if let Some(failure) = outcome.failure() {
            if failure.is_transient() {
                return Err(Stop::Host(format!("{}: {failure}", about())));
            }
            self.note(topic, about(), failure);
        }
        Ok(outcome)
    }

    fn note(&self, topic: Topic, about: String, failure: &Failure) {
        if matches!(failure, Failure::Timeout { .. }) {
            self.hung.store(true, Ordering::Relaxed);
        }
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.push(Failed { topic, about, failure: failure.clone() });
    }

    /// What a rule stands at, with the failures that break it.
    pub(super) fn with_failures(&self, rule: &str, standing: Standing) -> Standing {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let breaks = |one: &&Failed| match (&one.failure, one.topic) {
            (Failure::Dishonest { .. } | Failure::Misbehaved { .. }, _) => rule == "honest.answers",
            (_, Topic::Permissions) => rule == "total.permissions",
            (_, Topic::Manifests) => rule == "total.manifests",
            (_, Topic::Packages) => rule == "total.packages",
        };
        let breach = |one: &Failed| Breach { about: one.about.clone(), what: one.failure.to_string() };
        standing.broken_by(failed.iter().filter(breaks).map(breach).collect())
    }

    pub(super) async fn present(&self) -> Result<Outcome<Presentation>, Stop> {
        self.put(Topic::Permissions, || "`present`".into(), self.adapter().present()).await
    }

    pub(super) async fn validate(&self, permissions: &[String]) -> Result<Outcome<Vec<Grant>>, Stop> {
        let about = || format!("`validate` of {}", listed(permissions));
        self.put(Topic::Permissions, about, self.adapter().validate(permissions)).await
    }

    pub(super) async fn compare(
        &self,
        consented: &[String],
        requested: &[String],
    ) -> Result<Outcome<Vec<Change>>, Stop> {
        let about = || format!("`compare` of {} with {}", listed(consented), listed(requested));
        self.put(Topic::Permissions, about, self.adapter().compare(consented, requested)).await
    }

    pub(super) async fn inspect(&self, item: &Item) -> Result<Outcome<Inspection>, Stop> {
        let answer = self.adapter().inspect(&item.view, item.contents.clone());
        self.put(item.topic, || item.about.clone(), answer).await
    }

    pub(super) async fn details(&self, item: &Item) -> Result<Outcome<Vec<Detail>>, Stop> {
        let answer = self.adapter().details(&item.view, item.contents.clone());
        self.put(item.topic, || item.about.clone(), answer).await
    }

    pub(super) async fn install(&self, item: &Item, grants: &[Grant]) -> Result<Outcome<Staged>, Stop> {
        let answer = self.adapter().install(&item.view, grants, item.contents.clone());
        self.put(item.topic, || item.about.clone(), answer).await
    }

    /// Everything that is asked about a package, as far as it comes; whether it was taken.
    pub(super) async fn whole(&self, item: &Item, grants: &[Grant]) -> Result<bool, Stop> {
        if !self.installs() {
            return Ok(matches!(self.details(item).await?, Outcome::Answer(_)));
        }
        if !matches!(self.inspect(item).await?, Outcome::Answer(_)) {
            return Ok(false);
        }
        // Whatever it says: there is nothing to refuse, and a failure is remembered.
        let _ = self.details(item).await?;
        Ok(matches!(self.install(item, grants).await?, Outcome::Answer(_)))
    }

    /// Works on several at a time, as many as the machine has cores; what came, in order.
    pub(super) async fn at_once<T, R, F>(
        self: &Arc<Self>,
        items: Vec<T>,
        work: impl Fn(Arc<Self>, T) -> F,
    ) -> Result<Vec<R>, Stop>
    where
        F: Future<Output = Result<R, Stop>> + Send + 'static,
        R: Send + 'static,
    {
        // Never more than would wait for each other in the sandbox.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lanes = cores.clamp(2, self.limits.concurrency.max(2));
        let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
        let mut items = items.into_iter().enumerate();
        let mut running = JoinSet::new();
        self.meter.crowded(true);
        loop {
            while running.len() < lanes
                && let Some((at, item)) = items.next()
            {
                let work = work(self.clone(), item);
                running.spawn(async move { (at, work.await) });
            }
            match running.join_next().await {
                None => break,
                Some(Ok((at, result))) => results[at] = Some(result?),
                Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Some(Err(error)) => return Err(Stop::Host(error.to_string())),
            }
        }
        self.meter.crowded(false);
        Ok(results.into_iter().flatten().collect())
    }
}

/// A list of permissions, short enough to be read.
pub(super) fn listed(permissions: &[String]) -> String {
    let text = serde_json::to_string(permissions).unwrap_or_default();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} permissions)", &text[..end], permissions.len()),
        None => text,
    }
}
