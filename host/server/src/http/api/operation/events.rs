use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use futures_util::stream::unfold;
use marketplace_store::OperationState;
use serde::Serialize;
use tokio::time::{Instant, sleep, sleep_until};
use utoipa::ToSchema;

use super::{Found, find_for};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::market::Market;

/// The shortest time between two events: nobody reads faster.
const PACE: Duration = Duration::from_millis(100);
/// How often the note of another replica's work is read.
const POLL: Duration = Duration::from_secs(1);

/// One event, for the document.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "a schema: axum writes the real ones")]
pub(crate) struct OperationEvent {
    /// `progress` while it runs, `end` once, last.
    #[schema(pattern = "^(progress|end)$")]
    event: String,
    /// An `Operation`, as JSON.
    data: String,
}

/// The progress of an operation, as it goes: server-sent events.
///
/// Each event is the operation as `get_operation` has it: `progress` while it runs, at most ten a second, and `end`,
/// once, last. A connection that broke is made again, and begins with where it is by then.
#[utoipa::path(
    get,
    path = "/api/v1/marketplace/operations/{id}/events",
    operation_id = "watch_operation",
    tag = "operations",
    params(OfId),
    responses((status = OK, body = OperationEvent, content_type = "text/event-stream",
        description = "Events as the HTML standard has them.")),
)]
pub(crate) async fn events(
    State(market): State<Market>,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
) -> Result<Response, Problem> {
    let found = find_for(&market, &caller, &id).await?;
    let mut response =
        Sse::new(stream(market, caller, found)).keep_alive(KeepAlive::default()).into_response();
    // A proxy that waits for the end of the answer would tell nothing before it.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn stream(market: Market, caller: Caller, found: Found) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(Some((market, caller, found, None)), async |state| {
        let (market, caller, mut found, before) = state?;
        if let Some(before) = before {
            found = next(&market, &caller, found, before).await?;
        }
        let view = found.view(&market);
        let ended = view.state != OperationState::Running.as_str();
        let event = Event::default().event(if ended { "end" } else { "progress" }).json_data(&view).ok()?;
        let again = (!ended).then(|| (market, caller, found, Some(Instant::now())));
        Some((Ok(event), again))
    })
}

/// Waits until there is something new to tell. `None` if it is gone, which should not be.
async fn next(market: &Market, caller: &Caller, found: Found, before: Instant) -> Option<Found> {
    match found {
        Found::Here(operation) => {
            let mut progress = operation.progress();
            progress.mark_unchanged();
            tokio::select! {
                _ = operation.ended() => {}
                () = async {
                    // Whatever happens in the meantime is told by the next event.
                    sleep_until(before + PACE).await;
                    let _ = progress.changed().await;
                } => {}
            }
            Some(Found::Here(operation))
        }
        Found::Noted(row) => {
            sleep(POLL).await;
            find_for(market, caller, &row.id).await.ok()
        }
    }
}
