use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Component, must_be_there};
use crate::account::token::Caller;
use crate::category::{self, Consent, Report, Who};
use crate::http::extract::{OfCategory, Path, Query};
use crate::http::later::{self, Prefer, When};
use crate::http::problem::{MEDIA_TYPE, ProblemDocument};
use crate::http::{Problem, upload, view};
use crate::market::Market;
use crate::operation::{About, Wish};

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// Only says what would change.
    #[serde(default)]
    #[param(required = false)]
    preview: bool,
    /// Agrees to whatever changes.
    #[serde(default)]
    #[param(required = false)]
    accept_changes: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryUpgrade {
    /// Whether the category has the component now.
    activated: bool,
    /// What changes by it.
    report: Report,
}

/// Gives a category another component, or says what that would change.
///
/// Every approved release is asked about once more, and what the component says is compared with what the present one
/// says. If a release would be refused, if nobody could tell, or if something else would be granted or installed,
/// nothing is done without `accept_changes`. What is installed stays as it is, and what is under way ends with the
/// component that it began with.
#[utoipa::path(
    post,
    path = "/cp/api/v1/admin/marketplace/categories/{category}/upgrade",
    operation_id = "upgrade_category",
    tag = "administration",
    params(OfCategory, Parameters, Prefer),
    request_body(
        content((Component = "application/wasm"), (Component = "application/octet-stream")),
        description = "The component.",
    ),
    responses(
        (status = OK, body = CategoryUpgrade, description = "It is in place, or only previewed: see `activated`."),
        (status = ACCEPTED, body = view::Operation,
            description = "It is received, and being tried: the answer to `Prefer: respond-async`."),
        (status = CONFLICT, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "`changes_not_accepted`: see `report`. `component_of_another_category`, `component_present`, \
                `component_unanswering`; or `category_changed` meanwhile: look again."),
    ),
)]
pub(crate) async fn upgrade(
    State(market): State<Market>,
    Path(OfCategory { category }): Path<OfCategory>,
    Query(Parameters { preview, accept_changes }): Query<Parameters>,
    caller: Caller,
    when: When,
    request: Request,
) -> Result<Response, Problem> {
    must_be_there(&market, &category).await?;
    let component = upload::component(request, market.categories.sandbox().limits().component_bytes).await?;
    let about = About {
        kind: About::UPGRADE.into(),
        category: category.clone(),
        slug: None,
        version: None,
        dry_run: preview,
    };
    let (wish, market_of_work) = (Wish::own(&caller), market.clone());
    let operation = market.operations.start(wish, about, |work| async move {
        let (market, wanted) = (&market_of_work, Some(&category));
        let report = if preview {
            category::preview(market, wanted, &component, &work).await.map(|preview| preview.report)
        } else {
            let consent = if accept_changes { Consent::Everything } else { Consent::None };
            let actor = caller.actor();
            let who = Who { actor: &actor, reason: None };
            let upgraded = category::upgrade(market, wanted, &component, consent, who, &work).await;
            upgraded.map(|upgraded| upgraded.report)
        };
        let answer = report.map(|report| (StatusCode::OK, CategoryUpgrade { activated: !preview, report }));
        later::outcome(answer.map_err(Problem::from))
    })?;
    later::answer(&market, when, &operation).await
}
