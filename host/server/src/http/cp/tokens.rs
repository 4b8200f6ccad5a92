use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_manifest::Tenant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::account::token::{self, Caller};
use crate::http::extract::{
    Days, Json as Body, Limit, Note, OfId, Path, PerhapsBecause, Query, SomeScopes, Text,
};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Only this tenant's.
    #[param(nullable = false)]
    tenant: Option<Tenant>,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    tokens: Vec<view::Token>,
    next_cursor: Option<String>,
}

/// Tokens, without their secrets.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/tokens",
    operation_id = "list_tokens",
    tag = "administration",
    params(Parameters),
    responses((status = OK, body = Tokens, description = "Oldest first; revoked and expired ones, too.")),
)]
pub(crate) async fn tokens(
    State(market): State<Market>,
    Query(Parameters { tenant, limit, cursor }): Query<Parameters>,
) -> Result<Json<Tokens>, Problem> {
    let page = market.store.list_tokens(tenant.as_ref(), limit.0, cursor.as_deref()).await?;
    let tokens = page.items.into_iter().map(Into::into).collect();
    Ok(Json(Tokens { tokens, next_cursor: page.next_cursor }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// For whom; a new tenant is made.
    tenant: Tenant,
    /// What a person will recognise it by.
    label: Option<Text<0, { token::MAX_LABEL }>>,
    /// What it allows.
    scopes: SomeScopes,
    /// How long it is good for; without, until it is revoked.
    expires_in_days: Option<Days>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedToken {
    #[serde(flatten)]
    record: view::Token,
    /// The secret. It is in this answer, and nowhere else.
    token: String,
}

/// Makes a token. Its secret is shown once.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/tokens",
    operation_id = "create_token",
    tag = "administration",
    request_body = NewToken,
    responses((status = CREATED, body = CreatedToken, description = "With its secret.")),
)]
pub(crate) async fn create_token(
    State(market): State<Market>,
    caller: Caller,
    Body(NewToken { tenant, label, scopes, expires_in_days }): Body<NewToken>,
) -> Result<(StatusCode, Json<CreatedToken>), Problem> {
    let label = label.as_ref().map(Text::as_str).unwrap_or_default();
    let lifetime = expires_in_days.map(|Days(days)| Duration::from_secs(u64::from(days) * 24 * 60 * 60));
    let (secret, token) =
        token::create(&market.store, &caller.actor(), &tenant, label, &scopes.0, lifetime).await?;
    let created = CreatedToken { record: token.into(), token: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Revokes a token, from the next call on.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/tokens/{id}/revoke",
    operation_id = "revoke_token",
    tag = "administration",
    params(OfId),
    request_body = Option<PerhapsBecause>,
    responses((status = NO_CONTENT, description = "It is revoked, now or since before.")),
)]
pub(crate) async fn revoke_token(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Body(PerhapsBecause { reason }): Body<PerhapsBecause>,
) -> Result<StatusCode, Problem> {
    token::revoke(&market.store, &caller.actor(), &id, reason.as_ref().map(Note::as_str)).await?;
    Ok(StatusCode::NO_CONTENT)
}
