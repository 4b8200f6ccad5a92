//! The component of a category: another one, back to an earlier one, and those that it had.

pub(in crate::http) mod components;
pub(in crate::http) mod rollback;
pub(in crate::http) mod upgrade;

use std::time::Duration;

use axum::RequestExt as _;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use futures_util::StreamExt as _;
use marketplace_manifest::CategoryId;
use marketplace_sandbox::LoadError;
use utoipa::ToSchema;

use crate::http::Problem;
use crate::market::Market;

/// The longest pause in an upload.
const PAUSE: Duration = Duration::from_secs(30);

/// The bytes of a WebAssembly component.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "a schema: the body is read as it arrives")]
pub(crate) struct Component(Vec<u8>);

/// The component that a request carries, whatever it calls its type.
async fn component(market: &Market, mut request: Request) -> Result<Vec<u8>, Problem> {
    let most = market.categories.sandbox().limits().component_bytes;
    // Counted here, so that what is too large is told in the sandbox's words.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut body = request.with_limited_body().into_body().into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) =
        tokio::time::timeout(PAUSE, body.next()).await.map_err(|_| Problem::slow_body())?
    {
        let piece = piece.map_err(|error| {
            let detail = format!("the component did not arrive whole ({error}); send it again");
            Problem::new(StatusCode::BAD_REQUEST, "bad_body", detail)
        })?;
        bytes.extend_from_slice(&piece);
        if bytes.len() > most {
            return Err(LoadError::TooLarge { size: bytes.len(), limit: most }.into());
        }
    }
    Ok(bytes)
}

/// Refuses a category that is not there, before anything is received for it.
async fn must_be_there(market: &Market, category: &CategoryId) -> Result<(), Problem> {
    match market.store.category(category).await? {
        Some(_) => Ok(()),
        None => Err(Problem::not_found(format!("there is no category `{category}`"))),
    }
}
