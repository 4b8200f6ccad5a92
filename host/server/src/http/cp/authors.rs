use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use marketplace_manifest::{AuthorId, Tenant};
use marketplace_store::AuthorQuery;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::account::author;
use crate::account::token::Caller;
use crate::http::api::authors::with_keys;
use crate::http::extract::{Json as Body, KeyPem, Limit, Query};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Only this tenant's.
    #[param(nullable = false)]
    tenant: Option<Tenant>,
    /// Only those who are verified, or only those who are not.
    #[param(nullable = false)]
    verified: Option<bool>,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// Authors of all tenants, with their keys.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/authors",
    operation_id = "list_authors",
    tag = "administration",
    params(Parameters),
    responses((status = OK, body = view::Authors, description = "By name.")),
)]
pub(crate) async fn authors(
    State(market): State<Market>,
    Query(Parameters { tenant, verified, limit, cursor }): Query<Parameters>,
) -> Result<Json<view::Authors>, Problem> {
    let query = AuthorQuery { tenant, verified, limit: Some(limit.0), cursor };
    Ok(Json(with_keys(&market, market.store.list_authors(&query).await?).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAuthor {
    /// Whose author it is; a new tenant is made.
    tenant: Tenant,
    /// The name, for ever.
    id: AuthorId,
    /// The author's own. Without one, this server makes a key, holds it encrypted, and signs for the author.
    public_key: Option<KeyPem>,
}

/// Makes a verified author of a tenant.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/authors",
    operation_id = "create_author",
    tag = "administration",
    request_body = NewAuthor,
    responses(
        (status = CREATED, body = view::Author, description = "They may publish, as far as their tenant's license does."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`name_taken` or `key_taken`."),
    ),
)]
pub(crate) async fn create_author(
    State(market): State<Market>,
    caller: Caller,
    Body(NewAuthor { tenant, id, public_key }): Body<NewAuthor>,
) -> Result<(StatusCode, Json<view::Author>), Problem> {
    let own_key = public_key.map(|pem| pem.key()).transpose()?;
    let author =
        author::create(&market.store, &market.secrets, &caller.actor(), &tenant, &id, own_key).await?;
    let keys = market.store.keys_of(&author.id).await?;
    Ok((StatusCode::CREATED, Json(view::Author::new(author, keys))))
}
