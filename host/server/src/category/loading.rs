//! Loading components, without making everybody wait for one of them: the compiler takes seconds for a component that
//! brings a language's runtime along, and what other categories are asked meanwhile has nothing to do with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use marketplace_manifest::Digest;
use marketplace_sandbox::{Adapter, Outcome, Presentation};

use super::{Broken, Categories};

/// How long a request waits for a component that is new here. After that its category says that it is being compiled.
const PATIENCE: Duration = Duration::from_secs(2);

/// A component that can be asked, and what it shows.
pub(super) type Loaded = (Adapter, Arc<Presentation>);

type Arrival = Result<Loaded, Arc<Broken>>;

/// What is loaded while nobody waits: `None` as long as it is under way.
#[derive(Clone, Default)]
pub(super) struct Arrivals(Arc<Mutex<HashMap<Digest, Option<Arrival>>>>);

impl Arrivals {
    fn each(&self) -> MutexGuard<'_, HashMap<Digest, Option<Arrival>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came of it, once; or that it is under way.
    fn take(&self, component: &Digest) -> Option<Arrival> {
        let mut all = self.each();
        match all.get(component)? {
            None => Some(Err(Arc::new(Broken::Compiling))),
            Some(_) => all.remove(component).flatten(),
        }
    }
}

impl Categories {
    /// The component, if it is there soon: `hurried` is false at a start, when nobody waits for anything else.
    pub(super) async fn load_component(&self, component: Digest, hurried: bool) -> Arrival {
        if let Some(arrival) = self.arrivals.take(&component) {
            return arrival;
        }
        let categories = self.clone();
        let mut loading =
            tokio::spawn(async move { categories.load_fully(component).await.map_err(Arc::new) });
        if !hurried {
            return joined(loading.await);
        }
        if let Ok(loaded) = tokio::time::timeout(PATIENCE, &mut loading).await {
            return joined(loaded);
        }
        tracing::info!(%component, "a category's component is being compiled; the others go on");
        self.arrivals.each().insert(component, None);
        let categories = self.clone();
        tokio::spawn(async move {
            let loaded = joined(loading.await);
            categories.arrivals.each().insert(component, Some(loaded));
            if let Err(error) = categories.load_again().await {
                tracing::warn!(%error, "categories could not be loaded again");
            }
        });
        Err(Arc::new(Broken::Compiling))
    }

    async fn load_fully(&self, component: Digest) -> Result<Loaded, Broken> {
        let blobs = self.blobs.clone();
        let bytes = joined(tokio::task::spawn_blocking(move || blobs.read(&component)).await)?;
        let adapter = self.sandbox.load(&bytes).await?;
        match adapter.present().await {
            Outcome::Answer(presentation) => Ok((adapter, Arc::new(presentation))),
            Outcome::Refusal(_) => Err(Broken::Refusal),
            Outcome::Failure(failure) => Err(failure.into()),
        }
    }
}

fn joined<T>(task: Result<T, tokio::task::JoinError>) -> T {
    task.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
