//! A loaded component, and the calls that can be made of it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use wasmtime::component::InstancePre;
use wasmtime::{Store, Trap, UpdateDeadline, WasmBacktrace};

use crate::bindings::{installer, presenter, types, validator};
use crate::compile::Outside;
use crate::engine::Limiter;
use crate::host::{Package, State, Stop};
use crate::log::GuestLog;
use crate::observe::{Called, Ended, Used};
use crate::outcome::NoAnswer;
use crate::scrutiny::Scrutiny;
use crate::staging::Staging;
use crate::wasi::Wasi;
use crate::{
    Change, Contents, Contract, Description, Detail, Digest, Failure, Field, Finding, Grant, Inspection,
    Limits, ManifestView, Outcome, Presentation, Sandbox, Staged, text,
};

/// Which world of the contract a component is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// `gallery-category`: its items can be published, moderated and shown.
    Gallery,
    /// `category`: its items can be installed as well.
    Whole,
}

impl World {
    /// As the contract names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gallery => "gallery-category",
            Self::Whole => "category",
        }
    }
}

/// A category's component, ready to be called. Cheap to clone: clones share everything
/// but state, of which there is none.
#[derive(Clone)]
pub struct Adapter(Arc<Inner>, Option<Arc<str>>);

struct Inner {
    sandbox: Sandbox,
    digest: Digest,
    size: u64,
    outside: Outside,
    contract: Contract,
    world: World,
    pre: InstancePre<State>,
    validator: validator::GuestIndices,
    presenter: Option<presenter::GuestIndices>,
    installer: Option<installer::GuestIndices>,
    /// For the log; known once the adapter has been asked.
    id: OnceLock<String>,
    /// What `details` are of; known once the adapter has been asked.
    fields: OnceLock<Vec<Field>>,
}

/// A question to the component.
enum Question<'a> {
    Describe,
    Present,
    Details(&'a ManifestView),
    Validate(&'a [String]),
    Compare(&'a [String], &'a [String]),
    Inspect(&'a ManifestView),
    Install(&'a ManifestView, &'a [Grant]),
}

/// Its answer, as it came.
enum Reply {
    Description(validator::Description),
    Presentation(presenter::Presentation),
    Details(Vec<presenter::Detail>),
    Grants(Result<Vec<types::Grant>, Vec<types::Finding>>),
    Changes(Vec<validator::Change>),
    Inspection(Result<installer::Inspection, Vec<types::Finding>>),
    Installed(Result<(), Vec<types::Finding>>),
}

impl Question<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Describe => "describe",
            Self::Present => "present",
            Self::Details(_) => "details",
            Self::Validate(_) => "validate",
            Self::Compare(..) => "compare",
            Self::Inspect(_) => "inspect",
            Self::Install(..) => "install",
        }
    }

    fn time(&self, limits: &Limits) -> Duration {
        match self {
            Self::Describe | Self::Present | Self::Validate(_) | Self::Compare(..) => limits.call_time,
            Self::Details(_) | Self::Inspect(_) | Self::Install(..) => limits.package_call_time,
        }
    }
}

impl Adapter {
    pub(crate) fn new(
        sandbox: Sandbox,
        digest: Digest,
        size: u64,
        outside: Outside,
        contract: Contract,
        world: World,
        pre: InstancePre<State>,
    ) -> wasmtime::Result<Self> {
        let validator = validator::GuestIndices::new(&pre)?;
        let presenter = match contract {
            Contract::V1_0 => None,
            Contract::V1_1 => Some(presenter::GuestIndices::new(&pre)?),
        };
        let installer = match world {
            World::Gallery => None,
            World::Whole => Some(installer::GuestIndices::new(&pre)?),
        };
        let (id, fields) = (OnceLock::new(), OnceLock::new());
        let inner = Inner {
            sandbox,
            digest,
            size,
            outside,
            contract,
            world,
            pre,
            validator,
            presenter,
            installer,
            id,
            fields,
        };
        Ok(Self(Arc::new(inner), None))
    }

    /// The same component, asked on somebody's behalf: whoever observes the sandbox is told whose. The component is not.
    #[must_use]
    pub fn on_behalf_of(&self, asker: &str) -> Self {
        Self(self.0.clone(), Some(asker.into()))
    }

    /// The SHA-256 of the component, as it was loaded.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// Which version of the contract it is of.
    #[must_use]
    pub fn contract(&self) -> Contract {
        self.0.contract
    }

    /// Which world of the contract it is of.
    #[must_use]
    pub fn world(&self) -> World {
        self.0.world
    }

