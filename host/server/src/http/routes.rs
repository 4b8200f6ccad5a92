//! Every route, in one list, with the scope it needs.

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use super::{Problem, api, auth, cp, health};
use crate::account::Scope;
use crate::market::Market;

/// The largest JSON body, in bytes. Packages are streamed, and have limits of their own.
const MAX_BODY: usize = 64 * 1024;

/// How long a request may take. An upload of a large package is the slowest.
const MAX_TIME: std::time::Duration = std::time::Duration::from_secs(600);

/// The whole API of a market.
pub fn router(market: Market) -> Router {
    let needs = |scope: Scope| from_fn_with_state((market.clone(), scope), auth::require);
    let open = from_fn_with_state(market.clone(), auth::welcome);

    let browse = Router::new()
        .route("/api/v1/marketplace/categories", get(api::categories))
        .route("/api/v1/marketplace/license", get(api::license))
        .route("/api/v1/marketplace/{category}/items", get(api::list))
        .route("/api/v1/marketplace/{category}/items/{slug}", get(api::item))
        .route("/api/v1/marketplace/{category}/items/{slug}/versions/{version}/package", get(api::package))
        .route_layer(open);
    let install = Router::new()
        .route("/api/v1/marketplace/{category}/items/{slug}/install", post(api::install))
        .route("/api/v1/marketplace/{category}/items/{slug}/install", delete(api::uninstall))
        .route("/api/v1/marketplace/{category}/registry", get(api::registry))
        .route("/api/v1/marketplace/installed", get(api::installed))
        .route_layer(needs(Scope::Install));
    let publish = Router::new()
        .route("/api/v1/marketplace/{category}/items", post(api::submit))
        .route("/api/v1/marketplace/submissions", get(api::submissions))
        .route_layer(needs(Scope::Publish));
    let moderate = Router::new()
        .route("/cp/api/v1/admin/marketplace/queue", get(cp::queue))
        .route("/cp/api/v1/admin/marketplace/queue/{id}", get(cp::submission))
        .route("/cp/api/v1/admin/marketplace/queue/{id}/package", get(cp::package))
        .route("/cp/api/v1/admin/marketplace/queue/{id}/approve", post(cp::approve))
        .route("/cp/api/v1/admin/marketplace/queue/{id}/reject", post(cp::reject))
        .route("/cp/api/v1/admin/marketplace/queue/{id}/flag", post(cp::flag))
        .route_layer(needs(Scope::Moderate));
    let health = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));

    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .merge(browse)
        .merge(install)
        .merge(publish)
        .merge(moderate)
        .merge(health)
        .fallback(|| async {
            Problem::not_found("there is no such address; the API is at /api/v1/marketplace/categories")
        })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address does not take that method",
            )
        })
        .with_state(market)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(|_| Problem::internal(&"a handler panicked").into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME))
        .layer(middleware::from_fn(health::measure))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn(health::deadline_is_a_problem))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(TraceLayer::new_for_http().make_span_with(health::span).on_failure(()))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}
