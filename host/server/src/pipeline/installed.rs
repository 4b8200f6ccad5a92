//! The last stage: live.

use std::io;
use std::path::PathBuf;

use marketplace_manifest::{CategoryId, Digest};
use marketplace_store::{CommitError, Event, Installation, NewInstallation, Release, Store};

use super::licensed::Room;
use super::staged::{Layout, Plan};
use super::{PipelineError, Staged, Validated, blocking};
use crate::faults::step;
use crate::operation::Work;
use crate::trees::{Kept, Trees};

/// An item that is live for a tenant.
#[derive(Debug)]
pub struct Installed {
    /// Its row: the only thing that makes it live.
    pub installation: Installation,
    /// What was done.
    pub plan: Plan,
}

impl Staged {
    /// Builds the tree, makes it durable under its digest, and then writes the row. A
    /// crash before the row leaves a folder that nothing names; after it, the item is live.
    ///
    /// # Errors
    /// When the database refuses (the cap was reached meanwhile, the release withdrawn,
    /// the key revoked) or the disk says no. Then nothing has changed.
    pub async fn commit(
        self,
        store: &Store,
        trees: &Trees,
        release: &Release,
        actor: &str,
        work: &Work,
    ) -> Result<Installed, PipelineError> {
        let plan = self.plan();
        let Self { licensed, layout } = self;
        let (validated, digest) = (licensed.validated, layout.digest);
        let facts = Facts {
            room: licensed.room,
            category: validated.category.row.id.clone(),
            manifest_sha256: validated.manifest.digest(),
            package_sha256: validated.sealed.digest(),
            adapter_sha256: validated.adapter.digest(),
            permissions: validated.manifest.permissions().to_vec(),
        };

        work.expects(None, Some(layout.tree.files.len() as u64));
        // What takes long comes before the promise that stops the sweep.
        let assembly = Assembly { validated, layout, work: work.clone() };
        let place = trees.clone();
        let assembly = blocking(move || assembly.build(&place).map(|()| assembly)).await?;
        let kept = trees.keep().await;
        let place = trees.clone();
        let (kept, assembly) = blocking(move || {
            // The tree may have been there a moment ago, and been swept since.
            assembly.build(&place)?;
            place.settle(&assembly.folder(), &digest, &kept).map(|()| (kept, assembly))
        })
        .await?;
        let installed = facts.go_live(store, plan, release, actor, kept).await;
        // Removing what is left of the package takes a while, and nobody needs to wait for it.
        tokio::task::spawn_blocking(move || drop(assembly));
        installed
    }
}

/// What the row says beside the plan, whichever way the tree came about.
pub(super) struct Facts {
    pub(super) room: Room,
    pub(super) category: CategoryId,
    pub(super) manifest_sha256: Digest,
    pub(super) package_sha256: Digest,
    pub(super) adapter_sha256: Digest,
    pub(super) permissions: Vec<String>,
}

impl Facts {
    /// Writes the row: the only commit point. The tree is in its place, and kept there.
    pub(super) async fn go_live(
        self,
        store: &Store,
        plan: Plan,
        release: &Release,
        actor: &str,
        kept: Kept,
    ) -> Result<Installed, PipelineError> {
        let Room { tenant, cap, tier } = self.room;
        let row = NewInstallation {
            tenant,
            category: self.category,
            slug: release.slug.clone(),
            release_id: release.id.clone(),
            manifest_sha256: self.manifest_sha256,
            package_sha256: self.package_sha256,
            adapter_sha256: self.adapter_sha256,
            tree_sha256: plan.tree_sha256,
            files: serde_json::to_value(&plan.files).expect("a list of files is plain JSON"),
            grants: serde_json::to_value(&plan.grants).expect("grants are plain JSON"),
            permissions: self.permissions,
            registry: plan.registry.clone().into_iter().collect(),
            cap,
        };
        let event = installed_event(actor, &row, release);
        step!("install.commit");
        let installation = store.commit_install(row, event).await.map_err(|error| match error {
            CommitError::CapReached { cap, installed } => {
                PipelineError::CapReached { category: release.category.clone(), cap, installed, tier }
            }
            other => other.into(),
        });
        drop(kept);
        fail::fail_point!("install.committed");
        Ok(Installed { installation: installation?, plan })
    }
}

/// What the tree is made from, and the folder in which it is put together.
struct Assembly {
    validated: Validated,
    layout: Layout,
    work: Work,
}

impl Assembly {
    fn folder(&self) -> PathBuf {
        self.validated.workshop.path("item")
    }

    /// Puts the tree together, durably, unless it is there already or was put together before.
    fn build(&self, trees: &Trees) -> io::Result<()> {
        if trees.has(&self.layout.digest) || self.folder().is_dir() {
            return Ok(());
        }
        let item = self.validated.workshop.make("item")?;
        self.layout.build(&self.validated.contents, &item, &self.work)?;
        self.validated.workshop.sync()
    }
}

fn installed_event(actor: &str, row: &NewInstallation, release: &Release) -> Event {
    let subject = format!("item:{}/{}", row.category, row.slug);
    Event::new(actor, "item.installed", subject).with(serde_json::json!({
        "tenant": row.tenant,
        "version": release.version,
        "permissions": row.permissions,
        "tree_sha256": row.tree_sha256,
    }))
}
