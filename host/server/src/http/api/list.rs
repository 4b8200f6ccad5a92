use axum::Json;
use axum::extract::State;
use marketplace_manifest::{AuthorId, CategoryId};
use marketplace_store::{ItemQuery, Sort};
use serde::Deserialize;

use super::known;
use crate::http::extract::{Path, Query};
use crate::http::{Problem, view};
use crate::market::Market;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    q: Option<String>,
    #[serde(default)]
    sort: Sort,
    tag: Option<String>,
    author: Option<AuthorId>,
    permission: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// `GET /api/v1/marketplace/{category}/items?q=&sort=&tag=&author=&permission=&limit=&cursor=`
pub(crate) async fn list(
    State(market): State<Market>,
    Path(category): Path<CategoryId>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<view::Items>, Problem> {
    known(&*market.categories.all().await?, &category)?;
    let query = ItemQuery {
        category: Some(category),
        q: parameters.q,
        sort: parameters.sort,
        tag: parameters.tag,
        author: parameters.author,
        permission: parameters.permission,
        limit: parameters.limit,
        cursor: parameters.cursor,
    };
    let page = market.store.list_items(&query).await?;
    Ok(Json(view::Items {
        items: page.items.into_iter().map(Into::into).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}
