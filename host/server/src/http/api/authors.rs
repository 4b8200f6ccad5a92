use axum::Json;
use axum::extract::State;
use marketplace_store::{Author, AuthorQuery, Page, StoreError};

use crate::account::token::Caller;
use crate::http::extract::{OfAuthor, Paging, Path, Query};
use crate::http::{Problem, view};
use crate::market::Market;

/// The authors of the caller's tenant, with their keys.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/authors",
    operation_id = "list_my_authors",
    tag = "publishing",
    params(Paging),
    responses((status = OK, body = view::Authors, description = "By name.")),
)]
pub(crate) async fn authors(
    State(market): State<Market>,
    caller: Caller,
    Query(Paging { limit, cursor }): Query<Paging>,
) -> Result<Json<view::Authors>, Problem> {
    let query = AuthorQuery { tenant: Some(caller.tenant), verified: None, limit: Some(limit.0), cursor };
    Ok(Json(with_keys(&market, market.store.list_authors(&query).await?).await?))
}

/// One author, with every key that may have signed a release of theirs.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/authors/{author}",
    operation_id = "get_author",
    tag = "catalogue",
    params(OfAuthor),
    responses((status = OK, body = view::Profile, description = "As everybody sees them.")),
)]
pub(crate) async fn author(
    State(market): State<Market>,
    Path(OfAuthor { author: id }): Path<OfAuthor>,
) -> Result<Json<view::Profile>, Problem> {
    let author = market.store.author(&id).await?;
    let author = author.ok_or_else(|| Problem::not_found(format!("there is no author `{id}`")))?;
    let keys = market.store.keys_of(&author.id).await?;
    Ok(Json(view::Profile {
        id: author.id,
        verified: author.verified_at.is_some(),
        created_at: crate::clock::rfc3339(author.created_at),
        keys: keys.into_iter().map(Into::into).collect(),
    }))
}

/// A page of authors, each with their keys.
pub(in crate::http) async fn with_keys(
    market: &Market,
    page: Page<Author>,
) -> Result<view::Authors, StoreError> {
    let ids: Vec<_> = page.items.iter().map(|author| author.id.clone()).collect();
    let mut keys = market.store.keys_of_all(&ids).await?;
    let mut view = |author: Author| {
        let keys = keys.remove(&author.id).unwrap_or_default();
        view::Author::new(author, keys)
    };
    Ok(view::Authors {
        authors: page.items.into_iter().map(&mut view).collect(),
        next_cursor: page.next_cursor,
    })
}
