//! What a category says of a package that nobody has signed yet, in the same words as an install: for authors on their
//! own machine, with the same component as a server, and for those who dropped a package on a page.

use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use marketplace_archive::{Limits, Sealed, Tree};
use marketplace_manifest::{AuthorId, CategoryId, Digest, Draft, Manifest, SigningKey};
use marketplace_sandbox::{Adapter, Contents, Direction, Finding, Grant, Inspection, ManifestView, World};

use super::contents::Unpacked;
use super::refusal::undecided;
use super::staged::rehearse;
use super::validated::{missing_pictures, undeclared, view};
use super::verdict::{Verdict, details};
use super::{PipelineError, blocking};

/// What the contents need, and whether the manifest says so.
#[derive(Debug)]
pub struct Survey {
    /// The fewest permissions that the contents need, and what else was noticed.
    pub inspection: Inspection,
    /// The declared permissions that the contents do not need, as far as can be told: each may be taken out.
    pub unneeded: Vec<String>,
    /// What the contents need and the manifest does not declare: a server refuses it.
    pub undeclared: Vec<Finding>,
    /// What is granted to an item with the declared permissions.
    pub grants: Vec<Grant>,
}

/// Asks a category about a package and the manifest that goes with it.
///
/// # Errors
/// What the author can fix, with findings; or that nobody could tell.
pub async fn survey(
    adapter: &Adapter,
    draft: &Draft,
    package: &Sealed,
    limits: &Limits,
) -> Result<Survey, PipelineError> {
    let description = adapter.describe().await;
    // It has no row yet that would say whose component this is.
    let unknown = "unknown".parse().expect("a word is a name");
    let description = undecided(description, &unknown, "describe", PipelineError::Contents)?;
    let id = description.id.parse().unwrap_or(unknown);

    let folder = tempfile::tempdir()?;
    let into = Dir::open_ambient_dir(folder.path(), ambient_authority())?;
    let specimen = Specimen::unpack(adapter, id, package, limits, into).await?;
    let missing = specimen.missing_pictures(draft);
    if !missing.is_empty() {
        return Err(PipelineError::Contents(missing));
    }
    let declared = draft.permissions();
    let grants = specimen.grants(declared).await?;
    let inspection = specimen.inspect(draft).await?;
    let undeclared = specimen.undeclared(declared, &inspection).await?;
    let unneeded = specimen.unneeded(declared, &inspection).await?;
    Ok(Survey { inspection, unneeded, undeclared, grants })
}

/// A package that was unpacked to be asked about, one question at a time.
#[derive(Debug)]
pub struct Specimen {
    adapter: Adapter,
    id: CategoryId,
    digest: Digest,
    contents: Arc<Unpacked>,
}

impl Specimen {
    /// Unpacks a package into a folder, which is the caller's and stays as long as questions are asked.
    ///
    /// # Errors
    /// When it cannot be unpacked.
    pub async fn unpack(
        adapter: &Adapter,
        id: CategoryId,
        package: &Sealed,
        limits: &Limits,
        folder: Dir,
    ) -> Result<Self, PipelineError> {
        let (sealed, limits) = (package.try_clone()?, limits.clone());
        let contents = blocking(move || {
            let tree = sealed.unpack(&folder, &limits)?;
            Ok::<_, PipelineError>(Unpacked { folder, tree })
        })
        .await?;
        Ok(Self { adapter: adapter.clone(), id, digest: package.digest(), contents: Arc::new(contents) })
    }

    /// The same package, to be asked of another component of the category.
    #[must_use]
    pub fn of(&self, adapter: &Adapter) -> Self {
        let (id, digest, contents) = (self.id.clone(), self.digest, self.contents.clone());
        Self { adapter: adapter.clone(), id, digest, contents }
    }

