use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use marketplace_manifest::Signature;
use serde_json::json;

use super::address;
use crate::account::token::Caller;
use crate::http::pages::View;
use crate::http::{Problem, api};
use crate::market::Market;
use crate::operation::{About, Outcome};
use crate::pipeline::blocking;
use crate::release::Draft;

/// Begins to submit a draft, and shows how that goes. Without a signature, the server signs.
pub(super) async fn send(
    market: &Market,
    view: &View,
    caller: Caller,
    draft: &Arc<Draft>,
    signature: Option<&Signature>,
) -> Result<Response, Problem> {
    let categories = market.categories.all().await?;
    let category = api::known(&categories, &draft.category)?;
    let manifest = draft.manifest(&category.row.singular).ok_or_else(|| {
        let detail = "the manifest breaks a rule; check it again, and mend what is said";
        Problem::new(StatusCode::CONFLICT, "draft_not_fit", detail)
    })?;
    let about = About {
        kind: About::SUBMIT.into(),
        category: draft.category.clone(),
        slug: Some(manifest.name().clone()),
        version: Some(manifest.version().clone()),
        dry_run: false,
    };
    let mut manifest = manifest.to_json();
    if let Some(signature) = signature {
        manifest["manifest_signature"] = json!(signature.to_string());
    }
    // The draft keeps its package until the submission is there: what is refused can be mended.
    let (blobs, kept) = (market.blobs.clone(), draft.clone());
    let package = blocking(move || blobs.receive_again(&kept.package)).await?;
    let operation = api::submit::start(market, caller, about, manifest.to_string().into_bytes(), package)?;
    market.operations.note(&operation).await?;
    let (drafts, id, submission) = (market.drafts.clone(), draft.id.clone(), operation.clone());
    tokio::spawn(async move {
        if matches!(submission.ended().await, Outcome::Answered(status, _) if status < 400) {
            drafts.forget(&id);
        }
    });
    Ok(view.go(&format!("{}?operation={}", address(draft), operation.id)))
}
