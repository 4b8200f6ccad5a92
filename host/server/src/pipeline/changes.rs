//! What a release asks for, compared with what was agreed to before, in the category's own words.

use marketplace_manifest::{AuthorId, CategoryId};
use marketplace_sandbox::{Adapter, Change};

use super::{PipelineError, undecided};
use crate::category::Category;

/// What would be added to, or taken from, what was agreed to, if this author's item had what is requested.
///
/// # Errors
/// When the category's component does not load, is paused, or gives no answer: then nobody can tell.
pub async fn changes(
    category: &Category,
    author: &AuthorId,
    agreed: &[String],
    requested: &[String],
) -> Result<Vec<Change>, PipelineError> {
    if agreed == requested {
        return Ok(Vec::new());
    }
    let id = &category.row.id;
    changes_of(&category.admit(author)?, id, agreed, requested).await
}

/// The same, of a component that may be of no category yet.
///
/// # Errors
/// When it gives no answer.
pub async fn changes_of(
    adapter: &Adapter,
    id: &CategoryId,
    agreed: &[String],
    requested: &[String],
) -> Result<Vec<Change>, PipelineError> {
    if agreed == requested {
        return Ok(Vec::new());
    }
    // What was agreed to under an earlier component may mean nothing to this one: then everything is new.
    let understood = adapter.validate(agreed).await.answer().is_some();
    let agreed = if understood { agreed } else { &[] };
    undecided(adapter.compare(agreed, requested).await, id, "compare", PipelineError::Permissions)
}
