use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_manifest::Tenant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::account::license::{self, Order, Tier};
use crate::account::token::Caller;
use crate::http::api::license::describe;
use crate::http::extract::{Days, Json as Body, LicenseDocument, OfTenant, Overrides, Path};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;

/// How a tenant stands, and the document that says so.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantLicense {
    tenant: Tenant,
    #[serde(flatten)]
    license: view::License,
    /// As it was signed; `null` if there is none.
    #[schema(value_type = Option<LicenseDocument>)]
    document: Option<Value>,
}

/// What a tenant's license opens, with the document.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/tenants/{tenant}/license",
    operation_id = "get_tenant_license",
    tag = "administration",
    params(OfTenant),
    responses((status = OK, body = TenantLicense, description = "The tier and every gate, and why.")),
)]
pub(crate) async fn license(
    State(market): State<Market>,
    Path(OfTenant { tenant }): Path<OfTenant>,
) -> Result<Json<TenantLicense>, Problem> {
    if !market.store.has_tenant(&tenant).await? {
        return Err(Problem::not_found(format!("there is no tenant `{tenant}`")));
    }
    Ok(Json(of_tenant(&market, tenant).await?))
}

/// Puts a license in force that the vendor signed for a tenant.
#[utoipa::path(
    put,
    path = "/cp/api/v1/admin/marketplace/tenants/{tenant}/license",
    operation_id = "put_tenant_license",
    tag = "administration",
    params(OfTenant),
    request_body = LicenseDocument,
    responses(
        (status = OK, body = TenantLicense, description = "What it opens."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`license_older` than the one that is there, or `license_not_in_force` now."),
    ),
)]
pub(crate) async fn put_license(
    State(market): State<Market>,
    Path(OfTenant { tenant }): Path<OfTenant>,
    caller: Caller,
    Body(document): Body<LicenseDocument>,
) -> Result<Json<TenantLicense>, Problem> {
    let (store, vendor) = (&market.store, &market.vendor);
    license::install(store, vendor, &caller.actor(), &tenant, &document.text()).await?;
    Ok(Json(of_tenant(&market, tenant).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LicenseOrder {
    /// What it buys.
    tier: Tier,
    /// How long it is good for; without, for ever.
    days: Option<Days>,
    /// Gates that differ from the tier's.
    #[serde(default)]
    gates: Overrides,
}

/// Signs a license with the vendor key of this server, and puts it in force.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/tenants/{tenant}/license/issue",
    operation_id = "issue_license",
    tag = "administration",
    params(OfTenant),
    request_body = LicenseOrder,
    responses(
        (status = CREATED, body = TenantLicense, description = "It is in force."),
        (status = FORBIDDEN, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`license_gate_refused`: a cap is a number, a switch is not; or the token does not have the scope."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`vendor_elsewhere`: licenses are signed with a key that is not here."),
    ),
)]
pub(crate) async fn issue_license(
    State(market): State<Market>,
    Path(OfTenant { tenant }): Path<OfTenant>,
    caller: Caller,
    Body(LicenseOrder { tier, days, gates }): Body<LicenseOrder>,
) -> Result<(StatusCode, Json<TenantLicense>), Problem> {
    let order = Order { tenant: tenant.clone(), tier, days: days.map(|Days(days)| days), gates: gates.0 };
    license::issue(&market, &caller.actor(), order).await?;
    Ok((StatusCode::CREATED, Json(of_tenant(&market, tenant).await?)))
}

async fn of_tenant(market: &Market, tenant: Tenant) -> Result<TenantLicense, Problem> {
    let standing = market.standing(Some(&tenant)).await?;
    let document = market.store.license(&tenant).await?.map(|text| view::json(&text));
    Ok(TenantLicense { license: describe(market, standing).await?, tenant, document })
}
