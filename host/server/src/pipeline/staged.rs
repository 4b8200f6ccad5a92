//! The fifth stage: the adapter has said what the installed item consists of.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::Arc;

use cap_std::fs::{Dir, OpenOptions, Permissions, PermissionsExt};
use marketplace_archive::{PackagePath, Tree, TreeFile};
use marketplace_manifest::{CategoryId, Digest, Manifest};
use marketplace_sandbox::{Adapter, Grant, Source, World};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::contents::Unpacked;
use super::refusal::undecided;
use super::validated::view;
use super::verdict::{Verdict, details};
use super::{Licensed, PipelineError, Validated};
use crate::faults::step;
use crate::operation::Work;

/// An item that was put together by its adapter, on paper: [`Plan`]. Nothing of it is
/// on the disk before the commit.
#[derive(Debug)]
pub struct Staged {
    pub(super) licensed: Licensed,
    pub(super) layout: Layout,
}

/// Which file comes from where.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) sources: BTreeMap<String, Source>,
    pub(super) tree: Tree,
    pub(super) digest: Digest,
    pub(super) registry: BTreeMap<String, Value>,
}

/// What an install does, exactly: the answer to a dry run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// The files of the installed item, sorted by path.
    pub files: Vec<PlannedFile>,
    /// The entries that it adds to its category's registry, by key.
    pub registry: BTreeMap<String, Value>,
    /// What it will be allowed.
    pub grants: Vec<Grant>,
    /// Names the tree of `files`.
    pub tree_sha256: Digest,
}

/// One file of an installed item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlannedFile {
    /// Relative to the item's folder.
    #[schema(value_type = String)]
    pub path: PackagePath,
    /// In bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: Digest,
}

impl Licensed {
    /// Lets the adapter fill the staging area.
    ///
    /// # Errors
    /// When the adapter refuses, or gives no answer.
    pub async fn stage(self) -> Result<Staged, PipelineError> {
        let it = &self.validated;
        let layout =
            lay_out(&it.adapter, &it.category.row.id, &it.manifest, &it.grants, &it.contents).await?;
        Ok(Staged { licensed: self, layout })
    }
}

impl Validated {
    /// Everything that the category says of it, what an install would do included.
    ///
    /// # Errors
    /// As [`Licensed::stage`].
    pub async fn verdict(&self) -> Result<Verdict, PipelineError> {
        let (adapter, id) = (&self.adapter, &self.category.row.id);
        let details = details(adapter, id, &self.manifest, &self.contents).await?;
        let plan = rehearse(adapter, id, &self.manifest, &self.grants, &self.contents).await?;
        Ok(Verdict::new(&self.grants, &self.inspection, details, plan))
    }
}

/// What an install would do, for whoever submits it; `None` for a category that cannot install yet.
pub(super) async fn rehearse(
    adapter: &Adapter,
    id: &CategoryId,
    manifest: &Manifest,
    grants: &[Grant],
    contents: &Arc<Unpacked>,
) -> Result<Option<Plan>, PipelineError> {
    if adapter.world() == World::Gallery {
        return Ok(None);
    }
    Ok(Some(lay_out(adapter, id, manifest, grants, contents).await?.plan(grants)))
}

impl Staged {
    /// What the commit will do.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.layout.plan(&self.licensed.validated.grants)
    }
}

impl Layout {
    fn plan(&self, grants: &[Grant]) -> Plan {
        Plan {
            files: planned(&self.tree),
            registry: self.registry.clone(),
            grants: grants.to_vec(),
            tree_sha256: self.digest,
        }
    }

