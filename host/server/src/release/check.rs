//! What a server would say of a release that nobody has signed yet: the checks of a submission, all at once and not one
//! after another, so that its author sees everything there is to mend.

use std::sync::Arc;

use marketplace_archive::Sealed;
use marketplace_manifest::AuthorId;
use marketplace_sandbox::{Finding, Grant};
use marketplace_store::SubmitError;

use super::submit::resembles;
use super::{SubmissionError, Words};
use crate::category::Category;
use crate::market::Market;
use crate::pipeline::{PipelineError, PlannedFile, Specimen, planned};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is in the package; nothing if it cannot be unpacked.
    pub files: Vec<PlannedFile>,
    /// The permissions that were looked at: those that were said or, where they were to be worked out, the fewest.
    pub declared: Vec<String>,
    /// What is granted with those; nothing if the category refuses them.
    pub grants: Vec<Grant>,
    /// The fewest that the contents need, understood; `None` where nobody could tell.
    pub needed: Option<Vec<Grant>>,
    /// What is declared and not needed.
    pub unneeded: Vec<String>,
    /// What stands in the way of a submission, each with the fix.
    pub refused: Vec<Finding>,
    /// Worth a look, and no reason to refuse.
    pub remarks: Vec<Finding>,
}

/// How permissions are come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// The author has said which.
    Said,
    /// The fewest that the contents need.
    Fewest,
}

/// Looks at a package and at what is said of it: nothing of permissions where those are to be worked out.
///
/// # Errors
/// That nobody could tell. What the author can mend is no error here.
pub(super) async fn check(
    market: &Market,
    category: &Arc<Category>,
    author: &AuthorId,
    words: &Words,
    permissions: Permissions,
    package: &Sealed,
) -> Result<Checked, SubmissionError> {
    let id = &category.row.id;
    let adapter = &category.admit(author).map_err(PipelineError::from)?;
    let spelled = words.spell(&category.row.singular)?;
    let is_named = spelled.is_named();
    let (mut draft, mut refused) = (spelled.draft, spelled.findings);
    let workshop = market.trees.workshop().map_err(PipelineError::from)?;
    let into = workshop.make("package").map_err(PipelineError::from)?;
    let specimen = match Specimen::unpack(adapter, id.clone(), package, &market.limits, into).await {
        Ok(specimen) => specimen,
        Err(PipelineError::Archive(error)) if error.is_refusal() => {
            refused.push(Finding {
                rule: error.code().to_owned(),
                subject: error.subject().to_owned(),
                message: error.to_string(),
            });
            let declared = draft.permissions().to_vec();
            return Ok(Checked { refused, declared, ..Checked::default() });
        }
        Err(error) => return Err(error.into()),
    };
    refused.extend(specimen.missing_pictures(&draft));

    let mut inspection = told(specimen.inspect(&draft).await, &mut refused)?;
    if let (Permissions::Fewest, Some(found)) = (permissions, &inspection) {
        draft = draft.with_permissions(found.needed.clone())?;
        if !found.needed.is_empty() {
            // Once more: what is declared may be a reason for a remark.
            inspection = told(specimen.inspect(&draft).await, &mut refused)?;
        }
    }
    let declared = draft.permissions().to_vec();
    let grants = told(specimen.grants(&declared).await, &mut refused)?;
    let (mut needed, mut unneeded) = (None, Vec::new());
    if let Some(found) = &inspection {
        needed = match &grants {
            Some(grants) if found.needed == declared => Some(grants.clone()),
            // What is needed and refused is told below, as what is needed and not declared.
            _ => told(specimen.grants(&found.needed).await, &mut Vec::new())?,
        };
        if grants.is_some() {
            refused.extend(specimen.undeclared(&declared, found).await?);
            unneeded = specimen.unneeded(&declared, found).await?;
        }
    }
    let mut remarks = inspection.map(|found| found.remarks).unwrap_or_default();
    if is_named {
        let digest = package.digest();
        let whole = draft.clone().with_author(author.clone()).with_package(digest).fill(author, &digest)?;
        let (name, version) = (draft.name(), draft.version());
        let free = market.store.may_submit(id, name, version, author, &whole.digest(), &digest).await;
        refused.extend(free.map_or_else(taken, |()| Ok(None))?);
        let lookalikes = market.store.lookalikes(id, name, author).await?;
        remarks.extend(lookalikes.iter().map(|lookalike| resembles(name, lookalike)));
    }
    Ok(Checked {
        files: planned(specimen.tree()),
        declared,
        grants: grants.unwrap_or_default(),
        needed,
        unneeded,
        refused,
        remarks,
    })
}

/// What was answered, or nothing, and the findings are noted.
fn told<T>(answer: Result<T, PipelineError>, refused: &mut Vec<Finding>) -> Result<Option<T>, PipelineError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(
            PipelineError::Permissions(findings)
            | PipelineError::Contents(findings)
            | PipelineError::Undeclared(findings),
        ) => {
            refused.extend(findings);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Why nobody may submit under this name and version, as something to mend.
fn taken(error: SubmitError) -> Result<Option<Finding>, SubmissionError> {
    let (rule, subject) = match &error {
        SubmitError::Store(_) => return Err(error.into()),
        SubmitError::VersionTaken { .. } => ("release.version-taken", "version"),
        SubmitError::SlugTaken { .. } => ("release.name-taken", "name"),
        SubmitError::Blocked { .. } => ("release.blocked", "package"),
        _ => ("release.refused", "package"),
    };
    let message = error.to_string();
    Ok(Some(Finding { rule: rule.into(), subject: subject.into(), message }))
}
