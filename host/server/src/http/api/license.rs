use axum::Json;
use axum::extract::State;

use crate::account::license::{self, Standing};
use crate::account::token::Caller;
use crate::http::access::Visitor;
use crate::http::extract::{Json as Body, LicenseDocument};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;

/// What the caller's license opens; without a token, what Free does.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/license",
    operation_id = "get_license",
    tag = "installations",
    responses((status = OK, body = view::License, description = "The tier and every gate, and why.")),
)]
pub(crate) async fn license(
    State(market): State<Market>,
    Visitor(caller): Visitor,
) -> Result<Json<view::License>, Problem> {
    let standing = market.standing(caller.as_ref().map(|caller| &caller.tenant)).await?;
    Ok(Json(describe(&market, standing).await?))
}

/// Puts a license in force that the vendor signed for the caller's tenant.
///
/// One that was issued before the one that is there is refused: the vendor's last word counts.
#[utoipa::path(
    put,
    path = "/api/v1/marketplace/license",
    operation_id = "put_license",
    tag = "installations",
    request_body = LicenseDocument,
    responses(
        (status = OK, body = view::License, description = "What it opens."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`license_older` than the one that is there, or `license_not_in_force` now."),
    ),
)]
pub(crate) async fn put_license(
    State(market): State<Market>,
    caller: Caller,
    Body(document): Body<LicenseDocument>,
) -> Result<Json<view::License>, Problem> {
    let (store, vendor) = (&market.store, &market.vendor);
    license::install(store, vendor, &caller.actor(), &caller.tenant, &document.text()).await?;
    let standing = market.standing(Some(&caller.tenant)).await?;
    Ok(Json(describe(&market, standing).await?))
}

/// A standing, with every gate that there is now.
pub(in crate::http) async fn describe(market: &Market, standing: Standing) -> Result<view::License, Problem> {
    Ok(view::License {
        tier: standing.gates.tier,
        gates: market.all_gates(&standing.gates).await?,
        deprecations: standing.gates.deprecations(),
        status: standing.status,
        expires_at: standing.expires_at,
        reason: standing.reason,
    })
}
