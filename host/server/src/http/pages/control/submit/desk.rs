//! Who may publish what: asked before anything is sent.

use std::sync::Arc;

use marketplace_manifest::AuthorId;
use marketplace_store::{Author, AuthorKey, Release, StoreError};

use crate::account::license::{PUBLISH, Standing};
use crate::account::token::Caller;
use crate::category::Snapshot;
use crate::http::Problem;
use crate::market::Market;
use crate::release::Draft;

/// What one can choose from.
pub(super) struct Desk {
    pub(super) categories: Arc<Snapshot>,
    pub(super) publishers: Vec<Publisher>,
    pub(super) standing: Standing,
    /// What was dropped and not submitted.
    pub(super) drafts: Vec<Arc<Draft>>,
}

/// An author, and the key that signs for it.
pub(super) struct Publisher {
    pub(super) author: Author,
    pub(super) key: Option<AuthorKey>,
}

impl Desk {
    pub(super) async fn find(market: &Market, caller: &Caller) -> Result<Self, StoreError> {
        let authors = market.store.authors_of(&caller.tenant).await?;
        let ids: Vec<AuthorId> = authors.iter().map(|author| author.id.clone()).collect();
        let mut keys = market.store.keys_of_all(&ids).await?;
        let publisher = |author: Author| {
            let key = keys.remove(&author.id).into_iter().flatten().find(AuthorKey::is_active);
            Publisher { author, key }
        };
        Ok(Self {
            publishers: authors.into_iter().map(publisher).collect(),
            categories: market.categories.all().await?,
            standing: market.standing(Some(&caller.tenant)).await?,
            drafts: market.drafts.of(caller),
        })
    }

    /// Whether the license includes publishing.
    pub(super) fn is_licensed(&self) -> bool {
        self.standing.gates.open(PUBLISH)
    }

    /// The author of this name, if it may publish.
    pub(super) fn publisher(&self, id: &str) -> Option<&Publisher> {
        self.able().find(|publisher| publisher.author.id.as_str() == id)
    }

    /// Those who may publish.
    pub(super) fn able(&self) -> impl Iterator<Item = &Publisher> {
        self.publishers.iter().filter(|publisher| publisher.obstacle().is_none())
    }
}

impl Publisher {
    /// Why it may not publish, with what to do.
    pub(super) fn obstacle(&self) -> Option<String> {
        if self.author.verified_at.is_none() {
            return Some(match &self.author.unverified_reason {
                Some(reason) => format!("is not verified any more: {reason}"),
                None => "is not verified yet: an operator decides on it".to_owned(),
            });
        }
        match self.key {
            Some(_) => None,
            None => Some("has no key in force: an operator registers a new one".to_owned()),
        }
    }
}

/// What this tenant submitted before, to be submitted once more.
pub(super) async fn earlier(market: &Market, caller: &Caller, id: &str) -> Result<Release, Problem> {
    let submission = market.store.submission(id).await?;
    let own = submission.map(|submission| submission.release).filter(|own| own.tenant == caller.tenant);
    own.ok_or_else(|| Problem::not_found(format!("there is no submission `{id}` of yours")))
}
