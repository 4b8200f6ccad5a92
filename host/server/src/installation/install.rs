//! Installing an item: the whole of the [pipeline](crate::pipeline), in order.

use std::sync::Arc;

use marketplace_manifest::{CategoryId, Manifest, ManifestError, PublicKey, Slug, Version};
use marketplace_sandbox::{Change, Direction};
use marketplace_store::{Installation, Installer, Offered, Release, StoreError, Withdrawn, check_withdrawn};

use crate::account::author;
use crate::account::token::Caller;
use crate::category::Category;
use crate::market::Market;
use crate::operation::{Stage, Work};
use crate::pipeline::{Fetched, Installed, Known, KnownLicensed, PipelineError, Plan, Staged, changes};

/// What a caller wants installed, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// Of which category.
    pub category: CategoryId,
    /// Which item.
    pub slug: Slug,
    /// Which release; the newest approved one if not said.
    pub version: Option<Version>,
    /// The user has seen what an update asks for beyond what is granted, and agrees.
    pub accept_permissions: bool,
    /// Stop before the commit, and say what it would do.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    /// The item is live.
    Installed {
        /// The row.
        installation: Box<Installation>,
        /// What was done.
        plan: Plan,
    },
    /// What an install would do, and what it would change for a user who has an
    /// earlier release.
    Planned {
        /// The release that would be live.
        release: Box<Release>,
        /// Whether it was taken back since the user installed it.
        withdrawn: Option<Withdrawn>,
        /// What would be done.
        plan: Plan,
        /// What would be added to, or taken from, what was consented to.
        changes: Vec<Change>,
    },
}

