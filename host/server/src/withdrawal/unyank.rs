//! An author offers a yanked release again.

use super::yank::{ReleaseName, YankError, event, own_release};
use crate::account::token::Caller;
use crate::market::Market;

/// Offers a release of one of the caller's authors again. One that is not yanked stays as it is.
///
/// # Errors
/// See [`YankError`].
pub async fn unyank(
    market: &Market,
    caller: &Caller,
    name: &ReleaseName,
    reason: Option<&str>,
) -> Result<(), YankError> {
    let release = own_release(market, caller, name).await?;
    let mut event = event(caller, "release.unyanked", name, &release);
    event.reason = reason.map(str::to_owned);
    Ok(market.store.unyank(&release.id, event).await?)
}
