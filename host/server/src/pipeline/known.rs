//! A shorter way to the last stage: somebody here has the same release already.
//!
//! What a component says is a function of the manifest and the package. If this very component has put this very
//! release together, its answer is in somebody's row and its files are in their place, and asking again would only take
//! longer. Everything that is not a function of the two is looked at as ever: the signature and its key, what was
//! withdrawn, the license, the consent, and all of it again in the commit.

use std::sync::Arc;

use marketplace_manifest::{CategoryId, Manifest, PublicKey, Tenant, VerifiedManifest};
use marketplace_store::{Release, Store};

use super::installed::Facts;
use super::licensed::Room;
use super::staged::Plan;
use super::{Installed, PipelineError};
use crate::account::license::Gates;
use crate::category::Category;
use crate::trees::{Kept, Trees};

/// A release whose plan is known, and whose tree is there and stays there.
#[derive(Debug)]
pub struct Known {
    manifest: VerifiedManifest,
    category: Arc<Category>,
    plan: Plan,
    kept: Kept,
}

/// The same, for a tenant whose license has room.
#[derive(Debug)]
pub struct KnownLicensed {
    known: Known,
    room: Room,
}

impl Known {
    /// Looks for it; `None` if the whole way is to be gone.
    ///
    /// # Errors
    /// [`PipelineError::Signature`], or when the database says no.
    pub async fn find(
        store: &Store,
        trees: &Trees,
        release: &Release,
        manifest: Manifest,
        key: &PublicKey,
        category: Arc<Category>,
    ) -> Result<Option<Self>, PipelineError> {
        let Ok(adapter) = category.adapter() else { return Ok(None) };
        // Before the row is read: the tree that it names is not swept from here on.
        let kept = trees.keep().await;
        let Some(twin) = store.twin(release, &adapter.digest()).await? else { return Ok(None) };
        // Written by an earlier program in another form: the whole way is always right.
        let (Ok(files), Ok(grants)) =
            (serde_json::from_value(twin.files), serde_json::from_value(twin.grants))
        else {
            return Ok(None);
        };
        if !trees.has(&twin.tree_sha256) {
            return Ok(None);
        }
        let author = manifest.author_id().clone();
        let manifest = manifest.verify(key).map_err(|_| PipelineError::Signature(author))?;
        let plan = Plan { files, registry: twin.registry, grants, tree_sha256: twin.tree_sha256 };
        Ok(Some(Self { manifest, category, plan, kept }))
    }

    /// Looks whether the tenant's license has room. An update takes none.
    ///
    /// # Errors
    /// [`PipelineError::CapReached`].
    pub async fn license(
        self,
        store: &Store,
        gates: &Gates,
        tenant: Tenant,
    ) -> Result<KnownLicensed, PipelineError> {
        let room = Room::of(store, gates, tenant, &self.category.row, self.manifest.name()).await?;
        Ok(KnownLicensed { known: self, room })
    }
}

impl KnownLicensed {
    /// What the commit will do.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.known.plan.clone()
    }

    /// Writes the row.
    ///
    /// # Errors
    /// As [`Staged::commit`](super::Staged::commit).
    pub async fn commit(
        self,
        store: &Store,
        release: &Release,
        actor: &str,
    ) -> Result<Installed, PipelineError> {
        let Self { known: Known { manifest, category, plan, kept }, room } = self;
        let id: CategoryId = category.row.id.clone();
        let adapter = category.adapter().map_err(|error| PipelineError::Unavailable {
            category: id.clone(),
            reason: error.to_string(),
        })?;
        let facts = Facts {
            room,
            category: id,
            manifest_sha256: manifest.digest(),
            package_sha256: *manifest.package_sha256(),
            adapter_sha256: adapter.digest(),
            permissions: manifest.permissions().to_vec(),
        };
        facts.go_live(store, plan, release, actor, kept).await
    }
}
