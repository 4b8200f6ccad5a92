//! Releases that somebody is about to submit from a page: a package that was received, and what is said of it so far.
//!
//! They are in the memory of this process, and their packages among what the blob store receives: both are gone with a
//! restart, and another replica has never heard of them. Nothing depends on them but that somebody drops a package once
//! more. Each is its tenant's alone, has a name that nobody guesses, and goes when it was not looked at for a while;
//! there are few for each tenant, of which the oldest makes room, and not many altogether.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use marketplace_manifest::{AuthorId, CategoryId, Tenant};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::check::{Checked, Permissions, check};
use super::{SubmissionError, Words, may_submit};
use crate::account::token::Caller;
use crate::blobs::Received;
use crate::market::Market;
use crate::secrets::random;

/// How long a draft is kept that nobody looks at.
const LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);
/// Drafts of one tenant. A package may have gibibytes.
const MAX_OF_TENANT: usize = 4;
/// Drafts of all tenants.
const MAX: usize = 64;
/// Drafts that are looked at at once: each is unpacked for that.
const AT_ONCE: usize = 2;

/// The drafts of this process.
#[derive(Debug)]
pub struct Drafts {
    all: Mutex<HashMap<String, Arc<Draft>>>,
    lifetime: Duration,
    turns: Semaphore,
}

impl Default for Drafts {
    fn default() -> Self {
        Self { all: Mutex::default(), lifetime: LIFETIME, turns: Semaphore::new(AT_ONCE) }
    }
}

/// A package that is about to be submitted, and what is said of it.
#[derive(Debug)]
pub struct Draft {
    /// Names it: 128 random bits.
    pub id: String,
    /// Whose.
    pub tenant: Tenant,
    /// What it is to be published as.
    pub category: CategoryId,
    /// Who is to publish it.
    pub author: AuthorId,
    /// What its file was called where it came from.
    pub file: String,
    /// The package.
    pub package: Received,
    said: Mutex<Said>,
    used: Mutex<Instant>,
}

/// What is said of a package, and what came of that.
#[derive(Clone, Debug)]
pub struct Said {
    /// What its author typed last.
    pub words: Words,
    /// What a server says to these words; `None` if it was not asked, or gave no answer.
    pub checked: Option<Arc<Checked>>,
}

/// A draft that is to be kept.
#[derive(Debug)]
#[allow(missing_docs, reason = "as in `Draft`")]
pub struct NewDraft {
    pub category: CategoryId,
    pub author: AuthorId,
    pub file: String,
    pub package: Received,
    pub words: Words,
}

/// There is no room for another draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{MAX} packages are waiting to be submitted on this server, and there is no room for another; try again later, or \
     send the package with `marketplace publish`"
)]
pub struct NoRoom;

impl Drafts {
    /// Keeps a draft of the caller's tenant.
    ///
    /// # Errors
    /// [`NoRoom`].
    pub fn keep(self: &Arc<Self>, caller: &Caller, new: NewDraft) -> Result<Arc<Draft>, NoRoom> {
        let draft = Arc::new(Draft {
            id: URL_SAFE_NO_PAD.encode(random::<16>()),
            tenant: caller.tenant.clone(),
            category: new.category,
            author: new.author,
            file: new.file,
            package: new.package,
            said: Mutex::new(Said { words: new.words, checked: None }),
            used: Mutex::new(Instant::now()),
        });
        let mut all = self.all();
        let mut mine: Vec<_> = all.values().filter(|one| one.tenant == draft.tenant).cloned().collect();
        mine.sort_by_key(|one| one.used());
        for oldest in mine.iter().take((mine.len() + 1).saturating_sub(MAX_OF_TENANT)) {
            all.remove(&oldest.id);
        }
        if all.len() >= MAX {
            return Err(NoRoom);
        }
        all.insert(draft.id.clone(), draft.clone());
        drop(all);
        self.forget_in_time(&draft);
        Ok(draft)
    }

    /// A draft of the caller's tenant, which is kept for longer now. Another tenant's is not there.
    #[must_use]
    pub fn find(&self, caller: &Caller, id: &str) -> Option<Arc<Draft>> {
        let draft = self.all().get(id).filter(|draft| draft.tenant == caller.tenant).cloned()?;
        *lock(&draft.used) = Instant::now();
        Some(draft)
    }

    /// The drafts of the caller's tenant, those that were looked at last first.
    #[must_use]
    pub fn of(&self, caller: &Caller) -> Vec<Arc<Draft>> {
        let all = self.all();
        let mut mine: Vec<_> = all.values().filter(|draft| draft.tenant == caller.tenant).cloned().collect();
        drop(all);
        mine.sort_by_key(|draft| std::cmp::Reverse(draft.used()));
        mine
    }

    /// Forgets a draft, and its package unless something still reads it.
    pub fn forget(&self, id: &str) {
        self.all().remove(id);
    }

