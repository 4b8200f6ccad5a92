//! What a category says of a package that nobody has signed yet: for authors, on their own machine, with the same
//! component and in the same words as a server.

use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use marketplace_archive::{Limits, Sealed};
use marketplace_manifest::{AuthorId, Draft, SigningKey};
use marketplace_sandbox::{Adapter, Finding, Grant, Inspection, World};

use super::contents::Unpacked;
use super::refusal::undecided;
use super::validated::{missing_pictures, undeclared, view};
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
    let (sealed, limits, into) = (package.try_clone()?, limits.clone(), folder.path().to_owned());
    let contents = blocking(move || {
        let folder = Dir::open_ambient_dir(into, ambient_authority())?;
        let tree = sealed.unpack(&folder, &limits)?;
        Ok::<_, PipelineError>(Unpacked { folder, tree })
    })
    .await?;
    let contents = Arc::new(contents);

    // Adapters see manifests that are whole. Who signs is not known yet, and changes no verdict.
    let author: AuthorId =
        draft.author_id().cloned().unwrap_or_else(|| "author".parse().expect("a word is a name"));
    let draft = draft.clone().without_signature().with_author(author.clone()).with_package(package.digest());
    let filled = draft.fill(&author, &package.digest()).expect("both are what the draft says");
    let manifest = filled.sign(&SigningKey::generate());
    let missing = missing_pictures(&manifest, &contents);
    if !missing.is_empty() {
        return Err(PipelineError::Contents(missing));
    }

    let declared = manifest.permissions();
    let grants = adapter.validate(declared).await;
    let grants = undecided(grants, &id, "validate", PipelineError::Permissions)?;
    let inspection = match adapter.world() {
        World::Whole => {
            let inspection = adapter.inspect(&view(&manifest), contents).await;
            undecided(inspection, &id, "inspect", PipelineError::Contents)?
        }
        World::Gallery => Inspection::default(),
    };
    let undeclared = undeclared(adapter, declared, &inspection).await;
    let undeclared = undecided(undeclared, &id, "compare", PipelineError::Contents)?;
    let unneeded = match declared.is_empty() {
        true => Vec::new(),
        false => {
            // What would be taken away if only the needed ones were granted.
            let changes = adapter.compare(declared, &inspection.needed).await;
            let changes = undecided(changes, &id, "compare", PipelineError::Contents)?;
            let removed = |change: &marketplace_sandbox::Change| {
                change.direction == marketplace_sandbox::Direction::Removed
            };
            changes.into_iter().filter(removed).map(|change| change.permission).collect()
        }
    };
    Ok(Survey { inspection, unneeded, undeclared, grants })
}
