//! Taking a release back, and offering it again.

use axum::extract::State;
use axum::response::Response;
use marketplace_store::{Release, Status};
use serde::Deserialize;

use super::address;
use super::show::{Wrong, again, find};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::View;
use crate::http::pages::control::{needs_reason, noted};
use crate::http::pages::form::{Form, Nothing};
use crate::market::Market;
use crate::withdrawal::{self, ReleaseName};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Because {
    reason: String,
}

/// Yanks a release.
pub(in crate::http) async fn yank(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(Because { reason }): Form<Because>,
) -> Result<Response, Problem> {
    let own = find(&market, &caller, &id).await?;
    let name = name(&own.release)?;
    let yanked = match noted(&reason) {
        Ok(Some(reason)) => {
            withdrawal::yank(&market, &caller, &name, reason.as_str()).await.map_err(Problem::from)
        }
        Ok(None) => Err(needs_reason("a release is taken back with a reason; write one")),
        Err(problem) => Err(problem),
    };
    match yanked {
        Ok(()) => Ok(view.done(&address(&id), "It is taken back. Those who have it are told your reason.")),
        Err(problem) => {
            let (status, _, message) = problem.told();
            if status.is_server_error() {
                return Err(problem);
            }
            let message = message.to_owned();
            Ok(again(&view, &own, &Wrong { status, reason, message }))
        }
    }
}

/// Offers a yanked release again.
pub(in crate::http) async fn unyank(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let own = find(&market, &caller, &id).await?;
    withdrawal::unyank(&market, &caller, &name(&own.release)?, None).await?;
    Ok(view.done(&address(&id), "It is offered again."))
}

/// What it is published as. A submission of the same version that was never approved is not meant by it.
fn name(release: &Release) -> Result<ReleaseName, Problem> {
    if release.status != Status::Approved {
        return Err(Problem::not_found("only an approved release can be taken back, or offered again"));
    }
    let Release { category, slug, version, .. } = release;
    Ok(ReleaseName { category: category.clone(), slug: slug.clone(), version: version.clone() })
}
