//! The third stage: the category understands the permissions, and has read the package.

use std::sync::Arc;

use marketplace_archive::{Limits, Sealed, Tree};
use marketplace_manifest::{Manifest, VerifiedManifest};
use marketplace_sandbox::{Adapter, Direction, Finding, Grant, Inspection, ManifestView, World};

use super::contents::Unpacked;
use super::refusal::undecided;
use super::{PipelineError, Verified, blocking};
use crate::category::Category;
use crate::faults::step;
use crate::operation::{Stage, Work};
use crate::trees::{Trees, Workshop};

/// A package that is what its category takes, unpacked into a folder of its own, and
/// whose needs its manifest declares.
#[derive(Debug)]
pub struct Validated {
    pub(super) sealed: Sealed,
    pub(super) manifest: VerifiedManifest,
    pub(super) category: Arc<Category>,
    /// The component that answered, also if the category is given another one meanwhile.
    pub(super) adapter: Adapter,
    pub(super) workshop: Workshop,
    pub(super) contents: Arc<Unpacked>,
    pub(super) grants: Vec<Grant>,
    pub(super) inspection: Inspection,
}

impl Verified {
    /// Asks the category about the permissions, unpacks, and asks about the contents.
    ///
    /// # Errors
    /// What the author can fix, with findings; or that nobody could tell.
    pub async fn validate(
        self,
        trees: &Trees,
        limits: &Limits,
        work: &Work,
    ) -> Result<Validated, PipelineError> {
        let id = self.category.row.id.clone();
        // The gate: whatever the component is asked from here on is on this author's account.
        let adapter = self.category.admit(self.manifest.author_id())?;
        // Before unpacking: permissions are cheap to check.
        let grants = adapter.validate(self.manifest.permissions()).await;
        let grants = undecided(grants, &id, "validate", PipelineError::Permissions)?;

        let workshop = trees.workshop()?;
        let (contents, workshop) = unpack(&self.sealed, workshop, limits, work).await?;
        let contents = Arc::new(contents);
        let missing = missing_pictures(&self.manifest, &contents);
        if !missing.is_empty() {
            return Err(PipelineError::Contents(missing));
        }

        work.enters(Stage::Inspect);
        let inspection = if adapter.world() == World::Whole {
            let inspection = adapter.inspect(&view(&self.manifest), contents.clone()).await;
            undecided(inspection, &id, "inspect", PipelineError::Contents)?
        } else {
            // A category that cannot install yet has nothing that reads a package.
            Inspection::default()
        };
        let undeclared = undeclared(&adapter, self.manifest.permissions(), &inspection).await;
        let undeclared = undecided(undeclared, &id, "compare", PipelineError::Contents)?;
        if !undeclared.is_empty() {
            return Err(PipelineError::Undeclared(undeclared));
        }
        let Self { sealed, manifest, category } = self;
        Ok(Validated { sealed, manifest, category, adapter, workshop, contents, grants, inspection })
    }
}

impl Validated {
    /// The manifest, signed and checked.
    #[must_use]
    pub fn manifest(&self) -> &VerifiedManifest {
        &self.manifest
    }

    /// The category it is of.
    #[must_use]
    pub fn category(&self) -> &Category {
        &self.category
    }

    /// The component that said so.
    #[must_use]
    pub fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    /// The package that was unpacked.
    #[must_use]
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// What is in the package.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.contents.tree
    }

    /// The permissions, understood.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What the contents need, and what a moderator should look at.
    #[must_use]
    pub fn inspection(&self) -> &Inspection {
        &self.inspection
    }
}

/// The manifest as an adapter sees it.
pub(crate) fn view(manifest: &Manifest) -> ManifestView {
    ManifestView {
        kind: manifest.kind().to_string(),
        name: manifest.name().to_string(),
        version: manifest.version().to_string(),
        author_id: manifest.author_id().to_string(),
        permissions: manifest.permissions().to_vec(),
        canonical: manifest.canonical(),
    }
}

async fn unpack(
    sealed: &Sealed,
    workshop: Workshop,
    limits: &Limits,
    work: &Work,
) -> Result<(Unpacked, Workshop), PipelineError> {
    let (sealed, limits, work) = (sealed.try_clone()?, limits.clone(), work.clone());
    blocking(move || {
        step!("unpack.begin");
        let folder = workshop.make("package")?;
        let tree = sealed.unpack_watched(&folder, &limits, &|far| {
            fail::fail_point!("unpack.entry");
            work.done(far.bytes, far.entries)
        })?;
        step!("unpack.end");
        Ok((Unpacked { folder, tree }, workshop))
    })
    .await
}

/// The pictures that the manifest names and the package does not have.
pub(super) fn missing_pictures(manifest: &Manifest, contents: &Unpacked) -> Vec<Finding> {
    let icon = manifest.icon().map(|path| ("icon", path));
    let screenshots = manifest.screenshots().iter().map(|path| ("screenshots", path.as_str()));
    let named = icon.into_iter().chain(screenshots);
    named
        .filter(|(_, path)| contents.find(path).is_none())
        .map(|(field, path)| Finding {
            rule: "manifest.missing-file".into(),
            subject: field.into(),
            message: format!("The package has no file `{path}`. Add it, or take it out of `{field}`."),
        })
        .collect()
}

/// What the contents need beyond what the manifest declares, by the category's own comparison.
pub(super) async fn undeclared(
    adapter: &Adapter,
    declared: &[String],
    inspection: &Inspection,
) -> marketplace_sandbox::Outcome<Vec<Finding>> {
    use marketplace_sandbox::Outcome;
    // What is declared in the same words needs no comparison.
    let needed: Vec<String> =
        inspection.needed.iter().filter(|one| !declared.contains(one)).cloned().collect();
    if needed.is_empty() {
        return Outcome::Answer(Vec::new());
    }
    let changes = match adapter.compare(declared, &needed).await {
        Outcome::Answer(changes) => changes,
        Outcome::Refusal(findings) => return Outcome::Refusal(findings),
        Outcome::Failure(failure) => return Outcome::Failure(failure),
    };
    let missing = changes
        .into_iter()
        .filter(|change| matches!(change.direction, Direction::Added | Direction::Widened));
    Outcome::Answer(
        missing
            .map(|change| Finding {
                rule: "permission.undeclared".into(),
                message: format!(
                    "The package needs `{0}` ({1}), which the manifest does not declare. \
                     Add `{0}` to `permissions`, or remove from the package what needs it.",
                    change.permission, change.summary
                ),
                subject: change.permission,
            })
            .collect(),
    )
}