    /// Puts the files where they belong. No byte of the package is copied: its files are moved, or linked if they are
    /// needed in several places. What the contents have after that is not to be relied on.
    pub(super) fn build(&self, contents: &Unpacked, item: &Dir, work: &Work) -> std::io::Result<()> {
        step!("tree.build");
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for source in self.sources.values() {
            if let Source::Package(path) = source {
                *uses.entry(path).or_default() += 1;
            }
        }
        let (mut to, mut from) = (Parent::of(item), Parent::of(&contents.folder));
        for (done, (target, source)) in (1..).zip(&self.sources) {
            let (to, name) = to.of_path(target, |folder| item.create_dir_all(folder))?;
            match source {
                Source::Package(path) => match uses.get_mut(path.as_str()) {
                    Some(left @ 2..) => {
                        *left -= 1;
                        let (from, source) = from.of_path(path, |_| Ok(()))?;
                        from.hard_link(source, to, name)?;
                    }
                    _ => {
                        let (from, source) = from.of_path(path, |_| Ok(()))?;
                        from.rename(source, to, name)?;
                    }
                },
                Source::Bytes(bytes) => {
                    step!("tree.write");
                    let mut options = OpenOptions::new();
                    options.write(true).create_new(true);
                    let mut file = to.open_with(name, &options)?;
                    file.write_all(bytes)?;
                    // As the archive's files are, whatever the umask says.
                    file.set_permissions(Permissions::from_mode(0o644))?;
                }
            }
            // Past the point where it could be cancelled.
            let _ = work.done(0, done);
        }
        Ok(())
    }
}

/// The folder of the last path, open: what is sorted keeps a folder's files together, and a path is not walked anew for
/// each.
struct Parent<'a> {
    root: &'a Dir,
    open: Option<(&'a str, Dir)>,
}

impl<'a> Parent<'a> {
    fn of(root: &'a Dir) -> Self {
        Self { root, open: None }
    }

    /// The folder that a path is in, made ready by `make` if it is another than the last, and the name in it.
    fn of_path(
        &mut self,
        path: &'a str,
        make: impl FnOnce(&str) -> std::io::Result<()>,
    ) -> std::io::Result<(&Dir, &'a str)> {
        let Some((folder, name)) = path.rsplit_once('/') else { return Ok((self.root, path)) };
        if self.open.as_ref().is_none_or(|(open, _)| *open != folder) {
            make(folder)?;
            self.open = Some((folder, self.root.open_dir(folder)?));
        }
        Ok((self.open.as_ref().map_or(self.root, |(_, dir)| dir), name))
    }
}

/// Files as the API shows them.
pub(crate) fn planned(tree: &Tree) -> Vec<PlannedFile> {
    let file =
        |file: &TreeFile| PlannedFile { path: file.path.clone(), size: file.size, sha256: file.sha256 };
    tree.files.iter().map(file).collect()
}

async fn lay_out(
    adapter: &Adapter,
    id: &CategoryId,
    manifest: &Manifest,
    grants: &[Grant],
    contents: &Arc<Unpacked>,
) -> Result<Layout, PipelineError> {
    if adapter.world() == World::Gallery {
        return Err(PipelineError::NoInstaller(id.clone()));
    }
    let staged = adapter.install(&view(manifest), grants, contents.clone()).await;
    let staged = undecided(staged, id, "install", PipelineError::Contents)?;

    let mut files = Vec::with_capacity(staged.files.len());
    for (path, source) in &staged.files {
        let path: PackagePath = path.parse().map_err(|error| broken_promise(&error))?;
        files.push(match source {
            Source::Package(from) => {
                let file = contents.find(from).ok_or_else(|| broken_promise(from))?;
                TreeFile { path, size: file.size, sha256: file.sha256 }
            }
            Source::Bytes(bytes) => TreeFile { path, size: bytes.len() as u64, sha256: Digest::of(bytes) },
        });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let tree = Tree { files };
    Ok(Layout { digest: tree.digest(), tree, sources: staged.files, registry: staged.registry })
}

/// The sandbox has already checked every name that an adapter staged.
fn broken_promise(what: &dyn std::fmt::Display) -> PipelineError {
    PipelineError::Io(std::io::Error::other(format!("the sandbox let through `{what}`")))
}
