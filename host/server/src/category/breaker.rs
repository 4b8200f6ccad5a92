//! Pausing a component that fails again and again; it comes back by itself.
//!
//! A call that fails costs what it took: one that loops has one of the turns of *all* categories for ten seconds. So a
//! component that fails in a row is not asked any more for a while, and then once, on trial: if it answers, it serves
//! again; if it fails, the pause is twice as long.
//!
//! **A pause is as wide as the evidence.** Whether a component is broken or a package breaks it looks the same from
//! here, and one author can make any number of packages. Were a category paused for whatever fails five times, an author
//! could close it for everybody. So failures are counted twice:
//!
//! - of one author: then nothing of *that author's* is looked at for a while, and everybody else goes on;
//! - of all, where one author counts for three of five at most: a second one must see it fail, too, with no answer in
//!   between. Every author was verified by an operator, so a second name is not to be had for the asking.
//!
//! An author who is paused is not the one on trial for all. The functions count apart: a component that answers every
//! `validate` and no `inspect` does fail. `describe` and `present` do not count: nothing that waits for them is paused.
//!
//! This is no crate's state machine, because those that we know (`failsafe`, `recloser`) let everybody through once the
//! time is over, tell nobody when that is, and do not ask whose failures they count.
//!
//! Like [`health`](super::health), this is of one process and since it started: every replica sees for itself. A
//! component that takes the place of another begins anew.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use marketplace_manifest::{AuthorId, CategoryId, Digest};
use marketplace_sandbox::{Called, Ended, Failure, Observer};

use crate::clock;

/// What is asked about something of an author's, and so is not asked during a pause.
const COUNTED: [&str; 5] = ["validate", "compare", "inspect", "details", "install"];

/// When to pause, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// So many failures of one function, with no answer in between …
    pub failures: usize,
    /// … within this time.
    pub within: Duration,
    /// How many of them one author's may be, if they are to pause the category for all.
    pub of_one_author: usize,
    /// The first pause. Each further one is twice as long …
    pub first: Duration,
    /// … up to this. A component that has served for as long begins with the first again.
    pub longest: Duration,
    /// How long the one on trial has for the answer that decides, before another is tried.
    pub trial: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            failures: 5,
            within: Duration::from_secs(60),
            of_one_author: 3,
            first: Duration::from_secs(10),
            longest: Duration::from_secs(600),
            trial: Duration::from_secs(10),
        }
    }
}

impl Policy {
    /// The pause after so many.
    fn pause(&self, before: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(before)).min(self.longest)
    }
}

/// That a category is not asked, about anything or about what is one author's, and until when.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Paused {
    /// Which category.
    pub category: CategoryId,
    /// Whose packages it is not asked about; `None` if it is not asked at all.
    pub author: Option<AuthorId>,
    /// The function that failed.
    pub call: &'static str,
    /// How it failed last: [`Failure::code`].
    pub code: &'static str,
    /// When it is tried again, Unix milliseconds.
    pub until: i64,
    /// The same, from now on.
    pub retry_after: Duration,
}

impl Paused {
    fn sentence(&self) -> String {
        let Self { category, call, code, .. } = self;
        let until = clock::rfc3339(self.until);
        match &self.author {
            None => format!(
                "the category `{category}` is paused until {until}, because its component failed in `{call}` again and \
                 again ({code}); what is listed and installed stays, and other categories serve: ask again then"
            ),
            Some(author) => format!(
                "the category `{category}` does not look at packages of the author `{author}` until {until}, because \
                 its component failed with them in `{call}` again and again ({code}): ask again then"
            ),
        }
    }
}

/// How a component stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// That it is paused.
    pub paused: Option<Paused>,
    /// The authors whose packages it is not asked about.
    pub authors: Vec<Paused>,
    /// How often nobody was let through.
    pub turned_away: u64,
}

/// The pauses of all components that categories name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Breaker(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    policy: Policy,
    components: HashMap<Digest, Component>,
}

#[derive(Debug)]
struct Component {
    category: CategoryId,
    all: Circuit,
    authors: BTreeMap<String, Circuit>,
    turned_away: u64,
}

/// The failures of one component, of all or of one author, and what follows from them.
#[derive(Debug, Default)]
struct Circuit {
    /// Since the last answer, by function: when, and whose.
    failures: BTreeMap<&'static str, VecDeque<(Instant, Option<String>)>>,
    pause: Option<Pause>,
    /// How many pauses there were in a row.
    pauses: u32,
    /// When the last one ended.
    ended: Option<Instant>,
}

#[derive(Debug)]
struct Pause {
    call: &'static str,
    code: &'static str,
    until: Instant,
    /// When the last one was let through after that.
    tried: Option<Instant>,
}