/// Why nothing was installed. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// No such category, or it is disabled.
    #[error("there is no category `{0}`")]
    NoCategory(CategoryId),
    /// No such item, or no approved release of that version.
    #[error("there is no approved release {} of `{category}/{slug}`", version.as_ref().map_or_else(|| "at all".to_owned(), ToString::to_string))]
    NoRelease {
        /// Of which category.
        category: CategoryId,
        /// Which item.
        slug: Slug,
        /// Which version was asked for.
        version: Option<Version>,
    },
    /// The update asks for more than was consented to.
    #[error(
        "release {version} of `{slug}` asks for more than was granted; send `accept_permissions: true` to agree"
    )]
    Consent {
        /// Which item.
        slug: Slug,
        /// Which version.
        version: Version,
        /// What it asks for.
        changes: Vec<Change>,
    },
    /// The stored manifest does not parse any more.
    #[error("the stored manifest: {0}")]
    Manifest(#[from] ManifestError),
    /// The author's key that signed the release is revoked, or not usable.
    #[error("the key that signed this release is revoked; nothing that it signed can be installed anew")]
    KeyRevoked,
    /// A stage was not reached.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

impl From<StoreError> for InstallError {
    fn from(error: StoreError) -> Self {
        Self::Pipeline(error.into())
    }
}

/// Installs, updates or rolls back: after it, that release is the one that is live for
/// the caller's tenant. Asked again for what is live already, it answers the same.
///
/// # Errors
/// See [`InstallError`].
pub async fn install(
    market: &Market,
    caller: &Caller,
    order: &Order,
    work: &Work,
) -> Result<Answer, InstallError> {
    let categories = market.categories.all().await?;
    let category = categories
        .find(order.category.as_str())
        .ok_or_else(|| InstallError::NoCategory(order.category.clone()))?;
    // Before anything is counted or read: no license and no release would change it.
    if category.row.installer == Installer::Stub {
        return Err(PipelineError::NoInstaller(order.category.clone()).into());
    }
    let _alone = market.locks.hold(&caller.tenant, &order.category, &order.slug).await;

    let offered = market.store.offered(&order.category, &order.slug, order.version.as_ref()).await?;
    let Offered { release, withdrawn } = offered.ok_or_else(|| InstallError::NoRelease {
        category: order.category.clone(),
        slug: order.slug.clone(),
        version: order.version.clone(),
    })?;
    let before = market.store.installation(&caller.tenant, &order.category, &order.slug).await?;
    // Told before anything is unpacked, and decided in the commit. Who has what was yanked may mend it.
    let has_it = before.as_ref().is_some_and(|before| before.release_id == release.id);
    check_withdrawn(withdrawn.clone(), has_it).map_err(PipelineError::from)?;

    let key = signing_key(market, &release).await?;
    let ready = make_ready(market, caller, category, &release, &key, work).await?;
    let plan = ready.plan();

    let changes = match before {
        Some(before) => changes(category, &release.author, &before.permissions, &release.permissions).await?,
        None => Vec::new(),
    };
    if order.dry_run {
        return Ok(Answer::Planned { release: Box::new(release), withdrawn, plan, changes });
    }
    let asks_for_more = |change: &Change| matches!(change.direction, Direction::Added | Direction::Widened);
    if !order.accept_permissions && changes.iter().any(asks_for_more) {
        return Err(InstallError::Consent { slug: order.slug.clone(), version: release.version, changes });
    }
    work.commits().map_err(PipelineError::from)?;
    commit(market, caller, ready, release, work).await
}

/// Everything before the commit is done.
enum Ready {
    /// By the stages.
    Staged(Box<Staged>),
    /// For somebody else, before.
    Known(Box<KnownLicensed>),
}

impl Ready {
    fn plan(&self) -> Plan {
        match self {
            Self::Staged(staged) => staged.plan(),
            Self::Known(known) => known.plan(),
        }
    }
}

/// Goes through the stages, in order (see `pipeline`), unless somebody here has the release already.
async fn make_ready(
    market: &Market,
    caller: &Caller,
    category: &Arc<Category>,
    release: &Release,
    key: &PublicKey,
    work: &Work,
) -> Result<Ready, InstallError> {
    let manifest = Manifest::parse(release.manifest.as_bytes())?;
    let (store, trees) = (&market.store, &market.trees);
    if let Some(known) = Known::find(store, trees, release, manifest.clone(), key, category.clone()).await? {
        work.enters(Stage::License);
        let gates = market.gates(Some(caller)).await?;
        let known = known.license(store, &gates, caller.tenant.clone()).await?;
        return Ok(Ready::Known(Box::new(known)));
    }

    work.enters(Stage::Fetch);
    work.expects(Some(release.package_size), None);
    let fetched = Fetched::stored(&market.blobs, &release.package_sha256, &market.limits, work).await?;
    work.enters(Stage::Verify);
    let verified = fetched.verify(manifest, key, category.clone())?;
    work.enters(Stage::Unpack);
    work.expects(unpacked_size(release), None);
    let validated = verified.validate(&market.trees, &market.limits, work).await?;
    work.enters(Stage::License);
    let gates = market.gates(Some(caller)).await?;
    let licensed = validated.license(&market.store, gates, caller.tenant.clone()).await?;
    work.enters(Stage::Stage);
    Ok(Ready::Staged(Box::new(licensed.stage().await?)))
}

async fn commit(
    market: &Market,
    caller: &Caller,
    ready: Ready,
    release: Release,
    work: &Work,
) -> Result<Answer, InstallError> {
    let before = market.store.installation(&caller.tenant, &release.category, &release.slug).await?;
    let tree = ready.plan().tree_sha256;
    let actor = caller.actor();
    let committed = match ready {
        Ready::Staged(staged) => staged.commit(&market.store, &market.trees, &release, &actor, work).await,
        Ready::Known(known) => known.commit(&market.store, &release, &actor).await,
    };
    // Whichever tree no row names now: the one that was replaced, or the one that was
    // built for a commit that was refused.
    let left = match &committed {
        Ok(_) => before.map(|before| before.tree_sha256).filter(|left| *left != tree),
        Err(_) => Some(tree),
    };
    if let Some(left) = left {
        release_tree(market, &left).await;
    }
    let Installed { installation, plan } = committed?;
    metrics::counter!("marketplace_installs_total", "category" => release.category.to_string()).increment(1);
    Ok(Answer::Installed { installation: Box::new(installation), plan })
}

/// Removes a tree that no row names. What cannot be removed now, the next start removes.
pub(super) async fn release_tree(market: &Market, digest: &marketplace_manifest::Digest) {
    let named = async { Ok::<_, PipelineError>(market.store.names_tree(digest).await?) };
    if let Err(error) = market.trees.release(digest, named).await {
        tracing::warn!(tree = %digest, %error, "a tree that nothing names stays until the next start");
    }
}

/// Bytes of all files of the package, as they were counted when it was submitted.
fn unpacked_size(release: &Release) -> Option<u64> {
    release.files.as_array()?.iter().map(|file| file.get("size")?.as_u64()).sum()
}

/// The key that verified the release when it was submitted, unless it was revoked since.
async fn signing_key(market: &Market, release: &Release) -> Result<PublicKey, InstallError> {
    let key = market.store.key(&release.key_id).await?.filter(|key| key.revoked_at.is_none());
    key.and_then(|key| author::public_key(&key)).ok_or(InstallError::KeyRevoked)
}
