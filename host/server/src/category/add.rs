//! Adding a category: a component becomes a row.

use marketplace_manifest::{CategoryId, Digest, NameError};
use marketplace_sandbox::{Failure, Finding, LoadError, Outcome, World};
use marketplace_store::{Category as Row, CategoryError, Event, Installer, NewCategory};

use super::Categories;
use crate::pipeline::blocking;

/// Words of the API's own paths, where categories stand too (`/api/v1/marketplace/{category}/…`): a category of that
/// name could not be reached. `items` is no name at all.
pub(crate) const RESERVED: [&str; 8] =
    ["authors", "categories", "facets", "installed", "license", "me", "revocations", "submissions"];

/// Why a component did not become a category.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The sandbox refuses it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It loads, but does not say who it is.
    #[error("the component does not describe itself: {0}")]
    Describe(#[from] Failure),
    /// It answered with findings where there is nothing to refuse.
    #[error("the component refuses to describe itself")]
    Refusal(Vec<Finding>),
    /// Its id cannot be a path segment.
    #[error("the category's id: {0}")]
    Name(#[from] NameError),
    /// Its id is a word of the API's paths.
    #[error(
        "the category's id `{0}` is a word of the API's own paths, so nothing in it could be reached: \
         choose another id in the component's description"
    )]
    Reserved(CategoryId),
    /// Its id or singular belongs to another category, or the database says no.
    #[error(transparent)]
    Store(#[from] CategoryError),
    /// The blob store says no.
    #[error("the blob store: {0}")]
    Io(#[from] std::io::Error),
}

/// What a component says of itself, and what was found out about it. Nothing is changed yet.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The row that it would be.
    pub category: NewCategory,
    /// Which world of the contract it is of.
    pub world: World,
    /// The interfaces that it imports, with their versions.
    pub imports: Vec<String>,
}

impl Categories {
    /// Adds a category, or gives an existing one another component. It serves from the
    /// next request on, on every replica.
    ///
    /// The component is compiled and described first: one that does not load, or does
    /// not say who it is, changes nothing.
    ///
    /// # Errors
    /// See [`AddError`].
    pub async fn add(&self, bytes: &[u8], actor: &str) -> Result<Row, AddError> {
        let candidate = self.examine(bytes).await?;
        self.store_component(bytes).await?;
        Ok(self
            .store
            .put_category(candidate.category.clone(), candidate.event(actor, "category.added"))
            .await?)
    }

    /// What a component says of itself.
    ///
    /// # Errors
    /// See [`AddError`].
    pub async fn examine(&self, bytes: &[u8]) -> Result<Candidate, AddError> {
        let adapter = self.sandbox.load(bytes).await?;
        let description = match adapter.describe().await {
            Outcome::Answer(description) => description,
            Outcome::Refusal(findings) => return Err(AddError::Refusal(findings)),
            Outcome::Failure(failure) => return Err(failure.into()),
        };
        let id: CategoryId = description.id.parse()?;
        if RESERVED.contains(&id.as_str()) {
            return Err(AddError::Reserved(id));
        }
        let category = NewCategory {
            id,
            singular: description.singular,
            component_sha256: adapter.digest(),
            component_size: adapter.size(),
            name: description.name,
            description: description.description,
            icon: description.icon,
            installer: match adapter.world() {
                World::Whole => Installer::Live,
                World::Gallery => Installer::Stub,
            },
            free_install_cap: description.free_install_cap,
        };
        Ok(Candidate { category, world: adapter.world(), imports: adapter.imports().to_vec() })
    }

    /// Gives the component's bytes their name in the blob store, where every replica finds them.
    pub(super) async fn store_component(&self, bytes: &[u8]) -> Result<Digest, AddError> {
        let (blobs, bytes) = (self.blobs.clone(), bytes.to_vec());
        Ok(blocking(move || blobs.put(&bytes)).await?)
    }
}

impl Candidate {
    /// The event of making it a category.
    pub(super) fn event(&self, actor: &str, action: &str) -> Event {
        Event::new(actor, action, format!("category:{}", self.category.id)).with(serde_json::json!({
            "component_sha256": self.category.component_sha256,
            "imports": self.imports,
        }))
    }
}
