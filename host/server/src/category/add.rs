//! Adding a category: a component becomes a row.

use marketplace_manifest::{CategoryId, Digest, NameError};
use marketplace_sandbox::{Contract, Failure, Finding, LoadError, Outcome, Presentation, World};
use marketplace_store::{CategoryAdded, CategoryError, Event, Installer, NewCategory};

use super::Categories;
use super::offer::names_are_free;
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
    /// It loads, but does not say what it shows.
    #[error("the component does not present itself: {0}")]
    Present(Failure),
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
    /// The category is there, with another component.
    #[error(
        "the category `{category}` is there already with the component {present}, and this one is {sent}; adding never \
         replaces: `marketplace category upgrade FILE.wasm --preview` shows what this one would change"
    )]
    Exists {
        /// Which category.
        category: CategoryId,
        /// The component that it has.
        present: Digest,
        /// The component that was to be added.
        sent: Digest,
    },
    /// Its id or singular belongs to another category, or the database says no.
    #[error(transparent)]
    Store(#[from] CategoryError),
    /// The blob store says no.
    #[error("the blob store: {0}")]
    Io(#[from] std::io::Error),
}

impl AddError {
    /// What the database says of a component that was to be added.
    fn of(error: CategoryError, sent: Digest) -> Self {
        match error {
            CategoryError::Exists { category, present } => Self::Exists { category, present, sent },
            error => Self::Store(error),
        }
    }

    /// A stable identifier, for APIs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Load(error) => error.code(),
            Self::Describe(failure) | Self::Present(failure) => failure.code(),
            Self::Refusal(_) => "component_refuses",
            Self::Name(_) => "category_name_invalid",
            Self::Reserved(_) => "category_name_reserved",
            Self::Exists { .. } | Self::Store(CategoryError::Exists { .. }) => "category_exists",
            Self::Store(CategoryError::NameTaken { .. }) => "category_name_taken",
            Self::Store(CategoryError::InUse { .. }) => "category_in_use",
            Self::Store(CategoryError::Changed(_)) => "category_changed",
            Self::Store(CategoryError::Store(_)) => "database",
            Self::Io(_) => "blob_store",
        }
    }

    /// Whether the same component may be added later, with nothing changed in it.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Load(error) => matches!(error, LoadError::TooSlow { .. } | LoadError::Host { .. }),
            Self::Describe(failure) | Self::Present(failure) => failure.is_transient(),
            Self::Store(CategoryError::Store(_)) | Self::Io(_) => true,
            _ => false,
        }
    }
}

/// What a component says of itself, and what was found out about it. Nothing is changed yet.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The row that it would be.
    pub category: NewCategory,
    /// Which version of the contract it is of.
    pub contract: Contract,
    /// Which world of the contract it is of.
    pub world: World,
    /// The interfaces that it imports, with their versions.
    pub imports: Vec<String>,
    /// What it shows of itself and its items.
    pub presentation: Presentation,
}

impl Categories {
    /// Adds a category that is not there yet. It serves from the next request on, on every replica. One that is there
    /// with this very component stays as it is.
    ///
    /// The component is compiled and described first: one that does not load, or does
    /// not say who it is, changes nothing.
    ///
    /// # Errors
    /// See [`AddError`].
    pub async fn add(&self, bytes: &[u8], actor: &str) -> Result<CategoryAdded, AddError> {
        let candidate = self.examine(bytes).await?;
        self.add_examined(candidate, bytes, actor).await
    }

    /// Adds a component that was examined.
    pub(super) async fn add_examined(
        &self,
        candidate: Candidate,
        bytes: &[u8],
        actor: &str,
    ) -> Result<CategoryAdded, AddError> {
        // Told before anything is written, and decided by the commit.
        self.would_add(&candidate).await?;
        self.store_component(bytes).await?;
        let (sent, event) = (candidate.category.component_sha256, candidate.event(actor, "category.added"));
        let added = self.store.add_category(candidate.category, event).await;
        added.map_err(|error| AddError::of(error, sent))
    }

    /// What [`add`](Self::add) would do: whether the category would be new.
    ///
    /// # Errors
    /// See [`AddError`]: everything that would be refused.
    pub async fn would_add(&self, candidate: &Candidate) -> Result<bool, AddError> {
        let new = &candidate.category;
        let rows = self.store.categories().await.map_err(CategoryError::from)?;
        match rows.iter().find(|row| row.id == new.id) {
            Some(row) if row.component_sha256 == new.component_sha256 => return Ok(false),
            Some(row) => {
                return Err(AddError::Exists {
                    category: row.id.clone(),
                    present: row.component_sha256,
                    sent: new.component_sha256,
                });
            }
            None => {}
        }
        names_are_free(&rows, new)?;
        Ok(true)
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
            contract: adapter.contract().version().to_owned(),
            name: description.name,
            description: description.description,
            icon: description.icon,
            installer: match adapter.world() {
                World::Whole => Installer::Live,
                World::Gallery => Installer::Stub,
            },
            free_install_cap: description.free_install_cap,
        };
        let presentation = match adapter.present().await {
            Outcome::Answer(presentation) => presentation,
            Outcome::Refusal(findings) => return Err(AddError::Refusal(findings)),
            Outcome::Failure(failure) => return Err(AddError::Present(failure)),
        };
        let (contract, world) = (adapter.contract(), adapter.world());
        Ok(Candidate { category, contract, world, imports: adapter.imports().to_vec(), presentation })
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
            "contract": self.category.contract,
            "imports": self.imports,
        }))
    }
}
