//! Going back to a component that a category had.

use marketplace_manifest::{CategoryId, Digest};
use marketplace_sandbox::Contract;
use marketplace_store::{Category as Row, Component};

use super::upgrade::{STALE, UpgradeError, Who, present_anew};
use crate::blobs::BlobError;
use crate::market::Market;
use crate::operation::Work;
use crate::pipeline::{PipelineError, blocking};

/// A category that went back.
#[derive(Debug)]
pub struct RolledBack {
    /// Its row.
    pub row: Row,
    /// The component that it had until now.
    pub instead_of: Digest,
}

/// Gives a category the component that it had before the present one, or any of its history. It is not asked about the
/// releases first: whoever goes back wants what was, at once.
///
/// The component that it leaves is the one before from then on, so going back twice is going forth again.
///
/// # Errors
/// See [`UpgradeError`]. A component that does not load is not gone back to.
pub async fn rollback(
    market: &Market,
    id: &CategoryId,
    to: Option<Digest>,
    who: Who<'_>,
) -> Result<RolledBack, UpgradeError> {
    let row = market.store.category(id).await?.ok_or_else(|| UpgradeError::Unknown(id.clone()))?;
    let instead_of = row.component_sha256;
    let history = market.store.components(id).await?;
    let component = choose(&history, &row, to)?;
    let bytes = read(market, component).await?;
    let candidate = market.categories.examine(&bytes).await?;
    if candidate.category.id != *id {
        let (wanted, found) = (id.clone(), candidate.category.id);
        return Err(UpgradeError::OtherCategory { wanted, found });
    }
    // Again: a start may be about to remove what no row names, since its history is short.
    market.categories.store_component(&bytes).await?;
    let mut event = candidate.event(who.actor, "category.rolled_back");
    event.reason = who.reason.map(str::to_owned);
    if let Some(said) = event.details.as_object_mut() {
        said.insert("instead_of".into(), serde_json::json!(instead_of));
    }
    let row = market.store.exchange_component(candidate.category, Some(instead_of), event).await?;
    if history.iter().any(|one| [component, instead_of].contains(&one.component_sha256) && presents(one)) {
        show_again(market, &row, who.actor).await;
    }
    Ok(RolledBack { row, instead_of })
}

/// Whether items may show something that the component says.
fn presents(component: &Component) -> bool {
    component.contract != Contract::V1_0.version()
}

/// Asks the component what its items show. It is in place already, so that is done also if nobody waits any more.
async fn show_again(market: &Market, row: &Row, actor: &str) {
    let (market, row, actor) = (market.clone(), row.clone(), actor.to_owned());
    let work = async move {
        if let Err(error) = present_anew(&market, &row, &actor, &Work::unwatched()).await {
            tracing::error!(category = %row.id, %error, "{STALE}");
        }
    };
    let _ = tokio::spawn(work).await;
}

/// The one that is meant.
fn choose(history: &[Component], row: &Row, to: Option<Digest>) -> Result<Digest, UpgradeError> {
    let id = &row.id;
    let mut earlier =
        history.iter().map(|one| one.component_sha256).filter(|one| *one != row.component_sha256);
    match to {
        None => earlier.next().ok_or_else(|| UpgradeError::Nothing(id.clone())),
        Some(to) if to == row.component_sha256 => {
            Err(UpgradeError::Present { category: id.clone(), component: to })
        }
        Some(to) => earlier
            .find(|one| *one == to)
            .ok_or_else(|| UpgradeError::NotInHistory { category: id.clone(), component: to }),
    }
}

async fn read(market: &Market, component: Digest) -> Result<Vec<u8>, UpgradeError> {
    let blobs = market.blobs.clone();
    match blocking(move || blobs.read(&component)).await {
        Ok(bytes) => Ok(bytes),
        Err(BlobError::Missing(digest) | BlobError::Damaged(digest)) => Err(UpgradeError::Gone(digest)),
        Err(error) => Err(PipelineError::from(error).into()),
    }
}