    /// What is in the package.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.contents.tree
    }

    /// The package, as the category is shown it.
    #[must_use]
    pub fn contents(&self) -> Arc<dyn Contents> {
        self.contents.clone()
    }

    /// The manifest, as the category is shown it.
    #[must_use]
    pub fn view(&self, draft: &Draft) -> ManifestView {
        view(&self.whole(draft))
    }

    /// The pictures that the manifest names and the package does not have.
    #[must_use]
    pub fn missing_pictures(&self, draft: &Draft) -> Vec<Finding> {
        missing_pictures(&self.whole(draft), &self.contents)
    }

    /// What is granted to an item with these permissions.
    ///
    /// # Errors
    /// [`PipelineError::Permissions`], or that nobody could tell.
    pub async fn grants(&self, permissions: &[String]) -> Result<Vec<Grant>, PipelineError> {
        let grants = self.adapter.validate(permissions).await;
        undecided(grants, &self.id, "validate", PipelineError::Permissions)
    }

    /// What the contents need, and what else the category noticed.
    ///
    /// # Errors
    /// [`PipelineError::Contents`], or that nobody could tell.
    pub async fn inspect(&self, draft: &Draft) -> Result<Inspection, PipelineError> {
        self.inspect_with(&self.whole(draft)).await
    }

    async fn inspect_with(&self, manifest: &Manifest) -> Result<Inspection, PipelineError> {
        match self.adapter.world() {
            World::Whole => {
                let inspection = self.adapter.inspect(&view(manifest), self.contents.clone()).await;
                undecided(inspection, &self.id, "inspect", PipelineError::Contents)
            }
            World::Gallery => Ok(Inspection::default()),
        }
    }

    /// What the contents need and is not declared.
    ///
    /// # Errors
    /// That nobody could tell.
    pub async fn undeclared(
        &self,
        declared: &[String],
        inspection: &Inspection,
    ) -> Result<Vec<Finding>, PipelineError> {
        let undeclared = undeclared(&self.adapter, declared, inspection).await;
        undecided(undeclared, &self.id, "compare", PipelineError::Contents)
    }

    /// What is declared and the contents do not need, as far as can be told.
    ///
    /// # Errors
    /// That nobody could tell.
    pub async fn unneeded(
        &self,
        declared: &[String],
        inspection: &Inspection,
    ) -> Result<Vec<String>, PipelineError> {
        if declared.is_empty() {
            return Ok(Vec::new());
        }
        // What would be taken away if only the needed ones were granted.
        let changes = self.adapter.compare(declared, &inspection.needed).await;
        let changes = undecided(changes, &self.id, "compare", PipelineError::Contents)?;
        let removed = changes.into_iter().filter(|change| change.direction == Direction::Removed);
        Ok(removed.map(|change| change.permission).collect())
    }

    /// Everything that the category says of it, as a submission would record it.
    ///
    /// # Errors
    /// What the author can fix, with findings; or that nobody could tell.
    pub async fn verdict(&self, draft: &Draft) -> Result<Verdict, PipelineError> {
        self.verdict_with(&self.whole(draft)).await
    }

    /// The same, with the manifest of a release.
    ///
    /// # Errors
    /// As [`verdict`](Self::verdict).
    pub async fn verdict_with(&self, manifest: &Manifest) -> Result<Verdict, PipelineError> {
        let grants = self.grants(manifest.permissions()).await?;
        let missing = missing_pictures(manifest, &self.contents);
        if !missing.is_empty() {
            return Err(PipelineError::Contents(missing));
        }
        let inspection = self.inspect_with(manifest).await?;
        let undeclared = self.undeclared(manifest.permissions(), &inspection).await?;
        if !undeclared.is_empty() {
            return Err(PipelineError::Undeclared(undeclared));
        }
        let details = details(&self.adapter, &self.id, manifest, &self.contents).await?;
        let plan = rehearse(&self.adapter, &self.id, manifest, &grants, &self.contents).await?;
        Ok(Verdict::new(&grants, &inspection, details, plan))
    }

    /// Adapters see manifests that are whole. Who signs is not known yet, and changes no verdict.
    fn whole(&self, draft: &Draft) -> Manifest {
        let author: AuthorId =
            draft.author_id().cloned().unwrap_or_else(|| "author".parse().expect("a word is a name"));
        let draft = draft.clone().without_signature().with_author(author.clone()).with_package(self.digest);
        let filled = draft.fill(&author, &self.digest).expect("both are what the draft says");
        filled.sign(&SigningKey::generate())
    }
}