    /// Forgets a draft when nobody has looked at it for a while, so that its package does not stay on the disk.
    fn forget_in_time(self: &Arc<Self>, draft: &Arc<Draft>) {
        let (drafts, draft, lifetime) = (Arc::downgrade(self), Arc::downgrade(draft), self.lifetime);
        tokio::spawn(async move {
            while let Some(end) = draft.upgrade().map(|draft| draft.used() + lifetime) {
                if Instant::now() < end {
                    tokio::time::sleep_until(end).await;
                } else if let (Some(drafts), Some(draft)) = (drafts.upgrade(), draft.upgrade()) {
                    drafts.forget(&draft.id);
                    return;
                } else {
                    return;
                }
            }
        });
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Draft>>> {
        lock(&self.all)
    }
}

impl Draft {
    /// What is said of it.
    #[must_use]
    pub fn said(&self) -> Said {
        lock(&self.said).clone()
    }

    /// Keeps what is said of the package, and asks what a server says to that. Where permissions are worked out, they
    /// are said from then on.
    ///
    /// # Errors
    /// Who may not submit, and that nobody could tell. What the author can mend is in [`Checked::refused`].
    pub async fn check(
        &self,
        market: &Market,
        caller: &Caller,
        mut words: Words,
        permissions: Permissions,
    ) -> Result<Arc<Checked>, SubmissionError> {
        if permissions == Permissions::Fewest {
            words.permissions.clear();
        }
        *lock(&self.said) = Said { words: words.clone(), checked: None };
        let category = may_submit(market, caller, &self.category).await?;
        words.ask(&category.presentation.inputs);
        lock(&self.said).words.ask(&category.presentation.inputs);
        let package = self.package.sealed();
        let _turn = market.drafts.turns.acquire().await;
        let checked = check(market, &category, &self.author, &words, permissions, package).await?;
        let mut said = Said { words, checked: None };
        if permissions == Permissions::Fewest {
            said.words.permissions.clone_from(&checked.declared);
        }
        let checked = Arc::new(checked);
        said.checked = Some(checked.clone());
        *lock(&self.said) = said;
        Ok(checked)
    }

    /// The manifest with all that its author has to say, ready to be signed; `None` if what was typed is not one.
    #[must_use]
    pub fn manifest(&self, kind: &str) -> Option<marketplace_manifest::Draft> {
        let spelled = self.said().words.spell(kind).ok()?;
        let whole =
            spelled.draft.with_author(self.author.clone()).with_package(self.package.sealed().digest());
        spelled.findings.is_empty().then_some(whole)
    }

    fn used(&self) -> Instant {
        *lock(&self.used)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::blobs::Blobs;

    fn caller(tenant: &str) -> Caller {
        Caller { tenant: tenant.parse().unwrap(), scopes: Default::default(), token_id: "t".into() }
    }

    fn new(blobs: &Blobs) -> NewDraft {
        let mut incoming = blobs.receive(&marketplace_archive::Limits::default()).unwrap();
        incoming.write(b"PK\x03\x04").unwrap();
        NewDraft {
            category: "themes".parse().unwrap(),
            author: "ada".parse().unwrap(),
            file: "a.zip".into(),
            package: incoming.finish().unwrap(),
            words: Words::default(),
        }
    }

    #[tokio::test]
    async fn a_draft_is_its_tenants_alone_and_the_oldest_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let files = || std::fs::read_dir(folder.path().join("incoming")).unwrap().count();
        let drafts = Arc::new(Drafts::default());
        let (ada, eve) = (caller("ada"), caller("eve"));
        let first = drafts.keep(&ada, new(&blobs)).unwrap().id.clone();
        assert!(drafts.find(&eve, &first).is_none() && drafts.of(&eve).is_empty());
        let others = drafts.keep(&eve, new(&blobs)).unwrap().id.clone();

        let second = drafts.keep(&ada, new(&blobs)).unwrap().id.clone();
        // Looked at: then the other is older.
        assert!(drafts.find(&ada, &first).is_some());
        for _ in 2..=MAX_OF_TENANT {
            drafts.keep(&ada, new(&blobs)).unwrap();
        }
        assert!(drafts.find(&ada, &first).is_some() && drafts.find(&ada, &second).is_none());
        assert_eq!((drafts.of(&ada).len(), drafts.of(&eve).len()), (MAX_OF_TENANT, 1));
        assert_eq!(files(), MAX_OF_TENANT + 1);
        drafts.forget(&others);
        assert!(drafts.find(&eve, &others).is_none());
        assert_eq!(files(), MAX_OF_TENANT);
    }

    #[tokio::test]
    async fn a_draft_that_nobody_looks_at_goes_with_its_package() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let drafts = Arc::new(Drafts { lifetime: Duration::from_millis(20), ..Drafts::default() });
        let ada = caller("ada");
        drafts.keep(&ada, new(&blobs)).unwrap();
        while !drafts.of(&ada).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(std::fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
    }
}
