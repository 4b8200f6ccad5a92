use axum::extract::multipart::{Field, Multipart};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use marketplace_manifest::{AuthorId, CategoryId, Draft as ManifestDraft, Manifest};
use marketplace_sandbox::Finding;
use marketplace_store::{Release, Status};

use super::desk::{Desk, earlier};
use super::page::{Choice, draw};
use super::{address, words};
use crate::account::token::Caller;
use crate::blobs::{BlobError, Received};
use crate::http::pages::{View, control, document, form};
use crate::http::{Problem, upload};
use crate::market::Market;
use crate::pipeline::blocking;
use crate::release::{self, NewDraft, Permissions, Words};

/// The longest name of a file that is remembered.
const MAX_NAME: usize = 120;

/// Receives a package, and looks at it.
pub(in crate::http) async fn receive(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let mut form = upload::parts(&market, request).await?;
    form::key_of_parts(&view, &mut form).await?;
    let desk = Desk::find(&market, &caller).await?;
    let mut choice = Choice::default();
    let (new, permissions) = match read(&market, &caller, &desk, &mut form, &mut choice).await {
        Ok(new) => new,
        Err(Stop::Failed(problem)) => return Err(problem),
        Err(Stop::Mend(status, finding)) => {
            choice.findings.push(finding);
            let body = control::page(&view, draw(&view, &desk, &choice));
            return Ok((status, document::page(&view, "Submit", body)).into_response());
        }
    };
    let draft = market.drafts.keep(&caller, new)?;
    let said = draft.said().words;
    Ok(match draft.check(&market, &caller, said, permissions).await {
        Ok(_) => view.go(&address(&draft)),
        // It is here all the same, and can be looked at again.
        Err(error) => view.not_done(&address(&draft), &words(&error.into())),
    })
}

/// Why nothing was kept.
enum Stop {
    /// Whoever sent it can mend it, on the same page.
    Mend(StatusCode, Finding),
    Failed(Problem),
}

impl From<Problem> for Stop {
    /// What is wrong with a package or a manifest is told beside the form that it was chosen in.
    fn from(problem: Problem) -> Self {
        let (status, code, detail) = problem.told();
        let subject = match code {
            "package_invalid" => "package",
            "manifest_too_large" => "manifest",
            _ => return Self::Failed(problem),
        };
        Self::Mend(status, finding(&code.replace('_', "."), subject, document::sentence(detail)))
    }
}

fn finding(rule: &str, subject: &str, message: impl Into<String>) -> Finding {
    Finding { rule: rule.into(), subject: subject.into(), message: message.into() }
}

fn mend(rule: &str, subject: &str, message: impl Into<String>) -> Stop {
    Stop::Mend(StatusCode::UNPROCESSABLE_ENTITY, finding(rule, subject, message))
}

async fn read(
    market: &Market,
    caller: &Caller,
    desk: &Desk,
    form: &mut Multipart,
    choice: &mut Choice,
) -> Result<(NewDraft, Permissions), Stop> {
    let (mut manifest, mut package) = (None, None);
    while let Some(part) = upload::part(form).await? {
        match part.name().unwrap_or_default() {
            "category" => choice.category = upload::text(part).await?,
            "author" => choice.author = upload::text(part).await?,
            "from" => {
                let release = earlier(market, caller, &upload::text(part).await?).await?;
                choice.category = release.category.to_string();
                choice.from = Some(release);
            }
            "manifest" if is_chosen(&part) => manifest = Some(upload::manifest(part).await?),
            "package" if is_chosen(&part) => {
                // Before two gibibytes are received in vain.
                whose(market, caller, desk, choice).await?;
                let name = name_of(&part);
                package = Some((name, upload::package(market, part).await?.map_err(Problem::from)?));
            }
            _ => {}
        }
    }
    let (category, author) = whose(market, caller, desk, choice).await?;
    let (file, package) = match (package, &choice.from) {
        (Some(package), _) => package,
        (None, Some(release)) => stored(market, release).await?,
        (None, None) => {
            return Err(mend(
                "package.missing",
                "package",
                "No package was chosen. Choose a file, or drop one.",
            ));
        }
    };
    let (words, permissions) = match (manifest, &choice.from) {
        (Some(manifest), _) => said(desk, &category, &manifest)?,
        (None, Some(release)) => said_before(market, release).await?,
        (None, None) => guessed(market, caller, &category, &file).await?,
    };
    Ok((NewDraft { category, author, file, package, words }, permissions))
}