    /// The interfaces that it imports, with their versions.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.0.outside.imports
    }

    /// The interfaces that it exports, with their versions.
    #[must_use]
    pub fn exports(&self) -> &[String] {
        &self.0.outside.exports
    }

    /// The bytes of the component.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// Who this category is. Checked: `id` and `singular` are names, the icon is a plain
    /// picture, texts are clean and short.
    pub async fn describe(&self) -> Outcome<Description> {
        let question = Question::Describe;
        let scrutiny = self.scrutiny(&question);
        let answer = async {
            let (reply, _) = self.ask(question, None).await?;
            let Reply::Description(description) = reply else { return Err(mixed_up().into()) };
            Ok(scrutiny.description(description.into())?)
        };
        let outcome = self.observed("describe", answer).await;
        if let Outcome::Answer(description) = &outcome {
            // The same every time; should it not be, the log keeps the first.
            let _ = self.0.id.set(description.id.clone());
        }
        outcome
    }

    /// What people see of this category; nothing, if it is of a version that does not say. Checked: what it offers to
    /// authors, it grants.
    pub async fn present(&self) -> Outcome<Presentation> {
        if self.0.presenter.is_none() {
            return Outcome::Answer(Presentation::default());
        }
        self.observed("present", self.try_present()).await
    }

    async fn try_present(&self) -> Result<Presentation, NoAnswer> {
        let question = Question::Present;
        let scrutiny = self.scrutiny(&question);
        let (reply, _) = self.ask(question, None).await?;
        let Reply::Presentation(presentation) = reply else { return Err(mixed_up().into()) };
        let presentation = scrutiny.presentation(presentation.into())?;
        for offer in &presentation.permissions {
            // One at a time: some may exclude each other.
            if let Err(NoAnswer::Refused(findings)) =
                self.try_validate(std::slice::from_ref(&offer.permission)).await
            {
                return Err(scrutiny.refused_offer(&offer.permission, &findings).into());
            }
        }
        let _ = self.0.fields.set(presentation.fields.clone());
        Ok(presentation)
    }

    /// What an item has of the fields in [`present`](Self::present), in their order; nothing, if the adapter is of a
    /// version that does not say. The package is one that `inspect` has accepted.
    pub async fn details(
        &self,
        manifest: &ManifestView,
        contents: Arc<dyn Contents>,
    ) -> Outcome<Vec<Detail>> {
        if self.0.presenter.is_none() {
            return Outcome::Answer(Vec::new());
        }
        self.observed("details", self.try_details(manifest, contents)).await
    }

    async fn try_details(
        &self,
        manifest: &ManifestView,
        contents: Arc<dyn Contents>,
    ) -> Result<Vec<Detail>, NoAnswer> {
        let fields = match self.0.fields.get() {
            Some(fields) => fields.clone(),
            None => self.try_present().await?.fields,
        };
        let question = Question::Details(manifest);
        let scrutiny = self.scrutiny(&question);
        let (reply, _) = self.ask(question, Some(contents)).await?;
        let Reply::Details(details) = reply else { return Err(mixed_up().into()) };
        Ok(scrutiny.details(&fields, details.into_iter().map(Detail::from).collect())?)
    }

    /// A grant for each permission, in the order asked, or every reason against them.
    pub async fn validate(&self, permissions: &[String]) -> Outcome<Vec<Grant>> {
        self.observed("validate", self.try_validate(permissions)).await
    }

    async fn try_validate(&self, permissions: &[String]) -> Result<Vec<Grant>, NoAnswer> {
        let unfit = self.unfit_permissions(permissions);
        if !unfit.is_empty() {
            return Err(NoAnswer::Refused(unfit));
        }
        let question = Question::Validate(permissions);
        let scrutiny = self.scrutiny(&question);
        let (reply, _) = self.ask(question, None).await?;
        let Reply::Grants(grants) = reply else { return Err(mixed_up().into()) };
        let grants = self.or_refusal(scrutiny, grants)?;
        Ok(scrutiny.grants(permissions, grants.into_iter().map(Grant::from).collect())?)
    }

    /// What an update would change for a user who consented to the permissions of an
    /// earlier release. Both lists are ones that `validate` has accepted.
    pub async fn compare(&self, consented: &[String], requested: &[String]) -> Outcome<Vec<Change>> {
        let question = Question::Compare(consented, requested);
        let scrutiny = self.scrutiny(&question);
        let answer = async {
            let (reply, _) = self.ask(question, None).await?;
            let Reply::Changes(changes) = reply else { return Err(mixed_up().into()) };
            Ok(scrutiny.changes(consented, requested, changes.into_iter().map(Change::from).collect())?)
        };
        self.observed("compare", answer).await
    }

    /// What the package really needs, or why it cannot be of this category.
    pub async fn inspect(&self, manifest: &ManifestView, contents: Arc<dyn Contents>) -> Outcome<Inspection> {
        self.observed("inspect", self.try_inspect(manifest, contents)).await
    }

    async fn try_inspect(
        &self,
        manifest: &ManifestView,
        contents: Arc<dyn Contents>,
    ) -> Result<Inspection, NoAnswer> {
        let question = Question::Inspect(manifest);
        let scrutiny = self.scrutiny(&question);
        let (reply, _) = self.ask(question, Some(contents)).await?;
        let Reply::Inspection(inspection) = reply else { return Err(mixed_up().into()) };
        let inspection = self.or_refusal(scrutiny, inspection)?;
        Ok(scrutiny.inspection(inspection.into())?)
    }

    /// What the item consists of. Nothing is on a disk yet, and nothing will be if the
    /// answer is dropped.
    pub async fn install(
        &self,
        manifest: &ManifestView,
        grants: &[Grant],
        contents: Arc<dyn Contents>,
    ) -> Outcome<Staged> {
        self.observed("install", self.try_install(manifest, grants, contents)).await
    }

    async fn try_install(
        &self,
        manifest: &ManifestView,
        grants: &[Grant],
        contents: Arc<dyn Contents>,
    ) -> Result<Staged, NoAnswer> {
        let question = Question::Install(manifest, grants);
        let scrutiny = self.scrutiny(&question);
        let (reply, staging) = self.ask(question, Some(contents)).await?;
        let Reply::Installed(installed) = reply else { return Err(mixed_up().into()) };
        self.or_refusal(scrutiny, installed)?;
        Ok(staging.map(Staging::finish).unwrap_or_default())
    }

    /// Every call of the contract passes here, and nowhere else: whoever observes the sandbox is told of it.
    async fn observed<T>(
        &self,
        call: &'static str,
        answer: impl Future<Output = Result<T, NoAnswer>>,
    ) -> Outcome<T> {
        let begun = Instant::now();
        let outcome = Outcome::from(answer.await);
        if let Some(observer) = self.0.sandbox.0.observer.get() {
            let ended = match &outcome {
                Outcome::Answer(_) => Ended::Answered,
                Outcome::Refusal(_) => Ended::Refused,
                Outcome::Failure(failure) => Ended::Failed(failure),
            };
            let (component, asker) = (self.0.digest, self.1.as_deref());
            observer.called(&Called { component, call, asker, took: begun.elapsed(), ended });
        }
        outcome
    }

    fn scrutiny(&self, question: &Question<'_>) -> Scrutiny<'_> {
        Scrutiny { call: question.name(), limits: self.0.sandbox.limits() }
    }

    fn or_refusal<T>(
        &self,
        scrutiny: Scrutiny<'_>,
        reply: Result<T, Vec<types::Finding>>,
    ) -> Result<T, NoAnswer> {
        reply.or_else(|findings| {
            let findings = findings.into_iter().map(Finding::from).collect();
            Err(NoAnswer::Refused(scrutiny.refusal(findings)?))
        })
    }

    /// What no category has to understand: the host refuses it, in the contract's words.
    fn unfit_permissions(&self, permissions: &[String]) -> Vec<Finding> {
        let limits = self.0.sandbox.limits();
        let finding =
            |rule: &str, subject: String, message: String| Finding { rule: rule.into(), subject, message };
        if permissions.len() > limits.grants {
            let (count, limit) = (permissions.len(), limits.grants);
            let message = format!("The manifest declares {count} permissions, over {limit}. Declare fewer.");
            return vec![finding("permission.too-many", "permissions".into(), message)];
        }
        let unfit = permissions.iter().filter(|permission| !text::is_word(permission, limits.word_bytes));
        unfit
            .map(|permission| {
                let limit = limits.word_bytes;
                let message = format!(
                    "A permission has 1 to {limit} bytes, no space around it and nothing invisible. Write it plainly."
                );
                finding("permission.malformed", text::line(permission, limit), message)
            })
            .collect()
    }

    /// One call, in an instance of its own, within every limit.
    async fn ask(
        &self,
        question: Question<'_>,
        contents: Option<Arc<dyn Contents>>,
    ) -> Result<(Reply, Option<Staging>), Failure> {
        let shared = &self.0.sandbox.0;
        let limits = &shared.limits;
        let call = question.name();
        let _slot = tokio::time::timeout(limits.queue_time, shared.slots.acquire())
            .await
            .map_err(|_| Failure::Busy)?
            .map_err(|closed| Failure::Host { reason: closed.to_string() })?;
        // On the host's time, not the adapter's.
        let package = match contents {
            Some(contents) => Some(Package::open(contents, shared.reads.clone(), limits).await?),
            None => None,
        };
        let log = GuestLog::new(self.0.digest, self.0.id.get().cloned(), call, limits);
        let state = State {
            call,
            limits: limits.clone(),
            limiter: Limiter::new(limits),
            wasi: Wasi::new(&log, limits),
            log: log.clone(),
            package,
            staging: matches!(question, Question::Install(..)).then(|| Staging::new(limits)),
        };
        let mut store = Store::new(&shared.engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(limits.transfer_bytes);
        store.set_max_component_handles(limits.handles);
        // Two deadlines: this one stops a guest that computes, the next one a guest that
        // waits in a host call, where no epoch is looked at.
        let time = question.time(limits);
        let deadline = Instant::now() + time;
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            if Instant::now() >= deadline {
                return Err(Stop(Failure::Timeout { call, limit: time }).into());
            }
            // Everything else on this thread gets its turn.
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
        let _running = shared.ticker.run();
        let begun = Instant::now();
        let result = tokio::time::timeout(time, self.run(&mut store, question)).await;
        log.finish();
        if let Some(observer) = shared.observer.get() {
            let state = store.data();
            observer.used(&Used {
                component: self.0.digest,
                call,
                took: begun.elapsed(),
                limit: time,
                memory_bytes: state.limiter.memory(limits),
                staged: state.staging.as_ref().map(Staging::quantity).unwrap_or_default(),
            });
        }
        match result {
            Err(_) => Err(Failure::Timeout { call, limit: time }),
            Ok(Err(error)) => {
                let failure = explain(call, time, &error, &store.data().limiter);
                if let Failure::Host { reason } = &failure {
                    tracing::error!(adapter = %self.0.digest, call, reason, "an adapter could not be run");
                }
                Err(failure)
            }
            Ok(Ok(reply)) => Ok((reply, store.into_data().staging)),
        }
    }

    async fn run(&self, store: &mut Store<State>, question: Question<'_>) -> wasmtime::Result<Reply> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let validator = self.0.validator.load(&mut *store, &instance)?;
        let installer = match &self.0.installer {
            Some(indices) => Some(indices.load(&mut *store, &instance)?),
            None => None,
        };
        let presenter = match &self.0.presenter {
            Some(indices) => Some(indices.load(&mut *store, &instance)?),
            None => None,
        };
        let presentable = || presenter.as_ref().ok_or_else(|| Stop(mixed_up()));
        let installable = || installer.as_ref().ok_or(Stop(Failure::NotInstallable));
        Ok(match question {
            Question::Describe => Reply::Description(validator.call_describe(store).await?),
            Question::Present => Reply::Presentation(presentable()?.call_present(store).await?),
            Question::Details(manifest) => {
                Reply::Details(presentable()?.call_details(store, &manifest.into()).await?)
            }
            Question::Validate(permissions) => {
                Reply::Grants(validator.call_validate(store, permissions).await?)
            }
            Question::Compare(consented, requested) => {
                Reply::Changes(validator.call_compare(store, consented, requested).await?)
            }
            Question::Inspect(manifest) => {
                Reply::Inspection(installable()?.call_inspect(store, &manifest.into()).await?)
            }
            Question::Install(manifest, grants) => {
                let grants: Vec<types::Grant> = grants.iter().cloned().map(Into::into).collect();
                Reply::Installed(installable()?.call_install(store, &manifest.into(), &grants).await?)
            }
        })
    }
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adapter")
            .field("digest", &self.0.digest)
            .field("world", &self.0.world)
            .finish_non_exhaustive()
    }
}

