//! What operators and their tools ask: is it alive, is it ready, what does it do.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::Problem;
use super::problem::{MEDIA_TYPE, ProblemDocument};
use crate::market::Market;

/// The process runs and answers.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "is_alive",
    tag = "service",
    responses((status = OK, body = String, content_type = "text/plain", description = "It is.")),
)]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers, so requests can be.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "is_ready",
    tag = "service",
    responses(
        (status = OK, body = String, content_type = "text/plain", description = "It is."),
        (status = SERVICE_UNAVAILABLE, body = ProblemDocument, content_type = MEDIA_TYPE,
            description = "The database does not answer."),
    ),
)]
pub(super) async fn ready(State(market): State<Market>) -> Result<&'static str, Problem> {
    // Whoever asks has a deadline of its own.
    match tokio::time::timeout(Duration::from_secs(2), market.store.ping()).await {
        Ok(answer) => answer?,
        Err(_) => {
            let detail = "the database does not answer: try again later";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database_unavailable", detail));
        }
    }
    Ok("ready\n")
}

/// What the server did since it started, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "get_metrics",
    tag = "service",
    responses((status = OK, body = String, content_type = "text/plain", description = "Prometheus text.")),
)]
pub(super) async fn metrics() -> Response {
    let text = recorder().render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// The process's one recorder, installed when first asked for.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Without it, what was measured since the last look piles up in memory.
        let upkeep = handle.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(5)).await;
                upkeep.run_upkeep();
            }
        });
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        handle
    })
}

/// Counts requests and their time, by route: never by address, which anybody can vary.
pub(super) async fn measure(request: Request, next: Next) -> Response {
    recorder();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        // Callers make up methods, and each would be a series of its own for ever.
        _ => "other",
    };
    let start = Instant::now();
    let response = next.run(request).await;
    let labels =
        [("route", route), ("method", method.to_owned()), ("status", response.status().as_u16().to_string())];
    metrics::counter!("marketplace_http_requests_total", &labels).increment(1);
    metrics::histogram!("marketplace_http_request_seconds", &labels).record(start.elapsed().as_secs_f64());
    response
}

/// The time-out's answer has no body; give it ours.
pub(super) async fn deadline_is_a_problem(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_bare = !response.headers().contains_key(header::CONTENT_TYPE);
    if response.status() == StatusCode::REQUEST_TIMEOUT && is_bare {
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "the request took too long")
            .into_response();
    }
    response
}

/// One span for each request. The address is logged without its query, and no header is.
pub(super) fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = %request.uri().path(), id)
}
