use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Version;
use serde::Deserialize;

use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::api::install::start;
use crate::http::extract::{OfItem, Path};
use crate::http::pages::View;
use crate::http::pages::form::Form;
use crate::installation::Order;
use crate::market::Market;

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    version: Version,
    /// `yes` from who was shown what the release may do.
    #[serde(default)]
    agreed: String,
}

/// Begins to install a release, and shows how it goes.
pub(in crate::http) async fn install(
    State(market): State<Market>,
    view: View,
    Path(OfItem { category, slug }): Path<OfItem>,
    caller: Caller,
    Form(Wish { version, agreed }): Form<Wish>,
) -> Result<Response, Problem> {
    let address = super::address(&category, &slug);
    let order =
        Order { category, slug, version: Some(version), accept_permissions: agreed == "yes", dry_run: false };
    let operation = start(&market, caller, order)?;
    market.operations.note(&operation).await?;
    Ok(view.go(&format!("{address}?operation={}", operation.id)))
}