/// A question was answered with another's answer: `run` pairs them, so it cannot happen.
fn mixed_up() -> Failure {
    Failure::Host { reason: "the reply is not to this question".into() }
}

/// Whose fault an error of the engine is.
fn explain(call: &'static str, time: Duration, error: &wasmtime::Error, limiter: &Limiter) -> Failure {
    if let Some(Stop(failure)) = error.downcast_ref() {
        return failure.clone();
    }
    let limit = |what: &str| Failure::Limit { call, what: what.into() };
    let cause = error.root_cause().to_string();
    if error.downcast_ref::<Trap>() == Some(&Trap::Interrupt) {
        return Failure::Timeout { call, limit: time };
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        // The permits make this impossible, unless the limits contradict each other.
        return Failure::Host { reason: cause };
    }
    // The engine's own type for this is private.
    if cause.contains("fuel allocated for hostcalls") {
        return limit("bytes passed to the host at once");
    }
    if matches!(error.downcast_ref(), Some(wasmtime_wasi::ResourceTableError::Full)) {
        return limit("handles");
    }
    if let Some(what) = limiter.hit {
        return limit(what);
    }
    Failure::Trap { call, reason: text::line(&with_place(cause, error), 500) }
}

/// Names the innermost functions, which usually says which check or index it was.
fn with_place(cause: String, error: &wasmtime::Error) -> String {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return cause };
    let names: Vec<_> = trace.frames().iter().filter_map(|frame| frame.func_name()).take(4).collect();
    if names.is_empty() { cause } else { format!("{cause} in {}", names.join(" < ")) }
}
