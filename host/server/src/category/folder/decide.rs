//! What a file is, and whether it becomes a category.

use std::path::Path;
use std::time::Instant;

use marketplace_manifest::{CategoryId, Digest};
use marketplace_sandbox::LoadError;
use marketplace_store::{AuditQuery, CategoryError, MAX_LIMIT, PageError, StoreError};

use super::look::{Bytes, Stamp, read};
use super::{AGAIN, Categories, Refused, What};
use crate::category::add::{AddError, Candidate};
use crate::pipeline::blocking;

/// Who the audit log names.
const ACTOR: &str = "adapters folder";

impl Categories {
    /// Reads a file that held still, and adds it if it is a category that was never there.
    pub(super) async fn decide(&self, folder: &Path, name: &str, stamp: Stamp) -> What {
        let most = self.sandbox.limits().component_bytes;
        let read = {
            let (folder, name) = (folder.to_owned(), name.to_owned());
            blocking(move || {
                read(&folder, &name, stamp, most).map(|bytes| match bytes {
                    Bytes::Whole(bytes) => Ok((Digest::of(&bytes), bytes)),
                    Bytes::TooLarge(size) => Err(Some(size)),
                    Bytes::Moving => Err(None),
                })
            })
        };
        let (digest, bytes) = match read.await {
            Ok(Ok(read)) => read,
            Ok(Err(None)) => return What::Waits,
            Ok(Err(Some(size))) => {
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                return refused(name, None, None, &LoadError::TooLarge { size, limit: most }.into());
            }
            Err(error) => return refused(name, None, None, &AddError::Io(error)),
        };
        let known = self.folder.lock().decided.get(&digest).cloned();
        if let Some(known) = known {
            return What::Refused { refused: Refused { file: name.to_owned(), ..known }, again: None };
        }
        match self.rows_component(&digest).await {
            // It serves already, or is disabled: nothing has to be compiled to see that.
            Ok(Some(category)) => return What::Component { digest, category },
            Ok(None) => {}
            Err(error) => return refused(name, Some(digest), None, &CategoryError::from(error).into()),
        }
        match self.examine(&bytes).await {
            Ok(candidate) => self.take(name, candidate, &bytes).await,
            Err(error) => refused(name, Some(digest), None, &error),
        }
    }

    /// The category that has this very component.
    async fn rows_component(&self, digest: &Digest) -> Result<Option<CategoryId>, StoreError> {
        let rows = self.store.categories().await?;
        Ok(rows.into_iter().find(|row| row.component_sha256 == *digest).map(|row| row.id))
    }

    async fn take(&self, name: &str, candidate: Candidate, bytes: &[u8]) -> What {
        let (digest, category) = (candidate.category.component_sha256, candidate.category.id.clone());
        let component = What::Component { digest, category: category.clone() };
        match self.was_removed(&category, &digest).await {
            Ok(false) => {}
            Ok(true) => return component,
            Err(PageError::Store(error)) => {
                return refused(name, Some(digest), Some(category), &CategoryError::from(error).into());
            }
            // There is no cursor that could be wrong.
            Err(_) => return component,
        }
        match self.add_examined(candidate, bytes, ACTOR).await {
            Ok(added) => {
                if added.is_new {
                    tracing::info!(%category, component = %digest, file = ?name, "a category was added from the adapters folder");
                }
                component
            }
            // Said with every look, as long as it is so.
            Err(AddError::Exists { .. }) => component,
            Err(error) => refused(name, Some(digest), Some(category), &error),
        }
    }

    /// Whether an operator removed the category when it had this component, or after: the audit log remembers what no
    /// row does. A component that it never had is another decision, and may be added.
    async fn was_removed(&self, category: &CategoryId, component: &Digest) -> Result<bool, PageError> {
        let subject = format!("category:{category}");
        let query =
            AuditQuery { subject: Some(subject.clone()), limit: Some(MAX_LIMIT), ..AuditQuery::default() };
        let events = self.store.audit_events(&query).await?.items;
        let mut of_it = events.iter().filter(|event| event.subject == subject);
        let component = component.to_string();
        Ok(of_it.next().is_some_and(|event| event.action == "category.removed")
            && of_it.any(|event| event.details.to_string().contains(&component)))
    }
}

fn refused(name: &str, component: Option<Digest>, category: Option<CategoryId>, error: &AddError) -> What {
    let again = error.is_transient().then(|| Instant::now() + AGAIN);
    let (code, detail) = (error.code(), error.to_string());
    What::Refused { refused: Refused { file: name.to_owned(), code, detail, component, category }, again }
}
