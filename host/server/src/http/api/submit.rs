use std::sync::Arc;

use axum::extract::multipart::Multipart;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use marketplace_manifest::{AuthorId, Digest, Slug, Version};
use marketplace_sandbox::Finding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::token::Caller;
use crate::blobs::Received;
use crate::http::extract::{OfCategory, Path};
use crate::http::later::{self, Prefer, When};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, upload, view};
use crate::market::Market;
use crate::operation::{About, Operation, Wish};
use crate::pipeline::{Plan, Verdict};
use crate::release;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Submitted {
    #[serde(flatten)]
    submission: view::Submission,
    /// Worth a moderator's look.
    remarks: Vec<Finding>,
    /// What an install will do; `null` if the category cannot install yet.
    plan: Option<Plan>,
}

/// What a submission is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "a schema: the parts are read as they arrive")]
pub(crate) struct SubmissionForm {
    /// Sent first, it is checked before the package is received.
    manifest: SubmittedManifest,
    /// A `.tar.gz` or `.zip`.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    package: String,
}

/// A manifest, as JSON; the same as YAML is taken as well. Where the CP holds the author's key, what only a signer
/// knows (`package_sha256`, `manifest_signature`) may be left out, and is filled in; so may `author_id`, by a tenant
/// with one author.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "a schema: the manifest crate reads the real one")]
pub(crate) struct SubmittedManifest {
    /// A category's id, or its singular.
    kind: String,
    name: Slug,
    version: Version,
    author_id: AuthorId,
    permissions: Vec<String>,
    #[schema(nullable = false)]
    package_sha256: Option<Digest>,
    #[schema(nullable = false)]
    manifest_signature: Option<String>,
    #[schema(nullable = false)]
    title: Option<String>,
    #[schema(nullable = false)]
    summary: Option<String>,
    /// Markdown.
    #[schema(nullable = false)]
    description: Option<String>,
    #[schema(nullable = false)]
    homepage: Option<String>,
    #[schema(nullable = false)]
    source: Option<String>,
    /// An SPDX expression.
    #[schema(nullable = false)]
    license: Option<String>,
    #[schema(nullable = false)]
    keywords: Option<Vec<String>>,
    /// A path in the package.
    #[schema(nullable = false)]
    icon: Option<String>,
    /// Paths in the package.
    #[schema(nullable = false)]
    screenshots: Option<Vec<String>>,
    /// Markdown.
    #[schema(nullable = false)]
    changelog: Option<String>,
}

/// Submits a release for moderation, after every check that an install makes.
#[utoipa::path(
    post,
    path = "/api/v1/marketplace/{category}/items",
    operation_id = "submit_release",
    tag = "publishing",
    params(OfCategory, Prefer),
    request_body(content = SubmissionForm, content_type = "multipart/form-data"),
    responses(
        (status = CREATED, body = Submitted, description = "It waits for a moderator."),
        (status = ACCEPTED, body = view::Operation,
            description = "It is received, and being checked: the answer to `Prefer: respond-async`."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`name_taken` or `version_taken`, or the author has no key in force."),
        (status = BAD_GATEWAY, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "The category's component gave no answer: nothing was taken."),
    ),
)]
pub(crate) async fn submit(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    caller: Caller,
    when: When,
    request: Request,
) -> Result<Response, Problem> {
    let form = upload::parts(&market, request).await?;
    // Before two gibibytes are received in vain.
    release::may_submit(&market, &caller, &category).await?;
    let Form { manifest, package } = Form::receive(&market, &caller, form).await?;
    let about = About {
        kind: About::SUBMIT.into(),
        category: category.clone(),
        slug: None,
        version: None,
        dry_run: false,
    };
    let operation = start(&market, caller, about, manifest, package)?;
    later::answer(&market, when, &operation).await
}

/// Begins to submit a release.
pub(in crate::http) fn start(
    market: &Market,
    caller: Caller,
    about: About,
    manifest: Vec<u8>,
    package: Received,
) -> Result<Arc<Operation>, Problem> {
    let (wish, category, market_of_work) = (Wish::own(&caller), about.category.clone(), market.clone());
    let operation = market.operations.start(wish, about, |work| async move {
        let submitted = release::submit(&market_of_work, &caller, &category, &manifest, package, &work).await;
        later::outcome(submitted.map(shown).map_err(Problem::from))
    })?;
    Ok(operation)
}

/// As its author sees it.
fn shown(submission: release::Submission) -> (StatusCode, Submitted) {
    let mut view = view::Submission::from(submission.release);
    view.manifest = submission.manifest.to_json();
    let Verdict { remarks, plan, .. } = submission.verdict;
    let submitted = Submitted { submission: view, remarks, plan };
    (StatusCode::CREATED, submitted)
}

/// The two parts of the form, each exactly once, in either order.
struct Form {
    manifest: Vec<u8>,
    package: Received,
}

impl Form {
    async fn receive(market: &Market, caller: &Caller, mut form: Multipart) -> Result<Self, Problem> {
        let (mut manifest, mut package) = (None, None);
        while let Some(field) = upload::part(&mut form).await? {
            match field.name() {
                Some("manifest") if manifest.is_none() => {
                    let bytes = upload::manifest(field).await?;
                    release::may_submit_as(market, caller, &bytes).await?;
                    manifest = Some(bytes);
                }
                Some("package") if package.is_none() => package = Some(upload::package(market, field).await?),
                name => {
                    let detail = format!(
                        "the form has the part `{}`, which is unknown or there twice; send one `manifest` and one `package`",
                        name.unwrap_or_default()
                    );
                    return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_form", detail));
                }
            }
        }
        let missing = |part| {
            let detail = format!("the form has no part `{part}`; send one `manifest` and one `package`");
            Problem::new(StatusCode::BAD_REQUEST, "bad_form", detail)
        };
        Ok(Self {
            manifest: manifest.ok_or_else(|| missing("manifest"))?,
            // Last: whose it is comes before what it is, in whichever order the two are sent.
            package: package.ok_or_else(|| missing("package"))??,
        })
    }
}