/// A field for a file in which none was chosen is sent as well, without a name.
fn is_chosen(part: &Field<'_>) -> bool {
    part.file_name().is_some_and(|name| !name.is_empty())
}

/// What a file was called where it came from: some browsers once said the folder too.
fn name_of(part: &Field<'_>) -> String {
    let name = part.file_name().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect()
}

/// The category and the author, if the caller may publish so.
async fn whose(
    market: &Market,
    caller: &Caller,
    desk: &Desk,
    choice: &Choice,
) -> Result<(CategoryId, AuthorId), Stop> {
    let category = desk.categories.find(&choice.category).ok_or_else(|| {
        mend("category.missing", "category", "No category was chosen, or it is there no longer. Choose one.")
    })?;
    let id = &category.row.id;
    release::may_submit(market, caller, id).await.map_err(Problem::from)?;
    let publisher = desk.publisher(&choice.author).ok_or_else(|| {
        mend(
            "author.missing",
            "author",
            "No author was chosen, or it may not publish now. Choose one of yours.",
        )
    })?;
    Ok((id.clone(), publisher.author.id.clone()))
}

/// The package of an earlier submission.
async fn stored(market: &Market, release: &Release) -> Result<(String, Received), Stop> {
    let Release { slug, version, package_format, package_sha256, .. } = release;
    let file = format!("{slug}-{version}.{package_format}");
    let (blobs, limits, digest) = (market.blobs.clone(), market.limits.clone(), *package_sha256);
    match blocking(move || blobs.receive_stored(&digest, &limits)).await {
        Ok(package) => Ok((file, package)),
        Err(BlobError::Missing(_)) => Err(mend(
            "package.missing",
            "package",
            "The package of that submission is not kept any more. Choose the file again.",
        )),
        Err(error) => Err(Stop::Failed(error.into())),
    }
}

/// What a manifest says that came with the package.
fn said(desk: &Desk, category: &CategoryId, manifest: &[u8]) -> Result<(Words, Permissions), Stop> {
    let (draft, says) = ManifestDraft::parse_sketch(manifest)
        .map_err(|error| mend(error.code(), "manifest", document::sentence(&error.to_string())))?;
    let singular = desk.categories.find(category.as_str()).map(|category| category.row.singular.as_str());
    if draft.kind() != category.as_str() && Some(draft.kind()) != singular {
        let message = format!(
            "The manifest is of the kind `{}`, and the category `{category}` was chosen. Choose its category, or \
             correct its `kind`.",
            draft.kind()
        );
        return Err(mend("manifest.kind", "manifest", message));
    }
    let permissions = if says { Permissions::Said } else { Permissions::Fewest };
    Ok((Words::of(&draft), permissions))
}

/// What was said of an earlier submission. One that was rejected is mended; after any other comes the next version.
async fn said_before(market: &Market, release: &Release) -> Result<(Words, Permissions), Problem> {
    let Ok(manifest) = Manifest::parse(release.manifest.as_bytes()) else {
        let words = Words { name: release.slug.to_string(), ..Words::default() };
        return Ok((words, Permissions::Fewest));
    };
    if release.status == Status::Rejected && release.approved_at.is_none() {
        return Ok((Words::of(&manifest), Permissions::Said));
    }
    let published = market.store.item(&release.category, &release.slug).await?;
    let versions = published.iter().flat_map(|item| item.versions.iter().map(|row| &row.version));
    let newest = versions.chain([&release.version]).max().unwrap_or(&release.version);
    Ok((Words::after(&manifest, newest), Permissions::Fewest))
}

/// What can be told from the file's name: it may be the next release of an item of this tenant.
async fn guessed(
    market: &Market,
    caller: &Caller,
    category: &CategoryId,
    file: &str,
) -> Result<(Words, Permissions), Problem> {
    let words = Words::of_file(file);
    let item = match words.name.parse() {
        Ok(slug) => market.store.item(category, &slug).await?,
        Err(_) => None,
    };
    let own = item.filter(|item| item.latest.tenant == caller.tenant);
    let Some(latest) = own.map(|item| item.latest) else { return Ok((words, Permissions::Fewest)) };
    said_before(market, &latest).await
}
