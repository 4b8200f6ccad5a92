use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::account::token::Caller;
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Serialize)]
pub(crate) struct Installed {
    installed: Vec<view::Installation>,
}

/// `GET /api/v1/marketplace/installed`
pub(crate) async fn installed(
    State(market): State<Market>,
    caller: Caller,
) -> Result<Json<Installed>, Problem> {
    let rows = market.store.installations(&caller.tenant).await?;
    Ok(Json(Installed { installed: rows.into_iter().map(Into::into).collect() }))
}
