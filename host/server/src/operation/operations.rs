//! The operations of this process, and what is noted of them for others.

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use marketplace_manifest::{CategoryId, Slug, Tenant, Version};
use marketplace_store::{OperationRow, OperationState, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Progress, Work};
use crate::account::token::Caller;
use crate::clock;
use crate::installation::Order;

/// Operations of one tenant that may be under way at once.
const MAX_RUNNING: usize = 64;

/// How often, and how many times, the end of an operation is noted again while the database does not answer.
const NOTE_AGAIN: Duration = Duration::from_secs(5);
const NOTE_TIMES: u32 = 60;

/// Who wants what done. Equal ones at once are one operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wish {
    /// For whom.
    pub tenant: Tenant,
    /// Who says so, as the audit log calls them.
    pub actor: String,
    /// What is to be installed; `None` for other work, which is never shared.
    pub install: Option<Order>,
}

/// What an operation does, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OperationAbout)]
pub struct About {
    /// `install`, `submit` or `upgrade`.
    pub kind: String,
    /// Of which category.
    pub category: CategoryId,
    /// Which item; `null` while nobody has read what was submitted, and of an upgrade.
    pub slug: Option<Slug>,
    /// Which version was asked for; `null` is the newest.
    pub version: Option<Version>,
    /// Whether it only says what it would do.
    pub dry_run: bool,
}

impl About {
    /// The `kind` of an install, an update or a rollback.
    pub const INSTALL: &'static str = "install";
    /// The `kind` of a submission.
    pub const SUBMIT: &'static str = "submit";
    /// The `kind` of giving a category another component.
    pub const UPGRADE: &'static str = "upgrade";
}

impl Wish {
    /// Work that nobody else wants done just so.
    #[must_use]
    pub fn own(caller: &Caller) -> Self {
        Self { tenant: caller.tenant.clone(), actor: caller.actor(), install: None }
    }
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With an answer: an HTTP status, and its JSON.
    Answered(u16, Value),
    /// Called off in time.
    Cancelled,
    /// Through a fault of ours, which the log tells.
    Crashed,
}

impl Outcome {
    /// How the operation stands, then.
    #[must_use]
    pub fn state(&self) -> OperationState {
        match self {
            Self::Answered(status, _) if *status < 400 => OperationState::Succeeded,
            Self::Answered(..) | Self::Crashed => OperationState::Failed,
            Self::Cancelled => OperationState::Cancelled,
        }
    }
}

/// Work that is under way in this process, or ended while somebody held on to it.
#[derive(Debug)]
pub struct Operation {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub tenant: Tenant,
    /// What it does.
    pub about: About,
    /// Unix milliseconds.
    pub created_at: i64,
    work: Work,
    outcome: watch::Receiver<Option<(Outcome, i64)>>,
    /// Whether the database knows of it. Held while a note is written, so that the end is noted once and last.
    noted: tokio::sync::Mutex<bool>,
}

/// What came of calling an operation off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelling {
    /// It stops, and nothing has changed.
    Cancelled,
    /// It commits already, or has ended.
    TooLate,
}

/// There are too many operations under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{MAX_RUNNING} operations of this tenant are under way; wait for one to end, or cancel one")]
pub struct TooMany;

/// The operations of this process.
pub struct Operations {
    store: Store,
    /// Which data folder's server this is.
    node: String,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    by_id: HashMap<String, Arc<Operation>>,
    by_wish: HashMap<Wish, Arc<Operation>>,
}

impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operations").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Operations {
    /// None yet. `node` names this server's data folder.
    #[must_use]
    pub fn new(store: Store, node: String) -> Self {
        Self { store, node, running: Mutex::default() }
    }

    /// Begins the work, unless an equal wish is under way: then that is the answer.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn start<F>(
        self: &Arc<Self>,
        wish: Wish,
        about: About,
        work: impl FnOnce(Work) -> F,
    ) -> Result<Arc<Operation>, TooMany>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut running = self.running();
        if let Some(same) = running.by_wish.get(&wish) {
            return Ok(same.clone());
        }
        if running.by_id.values().filter(|one| one.tenant == wish.tenant).count() >= MAX_RUNNING {
            return Err(TooMany);
        }
        let (ends, outcome) = watch::channel(None);
        let operation = Arc::new(Operation {
            id: Uuid::now_v7().to_string(),
            tenant: wish.tenant.clone(),
            about,
            created_at: clock::now(),
            work: Work::unwatched(),
            outcome,
            noted: tokio::sync::Mutex::new(false),
        });
        let work = work(operation.work.clone());
        running.by_id.insert(operation.id.clone(), operation.clone());
        if wish.install.is_some() {
            running.by_wish.insert(wish.clone(), operation.clone());
        }
        drop(running);

        let (all, this) = (self.clone(), operation.clone());
        // A task of its own: also when everybody who waits goes away, what was begun is finished or undone, and not
        // dropped between two of its steps.
        let work = async move {
            let outcome = tokio::select! {
                biased;
                outcome = AssertUnwindSafe(work).catch_unwind() => outcome.unwrap_or(Outcome::Crashed),
                () = this.work.cancelled() => Outcome::Cancelled,
            };
            // Who asks the same from now on begins anew.
            all.running().by_wish.remove(&wish);
            ends.send_replace(Some((outcome, clock::now())));
            all.note_end(&this).await;
            all.running().by_id.remove(&this.id);
        };
        tokio::spawn(tracing::Instrument::in_current_span(work));
        Ok(operation)
    }

    /// The operation under this id, if it is this tenant's and under way here.
    #[must_use]
    pub fn find(&self, tenant: &Tenant, id: &str) -> Option<Arc<Operation>> {
        self.running().by_id.get(id).filter(|operation| operation.tenant == *tenant).cloned()
    }

    /// Notes it in the database: its id is going to be told to somebody.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn note(&self, operation: &Operation) -> Result<(), StoreError> {
        let mut noted = operation.noted.lock().await;
        if !*noted {
            self.store.note_operation(&self.row(operation)).await?;
            *noted = true;
        }
        Ok(())
    }

    /// Says of what this node had under way when it stopped that it was interrupted. Only at start-up.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn interrupt(&self) -> Result<u64, StoreError> {
        self.store.interrupt_operations(&self.node).await
    }

    /// Waits for the end of everything that is under way.
    pub async fn idle(&self) {
        loop {
            let Some(operation) = self.running().by_id.values().next().cloned() else { return };
            operation.ended().await;
            // Its end may still be being noted.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What the database says of it.
    #[must_use]
    pub fn row(&self, operation: &Operation) -> OperationRow {
        let ended = operation.outcome.borrow().clone();
        let (outcome, ended_at) = ended.unzip();
        OperationRow {
            id: operation.id.clone(),
            tenant: operation.tenant.clone(),
            about: serde_json::to_value(&operation.about).expect("plain values are JSON"),
            node: self.node.clone(),
            state: outcome.as_ref().map_or(OperationState::Running, Outcome::state),
            answer: match outcome {
                Some(Outcome::Answered(status, answer)) => Some((status, answer)),
                _ => None,
            },
            created_at: operation.created_at,
            ended_at,
        }
    }

    async fn note_end(&self, operation: &Operation) {
        let noted = operation.noted.lock().await;
        for _ in 0..if *noted { NOTE_TIMES } else { 0 } {
            match self.store.note_operation(&self.row(operation)).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(operation = %operation.id, %error, "its end is not noted yet"),
            }
            tokio::time::sleep(NOTE_AGAIN).await;
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Operation {
    /// Waits for its end.
    pub async fn ended(&self) -> Outcome {
        let mut outcome = self.outcome.clone();
        match outcome.wait_for(Option::is_some).await {
            Ok(ended) => ended.as_ref().map_or(Outcome::Crashed, |(outcome, _)| outcome.clone()),
            // The runtime stops.
            Err(_) => Outcome::Crashed,
        }
    }

    /// How far it is, from now on.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.work.watch()
    }

    /// Calls it off.
    pub async fn cancel(&self) -> Cancelling {
        if !self.work.cancel() {
            return Cancelling::TooLate;
        }
        match self.ended().await {
            Outcome::Cancelled => Cancelling::Cancelled,
            // It had ended before.
            _ => Cancelling::TooLate,
        }
    }
}
