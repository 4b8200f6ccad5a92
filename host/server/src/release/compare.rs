//! What a submission asks for beyond the last approved release.

use marketplace_sandbox::Change;
use marketplace_store::Submission;

use crate::category::Snapshot;
use crate::pipeline::changes;

/// What a moderator is told about it.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The changes; `None` if there is nothing to compare with, or nobody could tell.
    pub changes: Option<Vec<Change>>,
    /// Why there are none to show, if so.
    pub reason: Option<String>,
}

/// Compares, now and not at submission: the last approved release may be another one since, and so may the
/// category's component. A component that gives no answer hides no submission: the moderator reads why.
pub async fn compare(categories: &Snapshot, submission: &Submission) -> Compared {
    let without = |reason: String| Compared { changes: None, reason: Some(reason) };
    let Some(approved) = &submission.approved_permissions else {
        return without("there is no other approved release to compare with".into());
    };
    let id = &submission.release.category;
    // Also of a category that is disabled: what was submitted waits.
    let Some(category) = categories.iter().find(|category| category.row.id == *id) else {
        return without(format!("there is no category `{id}` any more"));
    };
    match changes(category, &submission.release.author, approved, &submission.release.permissions).await {
        Ok(changes) => Compared { changes: Some(changes), reason: None },
        Err(error) => without(error.to_string()),
    }
}