impl Circuit {
    /// How long nobody is let through; `None` if somebody is.
    fn closed_for(&self, now: Instant, policy: &Policy) -> Option<Duration> {
        let pause = self.pause.as_ref()?;
        let open_at = match pause.tried {
            Some(tried) => tried + policy.trial,
            None => pause.until,
        };
        open_at.checked_duration_since(now).filter(|left| !left.is_zero())
    }

    fn lets_through(&mut self, now: Instant) {
        if let Some(pause) = &mut self.pause {
            pause.tried = Some(now);
        }
    }

    /// Says whether a pause ended.
    fn answered(&mut self, call: &'static str, now: Instant) -> bool {
        self.failures.remove(call);
        // An answer to another question does not tell, nor does one to a question from before the pause.
        if self.pause.take_if(|pause| pause.call == call && pause.until <= now).is_none() {
            return false;
        }
        self.ended = Some(now);
        true
    }

    /// Says whether a pause began, or began again. Of `asker`'s failures `most` count.
    fn failed(
        &mut self,
        (call, code): (&'static str, &'static str),
        asker: Option<&str>,
        most: usize,
        now: Instant,
        policy: &Policy,
    ) -> bool {
        match &self.pause {
            // Asked before the pause: it is known.
            Some(pause) if now < pause.until => return false,
            Some(_) => {}
            None => {
                let failures = self.failures.entry(call).or_default();
                failures.retain(|(at, _)| now.duration_since(*at) < policy.within);
                failures.push_back((now, asker.map(str::to_owned)));
                let is_theirs = |whose: &Option<String>| whose.as_deref() == asker;
                if failures.iter().filter(|(_, whose)| is_theirs(whose)).count() > most
                    && let Some(oldest) = failures.iter().position(|(_, whose)| is_theirs(whose))
                {
                    failures.remove(oldest);
                }
                if failures.len() < policy.failures {
                    return false;
                }
                if self.ended.is_some_and(|ended| now.duration_since(ended) > policy.longest) {
                    self.pauses = 0;
                }
            }
        }
        self.failures.clear();
        self.pause = Some(Pause { call, code, until: now + policy.pause(self.pauses), tried: None });
        self.pauses = self.pauses.saturating_add(1);
        true
    }

    /// Whether there is nothing in it to remember.
    fn is_stale(&self, now: Instant, policy: &Policy) -> bool {
        let recent = |(at, _): &(Instant, _)| now.duration_since(*at) < policy.within;
        self.pause.is_none()
            && !self.failures.values().flatten().any(recent)
            && self.ended.is_none_or(|ended| now.duration_since(ended) > policy.longest)
    }

    fn paused(
        &self,
        category: &CategoryId,
        author: Option<&str>,
        now: Instant,
        policy: &Policy,
    ) -> Option<Paused> {
        let pause = self.pause.as_ref()?;
        let retry_after = self.closed_for(now, policy).unwrap_or_default();
        let milliseconds = i64::try_from(retry_after.as_millis()).unwrap_or(i64::MAX);
        Some(Paused {
            category: category.clone(),
            author: author.and_then(|author| author.parse().ok()),
            call: pause.call,
            code: pause.code,
            until: clock::now().saturating_add(milliseconds),
            retry_after,
        })
    }
}

impl Breaker {
    /// When to pause from now on, and for how long.
    pub fn set_policy(&self, policy: Policy) {
        self.lock().policy = policy;
    }

    /// How a component stands, if a category names it.
    #[must_use]
    pub fn standing(&self, component: &Digest) -> Standing {
        let (inner, now) = (self.lock(), Instant::now());
        let Some(of) = inner.components.get(component) else { return Standing::default() };
        let paused = |author, circuit: &Circuit| circuit.paused(&of.category, author, now, &inner.policy);
        Standing {
            paused: paused(None, &of.all),
            authors: of.authors.iter().filter_map(|(author, one)| paused(Some(author), one)).collect(),
            turned_away: of.turned_away,
        }
    }

    /// Asks for a turn: whoever gets one may be on trial.
    pub(super) fn admit(&self, component: &Digest, author: &AuthorId) -> Result<(), Paused> {
        self.lock().admit(component, author.as_str(), Instant::now())
    }

