//! Categories, for operators: what each is and how it does. One verb, one file.

pub(in crate::http) mod add;
pub(in crate::http) mod components;
pub(in crate::http) mod list;
pub(in crate::http) mod remove;
pub(in crate::http) mod rollback;
pub(in crate::http) mod show;
pub(in crate::http) mod switch;
pub(in crate::http) mod upgrade;

use marketplace_manifest::CategoryId;
use utoipa::ToSchema;

use crate::category::Category;
use crate::http::{Problem, view};
use crate::market::Market;

/// A category as it is now.
async fn one(market: &Market, id: &CategoryId) -> Result<view::Category, Problem> {
    let snapshot = market.categories.all().await?;
    let category = snapshot.iter().find(|category| category.row.id == *id);
    let category = category.ok_or_else(|| Problem::not_found(format!("there is no category `{id}`")))?;
    let used = market.store.category_use().await?.get(id).copied().unwrap_or_default();
    let seen = market.categories.folder().seen(snapshot.iter().map(|category| &category.row));
    let is_bundled = is_bundled(market, category).await?;
    Ok(view::Category::new(&market.categories, category, used, &seen, is_bundled))
}

/// The bytes of a WebAssembly component.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "a schema: the body is read as it arrives")]
pub(crate) struct Component(Vec<u8>);

/// Refuses a category that is not there, before anything is received for it.
async fn must_be_there(market: &Market, category: &CategoryId) -> Result<(), Problem> {
    match market.store.category(category).await? {
        Some(_) => Ok(()),
        None => Err(Problem::not_found(format!("there is no category `{category}`"))),
    }
}

/// Whether its component came with the program.
async fn is_bundled(market: &Market, category: &Category) -> Result<bool, Problem> {
    Ok(market.store.was_seeded(&category.row.component_sha256).await?)
}
