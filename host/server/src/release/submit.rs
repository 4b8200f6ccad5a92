//! Submitting a release: the front half of the [pipeline](crate::pipeline), so that an
//! author sees at once, in the same words, what an install would say.

use std::sync::Arc;

use marketplace_manifest::{
    AuthorId, CategoryId, Draft, FillError, Manifest, ManifestError, MissingField, Slug,
};
use marketplace_sandbox::Finding;
use marketplace_store::{
    Author, AuthorKey, Card, Event, Lookalike, NewSubmission, Release, StoreError, SubmitError,
};

use crate::account::author;
use crate::account::license::{self, Tier};
use crate::account::token::Caller;
use crate::blobs::Received;
use crate::category::Category;
use crate::market::Market;
use crate::operation::{Stage, Work};
use crate::pipeline::{Fetched, PipelineError, Validated, Verdict, blocking, planned};
use crate::secrets::SecretError;

/// A release that was taken.
#[derive(Debug)]
pub struct Submission {
    /// Its row.
    pub release: Release,
    /// The manifest, complete and signed.
    pub manifest: Manifest,
    /// What the category says of it; among the remarks, also what the host noticed.
    pub verdict: Verdict,
}

/// Why a release was not taken. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionError {
    /// The license does not include publishing.
    #[error("the {0} license does not open the gate `{gate}`; publishing needs Pro, Team or Enterprise", gate = license::PUBLISH)]
    NotLicensed(Tier),
    /// The manifest is not one.
    #[error("the manifest is refused: {0}")]
    Manifest(#[from] ManifestError),
    /// The manifest says something else than what it is for.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The manifest leaves out what only the author can say.
    #[error(
        "the manifest has no `{}`, and this server does not hold the author's key to complete it; \
         `marketplace pack` and `marketplace sign` do",
        .0.field()
    )]
    Unsigned(#[from] MissingField),
    /// The URL names another category than the manifest's `kind`.
    #[error("the manifest's kind `{kind}` is not of the category `{category}`")]
    Kind {
        /// What the manifest says.
        kind: String,
        /// What the URL says.
        category: CategoryId,
    },
    /// No such category, or it is disabled.
    #[error("there is no category `{0}`")]
    NoCategory(CategoryId),
    /// The manifest leaves out its author, and the tenant has none, or several.
    #[error("the manifest has no `author_id`, and the tenant has {0} authors; say which")]
    WhichAuthor(usize),
    /// The author is not one of this tenant.
    #[error("`{0}` is not an author of this token's tenant")]
    NotYourAuthor(AuthorId),
    /// The author is not verified yet, or no longer.
    #[error(
        "the author `{author}` is not verified {}; ask an operator",
        reason.as_ref().map_or_else(|| "yet".to_owned(), |reason| format!("any more: {reason}"))
    )]
    NotVerified {
        /// Who.
        author: AuthorId,
        /// Why no longer.
        reason: Option<String>,
    },
    /// The author has no key in force.
    #[error("the author `{0}` has no key in force; register one")]
    NoKey(AuthorId),
    /// The name or version is taken.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The CP's held key does not open.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A stage was not reached.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

impl From<StoreError> for SubmissionError {
    fn from(error: StoreError) -> Self {
        Self::Pipeline(error.into())
    }
}

/// Takes a release for moderation, after every check that an install makes.
///
/// # Errors
/// See [`SubmissionError`].
pub async fn submit(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    manifest: &[u8],
    package: Received,
    work: &Work,
) -> Result<Submission, SubmissionError> {
    let category = &may_submit(market, caller, category).await?;
    let draft = Draft::parse(manifest)?;
    is_of(&draft, category)?;
    let (author, key) = of_tenant(market, caller, &draft).await?;

    work.enters(Stage::Verify);
    let fetched = Fetched::received(&package).map_err(SubmissionError::Pipeline)?;
    let manifest = signed(market, draft, &author, &key, &fetched)?;
    let public = author::public_key(&key).ok_or_else(|| SubmissionError::NoKey(author.id.clone()))?;
    let verified = fetched.verify(manifest.clone(), &public, category.clone())?;
    // A name or version that is taken is told before anything is unpacked, and decided below.
    let (name, version) = (manifest.name(), manifest.version());
    let digests = (&manifest.digest(), manifest.package_sha256());
    market.store.may_submit(&category.row.id, name, version, &author.id, digests.0, digests.1).await?;
    work.enters(Stage::Unpack);
    let validated = verified.validate(&market.trees, &market.limits, work).await?;
    work.enters(Stage::Stage);
    let mut verdict = validated.verdict().await?;
    let lookalikes = market.store.lookalikes(&category.row.id, name, &author.id).await?;
    verdict.remarks.extend(lookalikes.iter().map(|lookalike| resembles(name, lookalike)));

    work.commits().map_err(PipelineError::from)?;
    // The bytes first, durably; then one short transaction that names them.
    let (blobs, kept) = (market.blobs.clone(), market.blobs.keep().await);
    let kept =
        blocking(move || package.keep(&blobs, &kept).map(|_sealed| kept)).await.map_err(PipelineError::Io)?;
    let row = row(&manifest, &validated, &author, &key, &verdict);
    let subject = format!("release:{}/{}@{}", row.category, row.slug, row.version);
    let event = Event::new(caller.actor(), "release.submitted", subject).with(serde_json::json!({
        "manifest_sha256": row.manifest_sha256,
        "package_sha256": row.package_sha256,
        "adapter_sha256": row.adapter_sha256,
    }));
    let package = row.package_sha256;
    fail::fail_point!("submit.commit");
    let submitted = market.store.submit(row, event).await;
    fail::fail_point!("submit.committed");
    drop(kept);
    if submitted.is_err() {
        let named = async { Ok::<_, PipelineError>(market.store.names_blob(&package).await?) };
        if let Err(error) = market.blobs.release(&package, named).await {
            tracing::warn!(%package, %error, "a package that nothing names stays until a later start");
        }
    }
    let release = submitted?.submission;
    metrics::counter!("marketplace_submissions_total", "category" => release.category.to_string())
        .increment(1);
    Ok(Submission { release, manifest, verdict })
}