    /// Watches these components, and forgets all others.
    pub(super) fn keep(&self, components: impl IntoIterator<Item = (Digest, CategoryId)>) {
        let mut inner = self.lock();
        let mut before = std::mem::take(&mut inner.components);
        let gone: Vec<CategoryId> = before.values().map(|component| component.category.clone()).collect();
        for (digest, category) in components {
            let component = before.remove(&digest).unwrap_or_else(|| Component {
                category,
                all: Circuit::default(),
                authors: BTreeMap::new(),
                turned_away: 0,
            });
            inner.components.insert(digest, component);
        }
        let here = |id: &CategoryId| inner.components.values().any(|component| component.category == *id);
        gone.iter().filter(|id| !here(id)).for_each(|id| gauge(id, 0, 0));
        inner.components.values().for_each(Component::measure);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn admit(&mut self, component: &Digest, author: &str, now: Instant) -> Result<(), Paused> {
        let policy = self.policy;
        let Some(of) = self.components.get_mut(component) else { return Ok(()) };
        let own = of.authors.get(author).filter(|own| own.closed_for(now, &policy).is_some());
        // Their own pause first: who is paused is not the one on trial for all.
        let refused = match own {
            Some(own) => own.paused(&of.category, Some(author), now, &policy),
            None if of.all.closed_for(now, &policy).is_some() => {
                of.all.paused(&of.category, None, now, &policy)
            }
            None => None,
        };
        if let Some(paused) = refused {
            of.turned_away += 1;
            metrics::counter!(
                "marketplace_adapter_calls_total",
                "category" => of.category.to_string(), "call" => "none", "outcome" => "paused"
            )
            .increment(1);
            return Err(paused);
        }
        of.all.lets_through(now);
        if let Some(own) = of.authors.get_mut(author) {
            own.lets_through(now);
        }
        Ok(())
    }

    fn called(&mut self, called: &Called<'_>, now: Instant) {
        let policy = self.policy;
        let Some(of) = self.components.get_mut(&called.component) else { return };
        if !COUNTED.contains(&called.call) {
            return;
        }
        match called.ended {
            Ended::Answered | Ended::Refused => of.answered(called.call, called.asker, now),
            Ended::Failed(failure) if is_its_own(failure) => {
                of.failed((called.call, failure.code()), called.asker, now, &policy);
            }
            Ended::Failed(_) => {}
        }
    }
}

impl Component {
    fn answered(&mut self, call: &'static str, asker: Option<&str>, now: Instant) {
        let category = &self.category;
        let mut ended = self.all.answered(call, now);
        if ended {
            tracing::info!(%category, call, "the category's component answers again, and serves");
        }
        if let Some((author, own)) = asker.and_then(|author| Some((author, self.authors.get_mut(author)?)))
            && own.answered(call, now)
        {
            tracing::info!(%category, author, call, "the category looks at the author's packages again");
            ended = true;
        }
        if ended {
            self.measure();
        }
    }

    fn failed(
        &mut self,
        what: (&'static str, &'static str),
        asker: Option<&str>,
        now: Instant,
        policy: &Policy,
    ) {
        let (category, (call, code)) = (&self.category, what);
        let mut began = self.all.failed(what, asker, policy.of_one_author, now, policy);
        if began {
            let pause = policy.pause(self.all.pauses.saturating_sub(1));
            tracing::warn!(%category, call, code, ?pause, "the category is paused: its component fails again and again");
        }
        if let Some(author) = asker {
            self.authors.retain(|_, circuit| !circuit.is_stale(now, policy));
            let own = self.authors.entry(author.to_owned()).or_default();
            if own.failed(what, asker, policy.failures, now, policy) {
                let pause = policy.pause(own.pauses.saturating_sub(1));
                tracing::warn!(
                    %category, author, call, code, ?pause,
                    "the category does not look at the author's packages for a while: its component fails with them"
                );
                began = true;
            }
        }
        if began {
            self.measure();
        }
    }

    fn measure(&self) {
        let authors = self.authors.values().filter(|circuit| circuit.pause.is_some()).count();
        gauge(&self.category, u8::from(self.all.pause.is_some()), authors);
    }
}

fn gauge(category: &CategoryId, paused: u8, authors: usize) {
    metrics::gauge!("marketplace_category_paused", "category" => category.to_string()).set(paused);
    metrics::gauge!("marketplace_category_paused_authors", "category" => category.to_string())
        .set(u32::try_from(authors).unwrap_or(u32::MAX));
}

/// Whether a failure says something of the component: not that this server was busy or at fault, nor that the component
/// was asked for what it does not offer.
fn is_its_own(failure: &Failure) -> bool {
    !failure.is_transient() && !matches!(failure, Failure::NotInstallable)
}

impl Observer for Breaker {
    fn called(&self, called: &Called<'_>) {
        self.lock().called(called, Instant::now());
    }
}

#[cfg(test)]
#[path = "breaker/tests.rs"]
mod tests;
