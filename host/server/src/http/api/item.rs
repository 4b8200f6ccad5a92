use axum::Json;
use axum::extract::State;

use super::{known, refuse_blocked};
use crate::account::author;
use crate::clock::rfc3339;
use crate::http::access::Visitor;
use crate::http::extract::{OfItem, Path};
use crate::http::{Problem, view};
use crate::market::Market;

/// One item.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/{category}/items/{slug}",
    operation_id = "get_item",
    tag = "catalogue",
    params(OfItem),
    responses((status = OK, body = view::Item, description = "As its newest approved release says.")),
)]
pub(crate) async fn item(
    State(market): State<Market>,
    Path(OfItem { category, slug }): Path<OfItem>,
    Visitor(caller): Visitor,
) -> Result<Json<view::Item>, Problem> {
    let categories = market.categories.all().await?;
    let presentation = &known(&categories, &category)?.presentation;
    let Some(detail) = market.store.item(&category, &slug).await? else {
        // Whoever follows a link to it should know why it leads nowhere.
        let offered = market.store.offered(&category, &slug, None).await?;
        refuse_blocked(offered.and_then(|offered| offered.withdrawn).as_ref())?;
        return Err(Problem::not_found(format!("there is no published item `{category}/{slug}`")));
    };
    let installed = match caller {
        Some(caller) => market.store.installation(&caller.tenant, &category, &slug).await?,
        None => None,
    };
    let latest = detail.latest;
    let key = market.store.key(&latest.key_id).await?;
    let author_key = key.and_then(|key| {
        Some(view::Key {
            public_key: author::public_key(&key)?.to_pem(),
            fingerprint: key.fingerprint,
            revoked_at: key.revoked_at.map(rfc3339),
        })
    });
    Ok(Json(view::Item {
        card: view::Card {
            // All that there is, and not only what fits on a card.
            details: view::Detail::all(presentation, &latest.card.details, |_| true),
            ..view::Card::new(detail.item.card, Some(presentation))
        },
        description: latest.card.description,
        manifest: view::json(&latest.manifest),
        manifest_sha256: latest.manifest_sha256,
        grants: latest.verdict.get("grants").cloned().unwrap_or_default(),
        package_sha256: latest.package_sha256,
        package_size: latest.package_size,
        versions: detail.versions.into_iter().map(Into::into).collect(),
        author_key,
        installed_version: installed.map(|installed| installed.version),
    }))
}