/// The rule of a remark that is the host's own, and no component's.
pub(crate) const LOOKALIKE: &str = "name.lookalike";

/// Why a moderator must look at the name: to its readers it may be another's.
pub(super) fn resembles(name: &Slug, lookalike: &Lookalike) -> Finding {
    Finding {
        rule: LOOKALIKE.into(),
        subject: name.to_string(),
        message: format!(
            "`{name}` looks like `{}` by `{}`, which is published. A moderator decides whether it may; choose a name \
             that nobody takes for it to be sure.",
            lookalike.slug, lookalike.author
        ),
    }
}

/// The category, if it is there and the caller's license includes publishing: what can be
/// told before a package is received.
///
/// # Errors
/// [`SubmissionError::NotLicensed`] or [`SubmissionError::NoCategory`].
pub async fn may_submit(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
) -> Result<Arc<Category>, SubmissionError> {
    let gates = market.gates(Some(caller)).await?;
    if !gates.open(license::PUBLISH) {
        return Err(SubmissionError::NotLicensed(gates.tier));
    }
    let categories = market.categories.all().await?;
    categories.find(category.as_str()).cloned().ok_or_else(|| SubmissionError::NoCategory(category.clone()))
}

/// Refuses who is not a verified author of the caller's tenant: what can be told of a manifest before its package is
/// received, and before either is checked.
///
/// # Errors
/// [`SubmissionError::NotYourAuthor`] or [`SubmissionError::NotVerified`].
pub async fn may_submit_as(market: &Market, caller: &Caller, manifest: &[u8]) -> Result<(), SubmissionError> {
    let Some(claimed) = Draft::claimed_author(manifest) else { return Ok(()) };
    match market.store.author(&claimed).await? {
        Some(author) if author.tenant == caller.tenant => is_verified(&author),
        _ => Err(SubmissionError::NotYourAuthor(claimed)),
    }
}

fn is_verified(author: &Author) -> Result<(), SubmissionError> {
    if author.verified_at.is_some() {
        return Ok(());
    }
    let (author, reason) = (author.id.clone(), author.unverified_reason.clone());
    Err(SubmissionError::NotVerified { author, reason })
}

fn is_of(draft: &Draft, category: &Category) -> Result<(), SubmissionError> {
    let kind = draft.kind().to_string();
    if kind == category.row.id.as_str() || kind == category.row.singular {
        return Ok(());
    }
    Err(SubmissionError::Kind { kind, category: category.row.id.clone() })
}

/// The author that the manifest names, or the only one that the tenant has.
async fn of_tenant(
    market: &Market,
    caller: &Caller,
    draft: &Draft,
) -> Result<(Author, AuthorKey), SubmissionError> {
    let mut authors = market.store.authors_of(&caller.tenant).await?;
    let author = match draft.author_id() {
        Some(id) => authors
            .into_iter()
            .find(|author| author.id == *id)
            .ok_or_else(|| SubmissionError::NotYourAuthor(id.clone()))?,
        None if authors.len() == 1 => authors.remove(0),
        None => return Err(SubmissionError::WhichAuthor(authors.len())),
    };
    is_verified(&author)?;
    let key = market
        .store
        .active_key(&author.id)
        .await?
        .ok_or_else(|| SubmissionError::NoKey(author.id.clone()))?;
    Ok((author, key))
}

/// The manifest as its author signed it; or, where the CP holds the author's key,
/// filled in and signed here.
fn signed(
    market: &Market,
    draft: Draft,
    author: &Author,
    key: &AuthorKey,
    package: &Fetched,
) -> Result<Manifest, SubmissionError> {
    match &key.held_secret {
        Some(sealed) if !draft.is_signed() => {
            let key = market.secrets.unseal(&author.id, sealed)?;
            Ok(draft.fill(&author.id, &package.digest())?.sign(&key))
        }
        _ => Ok(draft.signed()?),
    }
}

fn row(
    manifest: &Manifest,
    validated: &Validated,
    author: &Author,
    key: &AuthorKey,
    verdict: &Verdict,
) -> NewSubmission {
    let sealed = validated.sealed();
    NewSubmission {
        category: validated.category().row.id.clone(),
        slug: manifest.name().clone(),
        version: manifest.version().clone(),
        author: author.id.clone(),
        tenant: author.tenant.clone(),
        key_id: key.id.clone(),
        manifest: manifest.to_json().to_string(),
        manifest_sha256: manifest.digest(),
        package_sha256: sealed.digest(),
        package_size: sealed.size(),
        package_format: sealed.format().extension().to_owned(),
        adapter_sha256: validated.adapter().digest(),
        verdict: serde_json::json!(verdict),
        permissions: manifest.permissions().to_vec(),
        files: serde_json::json!(planned(validated.tree())),
        card: Card {
            title: manifest.title().unwrap_or(manifest.name().as_str()).to_owned(),
            summary: manifest.summary().unwrap_or_default().to_owned(),
            description: manifest.description().unwrap_or_default().to_owned(),
            keywords: manifest.keywords().to_vec(),
            icon: manifest.icon().map(ToString::to_string),
            details: serde_json::json!(verdict.details),
        },
    }
}
