//! Adding a category in two steps: a person sees what a component is, and then says yes to that very component.

use marketplace_manifest::Digest;
use marketplace_sandbox::LoadError;
use marketplace_store::{Category as Row, CategoryError, NewCategory, StoreError};

use super::Categories;
use super::add::{AddError, Candidate};
use crate::blobs::BlobError;
use crate::pipeline::blocking;

/// A component that was looked at, and waits for a yes.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What it says of itself.
    pub candidate: Candidate,
    /// The category whose component it would take the place of.
    pub replaces: Option<Row>,
}

/// Why a component that was shown did not become a category.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// Its bytes are not kept any more.
    #[error("the component {0} is not kept any more; send its file again, and say yes within a few minutes")]
    Gone(Digest),
    /// It does not become a category.
    #[error(transparent)]
    Add(#[from] AddError),
    /// Its bytes cannot be read.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl From<StoreError> for AcceptError {
    fn from(error: StoreError) -> Self {
        AddError::Store(error.into()).into()
    }
}

impl Categories {
    /// Looks at a component and keeps its bytes under their digest, so that [`accept`](Self::accept) may be called on
    /// any replica. No row names them yet: a later start removes what nobody said yes to.
    ///
    /// # Errors
    /// See [`AddError`]: everything that would be refused later is refused now.
    pub async fn offer(&self, bytes: &[u8]) -> Result<Offer, AddError> {
        let candidate = self.examine(bytes).await?;
        let rows = self.store.categories().await.map_err(CategoryError::from)?;
        names_are_free(&rows, &candidate.category)?;
        self.store_component(bytes).await?;
        let replaces = rows.into_iter().find(|row| row.id == candidate.category.id);
        Ok(Offer { candidate, replaces })
    }

    /// The bytes of a component that was offered.
    ///
    /// # Errors
    /// [`AcceptError::Gone`], or that they are no component's.
    pub async fn offered(&self, component: Digest) -> Result<Vec<u8>, AcceptError> {
        let (blobs, most) = (self.blobs.clone(), self.sandbox.limits().component_bytes);
        let bytes = match blocking(move || blobs.read_at_most(&component, most)).await {
            Err(BlobError::Missing(digest)) => return Err(AcceptError::Gone(digest)),
            other => other?,
        };
        // A digest is a stranger's word: it may be that of a package, and those are larger than memory.
        Ok(bytes.ok_or_else(|| AddError::Load(LoadError::NotAComponent { module: false }))?)
    }

    /// Says yes to a component that was shown, as a category of its own: by its digest, so it is that component or none.
    /// For a category that is there, it is an [upgrade](super::upgrade).
    ///
    /// # Errors
    /// See [`AcceptError`].
    pub async fn accept(&self, component: Digest, actor: &str) -> Result<Row, AcceptError> {
        // Its bytes are stored again: a start may be about to remove what no row names yet.
        let bytes = self.offered(component).await?;
        Ok(self.add(&bytes, actor).await?.row)
    }
}

/// Refuses a name that another category has. The commit does so again.
pub(super) fn names_are_free(rows: &[Row], category: &NewCategory) -> Result<(), CategoryError> {
    for row in rows.iter().filter(|row| row.id != category.id) {
        let taken = [category.id.as_str(), category.singular.as_str()]
            .into_iter()
            .find(|name| *name == row.id.as_str() || *name == row.singular);
        if let Some(name) = taken {
            return Err(CategoryError::NameTaken { name: name.to_owned(), by: row.id.clone() });
        }
    }
    Ok(())
}
