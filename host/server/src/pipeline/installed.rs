//! The last stage: live.

use std::io;
use std::path::PathBuf;

use marketplace_manifest::Digest;
use marketplace_store::{CommitError, Event, Installation, NewInstallation, Release, Store};

use super::staged::{Layout, Plan, planned};
use super::{PipelineError, Staged, Validated, blocking};
use crate::faults::step;
use crate::operation::Work;
use crate::trees::Trees;

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

        let row = NewInstallation {
            tenant: licensed.tenant.clone(),
            category: validated.category.row.id.clone(),
            slug: validated.manifest.name().clone(),
            release_id: release.id.clone(),
            manifest_sha256: validated.manifest.digest(),
            package_sha256: validated.sealed.digest(),
            adapter_sha256: validated.adapter.digest(),
            tree_sha256: digest,
            files: serde_json::to_value(planned(&layout.tree)).expect("a list of files is plain JSON"),
            grants: serde_json::to_value(&validated.grants).expect("grants are plain JSON"),
            permissions: validated.manifest.permissions().to_vec(),
            registry: layout.registry.clone().into_iter().collect(),
            cap: licensed.cap,
        };
        let event = installed_event(actor, &row, release, digest);

        let count = layout.tree.files.len() as u64;
        work.expects(None, Some(count));
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
        step!("install.commit");
        let installation = store.commit_install(row, event).await.map_err(|error| match error {
            CommitError::CapReached { cap, installed } => PipelineError::CapReached {
                category: release.category.clone(),
                cap,
                installed,
                tier: licensed.gates.tier,
            },
            other => other.into(),
        });
        drop(kept);
        // Removing what is left of the package takes a while, and nobody needs to wait for it.
        tokio::task::spawn_blocking(move || drop(assembly));
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

fn installed_event(actor: &str, row: &NewInstallation, release: &Release, tree: Digest) -> Event {
    let subject = format!("item:{}/{}", row.category, row.slug);
    Event::new(actor, "item.installed", subject).with(serde_json::json!({
        "tenant": row.tenant,
        "version": release.version,
        "permissions": row.permissions,
        "tree_sha256": tree,
    }))
}
